/** Range (type 3): a number within bounds. Booleans and numeric strings are not numbers. */
import type { Cbor } from "../protocol/cbor.ts";
import { member } from "./registry.ts";

function within(
  bound: Cbor | undefined,
  inclusive: boolean,
  holds: (bound: number) => boolean,
  argument: number,
): boolean {
  if (bound === undefined || bound === null) return true;
  if (typeof bound !== "number" && typeof bound !== "bigint") return false;
  return holds(Number(bound)) || (inclusive && Number(bound) === argument);
}

export function matches(rule: Cbor, argument: Cbor): boolean {
  if (typeof argument !== "number" && typeof argument !== "bigint") return false;
  const number = Number(argument);
  const { min, max } = { min: member(rule, "min"), max: member(rule, "max") };
  if ((min ?? max ?? null) === null) return false;
  return within(min, member(rule, "min_inclusive") !== false, (low) => number > low, number) &&
    within(max, member(rule, "max_inclusive") !== false, (high) => number < high, number);
}
