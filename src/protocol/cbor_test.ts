import { deepStrictEqual as deepEqual, ok, strictEqual as equal } from "node:assert/strict";
import { refusal } from "../../tests/conformance/minted.ts";
import { byteOrder, type Cbor, decode, encode, sortedMap } from "./cbor.ts";
import { fromHex, hex } from "./keys.ts";

function decoding(text: string): string {
  return refusal(() => decode(fromHex(text)));
}

function message(text: string): string {
  try {
    decode(fromHex(text));
    return "accepted";
  } catch (error) {
    return error instanceof Error ? error.message.replace("Malformed CBOR: ", "") : "";
  }
}

/** Values and their one encoding. */
const values: readonly (readonly [value: Cbor, bytes: string])[] = [
  [0, "00"],
  [23, "17"],
  [24, "1818"],
  [255, "18ff"],
  [256, "190100"],
  [65535, "19ffff"],
  [65536, "1a00010000"],
  [4294967295, "1affffffff"],
  [4294967296, "1b0000000100000000"],
  [9007199254740991, "1b001fffffffffffff"],
  [9007199254740992n, "1b0020000000000000"],
  [9223372036854775807n, "1b7fffffffffffffff"],
  [-1, "20"],
  [-24, "37"],
  [-25, "3818"],
  [-256, "38ff"],
  [-257, "390100"],
  [-4294967296, "3affffffff"],
  [-9007199254740991, "3b001ffffffffffffe"],
  [-9007199254740992n, "3b001fffffffffffff"],
  [-9223372036854775808n, "3b7fffffffffffffff"],
  [{ float: 0 }, "f90000"],
  [{ float: -0 }, "f98000"],
  [{ float: 1 }, "f93c00"],
  [{ float: 1.5 }, "f93e00"],
  [{ float: 65504 }, "f97bff"],
  [{ float: 2 ** -14 }, "f90400"],
  [{ float: 1023 * 2 ** -24 }, "f903ff"],
  [{ float: 2 ** -24 }, "f90001"],
  [{ float: -(2 ** -24) }, "f98001"],
  [{ float: 65505 }, "fa477fe100"],
  [{ float: 65536 }, "fa47800000"],
  [{ float: 100000.5 }, "fa47c35040"],
  [{ float: 2 ** -25 }, "fa33000000"],
  [{ float: 3.4028234663852886e38 }, "fa7f7fffff"],
  [{ float: 2 ** -149 }, "fa00000001"],
  [{ float: 1.1 }, "fb3ff199999999999a"],
  [{ float: 1e300 }, "fb7e37e43c8800759c"],
  [{ float: 5e-324 }, "fb0000000000000001"],
  [{ float: 2.225073858507201e-308 }, "fb000fffffffffffff"],
  [{ float: 9007199254740992 }, "fa5a000000"],
  [false, "f4"],
  [true, "f5"],
  [null, "f6"],
  ["", "60"],
  ["ü", "62c3bc"],
  ["\ufeffa", "64efbbbf61"],
  ["\u{10348}", "64f0908d88"],
  ["\0", "6100"],
  [Uint8Array.of(), "40"],
  [Uint8Array.of(1, 2), "420102"],
  [[], "80"],
  [[1, [2, [3]]], "820182028103"],
  [new Map(), "a0"],
  [new Map<Cbor, Cbor>([[1, 2], ["a", -1]]), "a20102616120"],
];

Deno.test("Values have one encoding, both ways", () => {
  for (const [value, bytes] of values) {
    equal(hex(encode(value)), bytes, Deno.inspect(value));
    deepEqual(decode(Uint8Array.from(fromHex(bytes))), value, bytes);
  }
});

Deno.test("Numbers without a fraction are integers as far as i64 goes, then floats", () => {
  equal(hex(encode(2 ** 62)), "1b4000000000000000");
  equal(hex(encode(2 ** 63 - 1024)), "1b7ffffffffffffc00");
  equal(hex(encode(2 ** 63)), "fa5f000000");
  equal(hex(encode(-(2 ** 63))), "fadf000000");
  equal(hex(encode(1e300)), "fb7e37e43c8800759c");
  equal(hex(encode(2e300)), "fb7e47e43c8800759c");
  equal(hex(encode(-0)), "f98000");
  equal(hex(encode(0.5)), "f93800");
  equal(hex(encode({ float: 5 })), "f94500");
});

Deno.test("Every half is its own shortest form", () => {
  const bytes = Uint8Array.of(0xf9, 0, 0);
  for (let bits = 0; bits < 0x10000; bits++) {
    bytes[1] = bits >> 8;
    bytes[2] = bits & 255;
    if ((bits & 0x7c00) === 0x7c00) continue; // infinities and the rest
    equal(hex(encode(decode(bytes))), hex(bytes));
  }
});

