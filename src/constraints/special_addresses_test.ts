import { deepStrictEqual as deepEqual } from "node:assert/strict";
import { addressesOf, blockedBy, privateNetworks } from "./special_addresses.ts";

/** The first and last address of each block, those just outside of it, and what blocks the inside. */
const blocks: readonly (readonly [
  flags: string,
  first: string,
  last: string,
  before: string,
  after: string,
])[] = [
  ["private", "10.0.0.0", "10.255.255.255", "9.255.255.255", "11.0.0.0"],
  ["private", "100.64.0.0", "100.127.255.255", "100.63.255.255", "100.128.0.0"],
  ["loopback", "127.0.0.0", "127.255.255.255", "126.255.255.255", "128.0.0.0"],
  ["metadata", "169.254.0.0", "169.254.255.255", "169.253.255.255", "169.255.0.0"],
  ["metadata", "168.63.129.16", "168.63.129.16", "168.63.129.15", "168.63.129.17"],
  ["private", "172.16.0.0", "172.31.255.255", "172.15.255.255", "172.32.0.0"],
  ["reserved", "192.0.0.0", "192.0.0.255", "191.255.255.255", "192.0.1.0"],
  ["reserved", "192.0.2.0", "192.0.2.255", "192.0.1.255", "192.0.3.0"],
  ["reserved", "192.31.196.0", "192.31.196.255", "192.31.195.255", "192.31.197.0"],
  ["reserved", "192.52.193.0", "192.52.193.255", "192.52.192.255", "192.52.194.0"],
  ["reserved", "192.88.99.0", "192.88.99.255", "192.88.98.255", "192.88.100.0"],
  ["private", "192.168.0.0", "192.168.255.255", "192.167.255.255", "192.169.0.0"],
  ["reserved", "192.175.48.0", "192.175.48.255", "192.175.47.255", "192.175.49.0"],
  ["reserved", "198.18.0.0", "198.19.255.255", "198.17.255.255", "198.20.0.0"],
  ["reserved", "198.51.100.0", "198.51.100.255", "198.51.99.255", "198.51.101.0"],
  ["reserved", "203.0.113.0", "203.0.113.255", "203.0.112.255", "203.0.114.0"],
  ["reserved", "224.0.0.0", "255.255.255.255", "223.255.255.255", "223.255.255.254"],
  ["reserved", "0.0.0.1", "0.255.255.255", "1.0.0.0", "1.0.0.1"],
  ["loopback reserved", "0.0.0.0", "0.0.0.0", "1.1.1.1", "8.8.8.8"],
  ["private", "fc00::", "fd00:ec1:ffff::", "2000::", "2a00::"],
  ["private metadata", "fe80::", "febf:ffff::ffff", "2000::", "2a00::"],
  ["private", "fec0::", "feff:ffff::", "2000::", "2a00::"],
  ["private metadata", "fd00:ec2::", "fd00:ec2::ffff", "2600::", "2a00::"],
  ["private metadata", "fd20:ce::254", "fd00:c1::a9fe:a9fe", "2600::", "2a00::"],
  ["reserved", "64:ff9b:1::", "64:ff9b:1:ffff::ffff", "64:ff9b::808:808", "2000::"],
  ["reserved", "100::", "100::ffff:ffff:ffff:ffff", "2000::", "2a00::"],
  ["reserved", "100:0:0:1::", "100::1:ffff:ffff:ffff:ffff", "2000::", "2a00::"],
  ["reserved", "2001::", "2001:1ff:ffff::", "2000:ffff::", "2001:200::"],
  ["reserved", "2001:db8::", "2001:db8:ffff::", "2001:db7:ffff::", "2001:db9::"],
  ["reserved", "2620:4f:8000::", "2620:4f:8000:ffff::", "2620:4f:7fff::", "2620:4f:8001::"],
  ["reserved", "3fff::", "3fff:fff:ffff::", "3ffe:ffff::", "3fff:1000::"],
  ["reserved", "5f00::", "5f00:ffff::", "2000::", "2a00::"],
  ["reserved", "ff00::", "ffff:ffff::ffff", "2a00::", "2000::"],
  ["loopback", "::1", "::1", "2000::", "2a00::"],
  ["loopback reserved", "::", "::", "2000::", "2a00::"],
  ["reserved", "64:ff9b:0:1::", "64:ff9b:0:ffff::", "64:ff9b::101:101", "2000::"],
  ["reserved", "0:1::", "ff:ffff::ffff", "::ffff:101:101", "2000::"],
  ["reserved", "4000::", "fbff:ffff::", "3fff:1000::", "2000::"],
  ["reserved", "fe00::", "fe7f:ffff::", "3fff:1000::", "2000::"],
];

function flagsOf(host: string): string {
  return blockedBy(addressesOf(host)).map((flag) => flag.replace("block_", "")).join(" ");
}

Deno.test("Every special block is blocked by its flags, to its edges and no further", () => {
  for (const [flags, first, last, before, after] of blocks) {
    deepEqual([flagsOf(first), flagsOf(last)], [flags, flags], `${first} to ${last}`);
    deepEqual([flagsOf(before), flagsOf(after)], ["", ""], `${before} and ${after}`);
  }
});

Deno.test("An address within an address is judged too", () => {
  const carriers = (high: string, low: string) => [
    `[::ffff:${high}:${low}]`,
    `[::ffff:0:${high}:${low}]`,
    `[::${high}:${low}]`,
    `[64:ff9b::${high}:${low}]`,
    `[2002:${high}:${low}::1]`,
  ];
  for (const host of carriers("a00", "1")) deepEqual(flagsOf(host), "private", host);
  for (const host of carriers("a9fe", "a9fe")) deepEqual(flagsOf(host), "metadata", host);
  for (const host of carriers("c633", "6401")) deepEqual(flagsOf(host), "reserved", host);
  for (const host of carriers("808", "808")) deepEqual(flagsOf(host), "", host);
});

Deno.test("Public addresses and names are blocked by nothing", () => {
  const hosts = ["1.1.1.1", "8.8.4.4", "93.184.216.34", "192.0.78.9", "198.41.0.4", "223.5.5.5"];
  for (const host of [...hosts, "2606:4700::1111", "2a00:1450::8a", "2400:cb00::1"]) {
    deepEqual(flagsOf(host), "", host);
  }
  for (const name of ["", "example.com", "10.0.0", "010.0.0.1", "fd00.example"]) {
    deepEqual(flagsOf(name), "", name);
  }
});

Deno.test("The private networks that a policy may open", () => {
  deepEqual(privateNetworks, ["10.0.0.0/8", "100.64.0.0/10", "172.16.0.0/12", "192.168.0.0/16"]);
});
