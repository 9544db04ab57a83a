import { ok } from "node:assert/strict";
import fc from "fast-check";
import { rule } from "../../tests/conformance/minted.ts";
import type { Cbor } from "../protocol/cbor.ts";
import { matches as verdict } from "./url_safe.ts";

/** Only a plain yes allows. */
function matches(...given: Parameters<typeof verdict>): boolean {
  return verdict(...given) === true;
}

type Members = Readonly<Record<string, Cbor>>;

function safe(url: Cbor, members: Members = {}): boolean {
  return matches(rule(members), url);
}

function all(urls: readonly string[], members: Members = {}): void {
  for (const url of urls) ok(safe(url, members), `${url} is safe`);
}

function none(urls: readonly string[], members: Members = {}): void {
  for (const url of urls) ok(!safe(url, members), `${url} is not safe`);
}

/** Inside addresses by the flag that blocks them. */
const inside: Readonly<Record<string, readonly string[]>> = {
  block_loopback: [
    "127.0.0.1",
    "127.255.255.254",
    "127.1",
    "0x7f000001",
    "0x7f.1",
    "2130706433",
    "017700000001",
    "0177.0.0.1",
    "127.0.0.1.",
    "[::1]",
    "[0:0:0:0:0:0:0:1]",
    "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]",
    "[::127.0.0.1]",
    "[64:ff9b::127.0.0.1]",
    "[2002:7f00:1::]",
    "[::ffff:0:127.0.0.1]",
    "localhost",
    "LOCALHOST",
    "localhost.",
    "a.localhost",
    "localhost.localdomain",
    "localhost6",
    "localhost6.localdomain6",
    "ip6-localhost",
    "ip6-loopback",
    "１２７.0.0.1",
    "127。0。0。1",
    "%31%32%37.0.0.1",
    "ⓛocalhost",
  ],
  block_private: [
    "10.0.0.1",
    "10.255.255.255",
    "172.16.0.1",
    "172.31.255.255",
    "192.168.0.1",
    "100.64.0.1",
    "100.127.255.255",
    "0xa.1",
    "012.0.0.1",
    "167772161",
    "10.0.0.1.",
    "[fc00::1]",
    "[fdff::1]",
    "[fec0::1]",
    "[::ffff:10.0.0.1]",
    "[::10.0.0.1]",
    "[64:ff9b::c0a8:1]",
    "[2002:a00:1::5]",
    "[::ffff:0:192.168.0.1]",
  ],
  block_metadata: [
    "169.254.169.254",
    "169.254.0.1",
    "169.254.169.254.",
    "2852039166",
    "0xa9fea9fe",
    "0251.0376.0251.0376",
    "[::ffff:169.254.169.254]",
    "[64:ff9b::a9fe:a9fe]",
    "metadata.google.internal",
    "METADATA.google.internal.",
    "metadata.goog",
    "instance-data",
  ],
  block_reserved: [
    "0.1.2.3",
    "0.255.255.255",
    "192.0.0.1",
    "198.18.0.1",
    "198.19.255.255",
    "224.0.0.1",
    "239.255.255.255",
    "240.0.0.1",
    "255.255.255.255",
    "[ff02::1]",
    "[64:ff9b:1::7f00:1]",
    "[::ffff:255.255.255.255]",
    "[::2]",
  ],
};

for (const [flag, hosts] of Object.entries(inside)) {
  Deno.test(`Inside addresses and names: ${flag}`, () => {
    const urls = hosts.flatMap((host) => [`http://${host}/`, `https://${host}:8443/x?y`]);
    none(urls);
    none(urls, { [flag]: true });
    none(urls, { [flag]: null });
    none(urls, { [flag]: 0 });
    const off = { [flag]: false };
    all(urls, off);
    const others = Object.entries(inside).filter(([name]) => name !== flag).flatMap(([, list]) =>
      list
    );
    none(others.map((host) => `http://${host}/`), off);
  });
}

Deno.test("What two flags block takes both to pass", () => {
  const both = (host: string, one: string, other: string) => {
    none([`http://${host}/`], { [one]: false });
    none([`http://${host}/`], { [other]: false });
    all([`http://${host}/`], { [one]: false, [other]: false });
  };
  both("0.0.0.0", "block_loopback", "block_reserved");
  both("0", "block_loopback", "block_reserved");
  both("[::]", "block_loopback", "block_reserved");
  both("[fe80::1]", "block_private", "block_metadata");
  both("100.100.100.200", "block_private", "block_metadata");
  both("[::ffff:100.100.100.200]", "block_private", "block_metadata");
  both("[fd00:ec2::254]", "block_private", "block_metadata");
});

Deno.test("No inside IPv4 address passes, in whatever form", () => {
  const octet = fc.integer({ min: 0, max: 255 });
  const start = fc.constantFrom([127], [10], [192, 168], [172, 20], [169, 254], [100, 90], [0], [
    240,
  ], [224]);
  fc.assert(
    fc.property(start, fc.tuple(octet, octet, octet), fc.nat(11), (first, rest, form) => {
      const [a, b, c, d] = [...first, ...rest].slice(0, 4) as [number, number, number, number];
      const whole = ((a * 256 + b) * 256 + c) * 256 + d;
      const [high, low] = [(a * 256 + b).toString(16), (c * 256 + d).toString(16)];
      const host = [
        `${a}.${b}.${c}.${d}`,
        `${whole}`,
        `0x${whole.toString(16)}`,
        `0${whole.toString(8)}`,
        `${a}.${b}.${c * 256 + d}`,
        `${a}.${(b * 256 + c) * 256 + d}`,
        `0x${a.toString(16)}.0${b.toString(8)}.${c}.${d}.`,
        `[::ffff:${a}.${b}.${c}.${d}]`,
        `[::${high}:${low}]`,
        `[64:ff9b::${high}:${low}]`,
        `[2002:${high}:${low}::1]`,
        `[::ffff:0:${high}:${low}]`,
      ][form] as string;
      ok(!safe(`http://${host}/`), host);
    }),
    { numRuns: 5000 },
  );
});
