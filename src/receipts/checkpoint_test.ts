import { deepEqual, equal, match } from "node:assert/strict";
import fc from "fast-check";
import { openCheckpoint, sealCheckpoint } from "./checkpoint.ts";
import { otherKey, sampleKey } from "./sample_log.ts";

const sample = { count: 3, head: "ab".repeat(32), time: "2026-03-01T12:00:00.000Z" };
const line = sealCheckpoint(sample, sampleKey);

Deno.test("A checkpoint has the form of the specification", () => {
  match(
    line,
    /^\{"count":3,"head":"(ab){32}","time":"2026-03-01T12:00:00\.000Z","key":"[0-9a-f]{64}","signature":"[0-9a-f]{128}"\}$/,
  );
  deepEqual(openCheckpoint(line, sampleKey.publicKey), { ...sample, key: sampleKey.publicKey });
});

Deno.test("Only the key that signed it opens it, and only as it stands", () => {
  equal(openCheckpoint(line, otherKey.publicKey), undefined);
  for (
    const other of [`${line}\n`, ` ${line}`, line.replace('"count":3', '"count": 3'), "", "{}"]
  ) {
    equal(openCheckpoint(other, sampleKey.publicKey), undefined, JSON.stringify(other));
  }
});

Deno.test("One changed bit at any byte is noticed", () => {
  const bytes = new TextEncoder().encode(line);
  fc.assert(fc.property(fc.nat(bytes.length * 8 - 1), (bit) => {
    const changed = bytes.slice();
    changed[bit >> 3] = (changed[bit >> 3] as number) ^ (1 << (bit & 7));
    equal(openCheckpoint(new TextDecoder().decode(changed), sampleKey.publicKey), undefined);
  }));
});

Deno.test("What the key signed without sense is no checkpoint", () => {
  for (
    const change of [
      { count: 0 },
      { count: 1.5 },
      { count: -1 },
      { count: Number.MAX_SAFE_INTEGER + 1 },
      { head: "AB".repeat(32) },
      { head: "ab" },
    ]
  ) {
    const signed = sealCheckpoint({ ...sample, ...change }, sampleKey);
    equal(openCheckpoint(signed, sampleKey.publicKey), undefined, signed);
  }
});
