import { deepStrictEqual as deepEqual, ok, strictEqual as equal, throws } from "node:assert/strict";
import fc from "fast-check";
import { isWithin, networksBeside, parseAddress, parseNetwork } from "./address.ts";

Deno.test("Dotted decimals without leading zeros are IPv4", () => {
  deepEqual(parseAddress("0.0.0.0"), { bits: 32, value: 0n });
  deepEqual(parseAddress("127.0.0.1"), { bits: 32, value: 0x7f000001n });
  deepEqual(parseAddress("255.255.255.255"), { bits: 32, value: 0xffffffffn });
  for (
    const text of [
      "",
      "1",
      "1.2.3",
      "1.2.3.4.5",
      "256.1.1.1",
      "1.2.3.999",
      "01.2.3.4",
      "1.2.3.04",
      "00.0.0.0",
      "0x7f.0.0.1",
      "0x7f000001",
      "2130706433",
      "1.2.3.4 ",
      " 1.2.3.4",
      "1.2.3.4\n",
      "1.2.3.",
      "1..3.4",
      "+1.2.3.4",
      "1.2.3.4/8",
      "\u0661.2.3.4",
      "host",
    ]
  ) equal(parseAddress(text), undefined, JSON.stringify(text));
});

Deno.test("IPv6 in every form of RFC 4291", () => {
  const forms: Readonly<Record<string, bigint>> = {
    "::": 0n,
    "::1": 1n,
    "1::": 1n << 112n,
    "1:2:3:4:5:6:7:8": 0x00010002000300040005000600070008n,
    "1:2:3:4:5:6:7::": 0x00010002000300040005000600070000n,
    "::2:3:4:5:6:7:8": 0x00000002000300040005000600070008n,
    "2001:DB8::a": 0x20010db800000000000000000000000an,
    "::ffff:1.2.3.4": 0xffff01020304n,
    "1:2:3:4:5:6:1.2.3.4": 0x00010002000300040005000601020304n,
    "64:ff9b::10.0.0.1": 0x0064ff9b00000000000000000a000001n,
    "0000:0000::0001": 1n,
  };
  for (const [text, value] of Object.entries(forms)) {
    deepEqual(parseAddress(text), { bits: 128, value }, text);
  }
});

Deno.test("What only looks like IPv6", () => {
  for (
    const text of [
      ":",
      ":::",
      ":1",
      "1:",
      "1::2::3",
      "1:2:3:4:5:6:7",
      "1:2:3:4:5:6:7:8:9",
      "1:2:3:4:5:6:7:8::",
      "::1:2:3:4:5:6:7:8",
      "1:2:3:4::5:6:7:8",
      "00001::",
      "g::",
      "::1.2.3",
      "::1.2.3.04",
      "1.2.3.4::",
      "::1.2.3.4:5",
      "1:2:3:4:5:6:7:1.2.3.4",
      "[::1]",
      "fe80::1%eth0",
      "::1/128",
      "::1 ",
      "::\uff11",
    ]
  ) equal(parseAddress(text), undefined, JSON.stringify(text));
});

Deno.test("Networks", () => {
  deepEqual(parseNetwork("10.0.0.0/8"), { bits: 32, value: 0x0a000000n, prefix: 8 });
  deepEqual(parseNetwork("::/0"), { bits: 128, value: 0n, prefix: 0 });
  deepEqual(parseNetwork("10.0.0.1"), { bits: 32, value: 0x0a000001n, prefix: 32 });
  deepEqual(parseNetwork("::1"), { bits: 128, value: 1n, prefix: 128 });
  const bad = ["", "10.0.0.0/", "10.0.0.0/33", "::/129", "/8", "10/8", "::/1000", "1.2.3.4/8/8"];
  for (const text of bad) equal(parseNetwork(text), undefined, text);
});

const v4 = fc.ipV4();
const v6 = fc.ipV6();

Deno.test("An address lies in the network of its own first bits and in no other", () => {
  fc.assert(
    fc.property(fc.oneof(v4, v6), fc.nat(128), fc.nat(), (text, length, flip) => {
      const address = parseAddress(text);
      ok(address, text);
      const prefix = Math.min(length, address.bits);
      const network = parseNetwork(`${text}/${prefix}`);
      ok(network, text);
      ok(isWithin(address, network), text);
      if (prefix === 0) return;
      const bit = BigInt(address.bits - 1 - (flip % prefix));
      ok(!isWithin({ ...address, value: address.value ^ (1n << bit) }, network), text);
    }),
    { numRuns: 3000 },
  );
});

Deno.test("The platform reads the same IPv6 addresses", () => {
  fc.assert(
    fc.property(v6, (text) => {
      const platform = new URL(`http://[${text}]/`).hostname.slice(1, -1);
      deepEqual(parseAddress(platform), parseAddress(text), text);
    }),
    { numRuns: 3000 },
  );
});

Deno.test("An IPv4 address is in no IPv6 network", () => {
  const [address, everything] = [parseAddress("10.0.0.1"), parseNetwork("::/0")];
  ok(address && everything && !isWithin(address, everything));
});

Deno.test("What lies beside holes is covered once and whole, and no hole is", () => {
  deepEqual(networksBeside("10.0.0.0/8", []), ["10.0.0.0/8"]);
  deepEqual(networksBeside("10.0.0.0/8", ["10.0.0.0/8"]), []);
  deepEqual(networksBeside("10.1.2.3/32", ["10.0.0.0/8"]), []);
  deepEqual(networksBeside("0.0.0.0/0", ["::/0"]), ["0.0.0.0/0"]);
  deepEqual(networksBeside("::/1", ["4000::/2"]), ["0:0:0:0:0:0:0:0/2"]);
  throws(() => networksBeside("0.0.0.0/0", ["x"]), TypeError);
  const hole = fc.tuple(v4, fc.integer({ min: 1, max: 32 }));
  fc.assert(
    fc.property(fc.array(hole, { maxLength: 5 }), fc.array(v4, { maxLength: 20 }), (list, more) => {
      const holes = list.map(([text, prefix]) => `${text}/${prefix}`);
      const parts = networksBeside("0.0.0.0/0", holes);
      const isIn = (text: string, network: string) => {
        const [address, wide] = [parseAddress(text), parseNetwork(network)];
        ok(address && wide);
        return isWithin(address, wide);
      };
      for (const text of [...more, ...list.map(([one]) => one)]) {
        const outside = !holes.some((network) => isIn(text, network));
        equal(parts.filter((network) => isIn(text, network)).length, outside ? 1 : 0, text);
      }
    }),
    { numRuns: 500 },
  );
});
