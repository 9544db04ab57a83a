/** Range (type 3): a number within bounds. Booleans and numeric strings are not numbers. */
import type { Cbor } from "../protocol/cbor.ts";
import { member, numeric } from "./registry.ts";

/** One end of the range: whether `argument` passes it, undefined when there is none. */
function passes(
  rule: Cbor,
  side: "min" | "max",
  isBeyond: (bound: number) => boolean,
  argument: number,
): boolean | undefined {
  const bound = member(rule, side) ?? null;
  const inclusive = member(rule, `${side}_inclusive`) ?? true;
  if (typeof inclusive !== "boolean") return false;
  if (bound === null) return undefined;
  const number = Number(numeric(bound) ?? NaN);
  return isBeyond(number) || (inclusive && number === argument);
}

export function matches(rule: Cbor, argument: Cbor): boolean {
  const number = Number(numeric(argument) ?? NaN);
  if (!Number.isFinite(number)) return false;
  const sides = [
    passes(rule, "min", (low) => number > low, number),
    passes(rule, "max", (high) => number < high, number),
  ];
  // Without a bound, something else must say that this is a range.
  const isRange = sides.includes(true) || member(rule, "min_inclusive") !== undefined;
  return isRange && !sides.includes(false);
}
