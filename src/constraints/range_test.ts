import { ok } from "node:assert/strict";
import fc from "fast-check";
import { rule } from "../../tests/conformance/minted.ts";
import type { Cbor } from "../protocol/cbor.ts";
import { matches as verdict } from "./range.ts";

/** Only a plain yes allows. */
function matches(...given: Parameters<typeof verdict>): boolean {
  return verdict(...given) === true;
}

function within(members: Readonly<Record<string, Cbor>>, argument: Cbor): boolean {
  return matches(rule(members), argument);
}

Deno.test("Bounds are inclusive unless they say otherwise", () => {
  const range = { min: 1, max: 5 };
  for (const number of [1, 1.5, 5, 3n, { float: 1 }, { float: 5 }]) ok(within(range, number));
  for (const number of [0, 0.999, 5.001, 6, -1, 6n, { float: 5.5 }]) ok(!within(range, number));
  ok(within({ ...range, min_inclusive: true, max_inclusive: true }, 1));
  ok(!within({ ...range, min_inclusive: false }, 1));
  ok(within({ ...range, min_inclusive: false }, 1.0001));
  ok(!within({ ...range, max_inclusive: false }, 5));
  ok(within({ ...range, max_inclusive: false }, 1));
});

Deno.test("Bounds are floats on the wire, numbers in a policy", () => {
  for (const bound of [5, 5n, { float: 5 }]) {
    ok(within({ min: bound }, 5));
    ok(!within({ min: bound }, 4));
    ok(within({ max: bound }, 5));
    ok(!within({ max: bound }, 6));
  }
  ok(within({ min: 9223372036854775807n }, 9223372036854775807n));
});

Deno.test("One side may be open, also written as null", () => {
  ok(within({ min: 1, max: null }, 1e300));
  ok(!within({ min: 1, max: null }, 0));
  ok(within({ min: null, max: 1 }, -1e300));
  ok(!within({ max: 1 }, 2));
  ok(within({ min: 0 }, -0));
});

Deno.test("No bound at all is a range only where the flags say that it is one", () => {
  ok(within({ min: null, max: null, min_inclusive: true, max_inclusive: true }, 5));
  ok(!within({}, 5));
  ok(!within({ min: null, max: null }, 5));
  ok(!within({ minimum: 1 }, 5));
});

Deno.test("An empty range matches nothing", () => {
  ok(!within({ min: 5, max: 1 }, 3));
  ok(!within({ min: 5, max: 5, min_inclusive: false }, 5));
  ok(within({ min: 5, max: 5 }, 5));
});

Deno.test("Only finite numbers are numbers", () => {
  for (
    const argument of ["3", true, null, [3], rule({}), Uint8Array.of(3), NaN, Infinity, -Infinity]
  ) {
    ok(!within({ min: 1, max: 5 }, argument));
    ok(!within({ min: -1e308 }, argument));
    ok(!within({ max: 1e308 }, argument));
  }
});

Deno.test("Malformed rules deny", () => {
  for (const value of [null, 5, "1,5", [1, 5], true]) ok(!matches(value, 3));
  for (const bound of ["1", true, [], rule({}), NaN]) {
    ok(!within({ min: bound }, 3));
    ok(!within({ min: bound, max: 5 }, 3));
    ok(!within({ min: 1, max: bound }, 3));
  }
  for (const flag of ["yes", 0, 1, []]) {
    ok(!within({ min: 1, max: 5, min_inclusive: flag }, 3));
    ok(!within({ min: 1, max: 5, max_inclusive: flag }, 3));
    ok(!within({ min: 1, max_inclusive: flag }, 3));
  }
});

Deno.test("Whatever is allowed lies between the bounds", () => {
  const bound = fc.option(fc.double({ min: -10, max: 10, noNaN: true }));
  const number = fc.double({ min: -12, max: 12, noNaN: true });
  fc.assert(
    fc.property(
      bound,
      bound,
      fc.boolean(),
      fc.boolean(),
      number,
      (min, max, low, high, argument) => {
        const expected = (min === null || argument > min || (low && argument === min)) &&
          (max === null || argument < max || (high && argument === max));
        const found = within({ min, max, min_inclusive: low, max_inclusive: high }, argument);
        ok(found === expected);
      },
    ),
  );
});