/** What is refused, by the reason given. */
const malformed: Readonly<Record<string, readonly string[]>> = {
  "truncated": ["", "18", "19ff", "1a000000", "41", "62c3", "8201", "a101", "f93c", "fb00"],
  "length not shortest": ["1800", "1817", "1900ff", "1a0000ffff", "1b00000000ffffffff", "3817"],
  "indefinite or reserved length": ["1c", "1f", "5f4101ff", "7f6161ff", "9f01ff", "bf0102ff"],
  "integer outside i64": ["1b8000000000000000", "3b8000000000000000", "3bffffffffffffffff"],
  "tags are not used": ["c249010000000000000000", "c349010000000000000000", "d8184100", "c001"],
  "map key is not text or an integer": ["a1f500", "a1f600", "a1410000", "a18000", "a1a000"],
  "duplicate map key": ["a200010002", "a2616101616102", "a220002000"],
  "bytes after the value": ["0000", "f6f6", "8000"],
  "text is not UTF-8": ["61ff", "62c328", "62c080", "63eda080", "64f4908080", "61c3"],
  "number is not finite": ["f97c00", "f9fc00", "f97e00", "fa7f800000", "fb7ff8000000000000"],
  "float not shortest": ["fa3fc00000", "fb3ff8000000000000", "fb40f0000000000000", "fa00000000"],
  "unknown simple value": ["f7", "f0", "f800", "f820", "fc", "ff", "e0"],
};

for (const [reason, inputs] of Object.entries(malformed)) {
  Deno.test(`MalformedCBOR: ${reason}`, () => {
    for (const input of inputs) {
      equal(message(input), reason, input);
      equal(decoding(input), "MalformedCBOR", input);
    }
  });
}

Deno.test("MalformedCBOR: lengths that are shorter in the head of strings, lists and maps", () => {
  for (const input of ["580141", "780161", "980100", "b8010000", "59000141"]) {
    equal(message(input), "length not shortest", input);
  }
});

Deno.test("MalformedCBOR: a float as a key, which would be -0 or equal to an integer", () => {
  for (const input of ["a1f9800000", "a1f9000000", "a20100f93c0000", "a1fa477fe10000"]) {
    equal(message(input), "map key is not text or an integer", input);
  }
});

Deno.test("MalformedCBOR: lengths beyond the input, before anything is set aside for them", () => {
  const huge = [
    "5a7fffffff",
    "7b000000ffffffffff",
    "9b7fffffffffffffff",
    "ba7fffffff00",
    "9affffffff",
  ];
  for (const input of huge) equal(message(input), "truncated", input);
  const nested = "9a00ffffff".repeat(1000);
  equal(message(nested), "truncated");
});

Deno.test("MalformedCBOR: nested too deep, at whatever length", () => {
  const nest = (depth: number) => "81".repeat(depth) + "00";
  equal(message(nest(103)), "accepted");
  equal(message(nest(104)), "nested too deep");
  equal(message(nest(100_000)), "nested too deep");
  equal(message("a100".repeat(104) + "00"), "nested too deep");
});

Deno.test("MalformedCBOR: what has no encoding of its own", () => {
  const bad: Cbor[] = [
    "\ud800",
    "a\udc00b",
    new Map([["\udbff", 1]]),
    [NaN],
    Infinity,
    -Infinity,
    { float: NaN },
    2n ** 63n,
    -(2n ** 63n) - 1n,
    2n ** 64n,
  ];
  for (const value of bad) {
    equal(refusal(() => encode(value)), "MalformedCBOR", Deno.inspect(value));
  }
  equal(hex(encode("\ufffd")), "63efbfbd");
});

Deno.test("Byte strings are views, also of a part of a buffer", () => {
  const buffer = Uint8Array.of(9, 9, 0x42, 1, 2, 9);
  const value = decode(buffer.subarray(2, 5));
  ok(value instanceof Uint8Array);
  deepEqual([...value], [1, 2]);
  equal(value.buffer, buffer.buffer);
});

Deno.test("Keys sort by their bytes, beyond U+FFFF too", () => {
  deepEqual(["b", "a", "aa", "", "\u{1f600}", "\uffff"].sort(byteOrder), [
    "",
    "a",
    "aa",
    "b",
    "\uffff",
    "\u{1f600}",
  ]);
  deepEqual([...sortedMap([["b", 1], ["a", 2]]).keys()], ["a", "b"]);
});
