import { deepStrictEqual as deepEqual, strictEqual as equal } from "node:assert/strict";
import fc from "fast-check";
import { byteOrder, type Cbor, decode, encode, isFloat, isList, isMap } from "./cbor.ts";
import { ProtocolError } from "./errors.ts";
import { hex } from "./keys.ts";

const integer = fc.oneof(
  fc.integer(),
  fc.maxSafeInteger(),
  fc.bigInt(2n ** 53n, 2n ** 63n - 1n),
  fc.bigInt(-(2n ** 63n), -(2n ** 53n)),
);
const float = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.float({ noNaN: true, noDefaultInfinity: true }),
).map((number) => ({ float: number }));
const text = fc.string({ unit: "binary", maxLength: 12 });
const scalar = fc.oneof(
  integer,
  float,
  text,
  fc.boolean(),
  fc.constant(null),
  fc.uint8Array({ maxLength: 40 }),
);

/** What decoding can return. */
const { value } = fc.letrec<{ value: Cbor }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 5, withCrossShrink: true },
    scalar,
    fc.array(tie("value"), { maxLength: 4 }),
    fc.array(fc.tuple(fc.oneof(integer, text), tie("value")), { maxLength: 4 })
      .map((entries) => new Map<Cbor, Cbor>(entries)),
  ),
}));

/** A codec written otherwise: by the definition of RFC 8949, one byte list per item. */
function reference(item: Cbor): number[] {
  const head = (major: number, size: bigint): number[] => {
    if (size < 24n) return [major * 32 + Number(size)];
    for (const [info, bytes] of [[24, 1], [25, 2], [26, 4], [27, 8]] as const) {
      if (size >= 1n << BigInt(8 * bytes)) continue;
      const digits = size.toString(16).padStart(2 * bytes, "0").match(/../g) ?? [];
      return [major * 32 + info, ...digits.map((pair) => parseInt(pair, 16))];
    }
    throw new Error("Too large");
  };
  if (typeof item === "boolean" || item === null) return [item === null ? 246 : item ? 245 : 244];
  if (typeof item === "number" || typeof item === "bigint") {
    const size = BigInt(item);
    return size < 0n ? head(1, -size - 1n) : head(0, size);
  }
  if (typeof item === "string") {
    const bytes = [...new TextEncoder().encode(item)];
    return [...head(3, BigInt(bytes.length)), ...bytes];
  }
  if (item instanceof Uint8Array) return [...head(2, BigInt(item.length)), ...item];
  if (isList(item)) return [...head(4, BigInt(item.length)), ...item.flatMap(reference)];
  if (isMap(item)) return [...head(5, BigInt(item.size)), ...[...item].flat().flatMap(reference)];
  const forms = [new Float16Array([item.float]), new Float32Array([item.float])] as const;
  const exact = forms.find((form) => Object.is(form[0], item.float)) ??
    new Float64Array([item.float]);
  const major = { 2: 249, 4: 250, 8: 251 }[exact.byteLength as 2 | 4 | 8];
  return [major, ...new Uint8Array(exact.buffer).reverse()];
}

/** Decodes, and shows that nothing but a ProtocolError is thrown and that nothing has two forms. */
function attack(bytes: Uint8Array): void {
  let decoded: Cbor;
  try {
    decoded = decode(bytes);
  } catch (error) {
    if (error instanceof ProtocolError && error.name === "MalformedCBOR") return;
    throw error;
  }
  equal(hex(encode(decoded)), hex(bytes));
}

Deno.test("Any value survives the round trip", () => {
  fc.assert(fc.property(value, (item) => deepEqual(decode(encode(item)), item)), { numRuns: 2000 });
});

Deno.test("The encoding is that of an encoder written otherwise", () => {
  fc.assert(
    fc.property(value, (item) => equal(hex(encode(item)), hex(Uint8Array.from(reference(item))))),
    { numRuns: 2000 },
  );
});

Deno.test("Random bytes are refused as malformed or encode to themselves", () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 64 }), attack), { numRuns: 20_000 });
});

Deno.test("Random heads are refused as malformed or encode to themselves", () => {
  // Bytes that mean something more often than random ones do.
  const byte = fc.constantFrom(
    ...[0x00, 0x17, 0x18, 0x19, 0x1a, 0x1b, 0x20, 0x38, 0x3b, 0x40, 0x41, 0x58, 0x60, 0x61, 0x78],
    ...[0x80, 0x81, 0x82, 0x98, 0x9f, 0xa0, 0xa1, 0xa2, 0xb8, 0xbf, 0xc0, 0xf4, 0xf6, 0xf9, 0xfa],
    ...[0xfb, 0xff, 0x7f],
  );
  fc.assert(
    fc.property(fc.array(byte, { maxLength: 24 }), (bytes) => attack(Uint8Array.from(bytes))),
    { numRuns: 20_000 },
  );
});

Deno.test("Mutated documents are refused as malformed or encode to themselves", () => {
  const change = fc.record({
    at: fc.nat(),
    byte: fc.integer({ min: 0, max: 255 }),
    kind: fc.constantFrom("set", "insert", "delete", "cut"),
  });
  fc.assert(
    fc.property(value, fc.array(change, { minLength: 1, maxLength: 3 }), (item, changes) => {
      const bytes = [...encode(item)];
      for (const { at, byte, kind } of changes) {
        const place = at % (bytes.length + 1);
        if (kind === "set") bytes[place] = byte;
        else if (kind === "insert") bytes.splice(place, 0, byte);
        else bytes.splice(place, kind === "delete" ? 1 : bytes.length);
      }
      attack(Uint8Array.from(bytes));
    }),
    { numRuns: 10_000 },
  );
});

Deno.test("No two values share an encoding", () => {
  const key = (item: Cbor): string =>
    isFloat(item)
      ? `float ${Object.is(item.float, -0) ? "-0" : item.float}`
      : `${typeof item} ${item}`;
  fc.assert(
    fc.property(
      fc.oneof(integer, float, text, fc.boolean()),
      fc.oneof(integer, float, text, fc.boolean()),
      (left, right) => equal(hex(encode(left)) === hex(encode(right)), key(left) === key(right)),
    ),
    { numRuns: 5000 },
  );
});

Deno.test("Keys sort as their bytes do", () => {
  fc.assert(fc.property(text, text, (left, right) => {
    const [a, b] = [left, right].map((one) => hex(new TextEncoder().encode(one)));
    equal(Math.sign(byteOrder(left, right)), a === b ? 0 : (a as string) < (b as string) ? -1 : 1);
  }));
});
