import { deepStrictEqual as deepEqual, ok, strictEqual as equal } from "node:assert/strict";
import { codes, ProtocolError } from "./errors.ts";

Deno.test("A protocol error carries its published name and number", () => {
  const error = new ProtocolError("WarrantExpired", "Warrant a has expired");
  ok(error instanceof Error);
  deepEqual([error.name, error.code, error.message], [
    "WarrantExpired",
    1300,
    "Warrant a has expired",
  ]);
});

Deno.test("Codes are unique and lie in the published ranges", () => {
  const numbers: number[] = Object.values(codes);
  equal(new Set(numbers).size, numbers.length);
  ok(numbers.every((code) => code >= 1000 && code <= 2199));
});
