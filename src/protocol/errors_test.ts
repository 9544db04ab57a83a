import { deepStrictEqual as deepEqual, ok, strictEqual as equal } from "node:assert/strict";
import { codes, httpStatus, ProtocolError } from "./errors.ts";

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
  equal(numbers.length, 51);
  ok(numbers.every((code) => code >= 1000 && code <= 2199));
});

Deno.test("Every code has the HTTP status of its range", () => {
  const published: readonly (readonly [first: number, status: number])[] = [
    [1000, 400],
    [1100, 401],
    [1200, 400],
    [1300, 401],
    [1400, 403],
    [1500, 403],
    [1600, 401],
    [1700, 403],
    [1800, 401],
    [1900, 413],
    [2000, 400],
    [2100, 400],
  ];
  for (const [first, status] of published) {
    equal(httpStatus(first), status);
    equal(httpStatus(first + 99), status);
  }
  for (const code of Object.values(codes)) ok(httpStatus(code) !== undefined, String(code));
  for (const code of [0, 7, 999, 2200, 9001, -1000, NaN, Infinity]) {
    equal(httpStatus(code), undefined, String(code));
  }
});
