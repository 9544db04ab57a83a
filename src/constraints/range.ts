/** Range (type 3): a number within bounds. Booleans and numeric strings are not numbers. */
import type { Cbor } from "../protocol/cbor.ts";
import { member, numeric, type Verdict } from "./registry.ts";

interface End {
  /** NaN when the range is open on this side. */
  readonly bound: number;
  readonly inclusive: boolean;
}

/** One end of the range; undefined when it is malformed. */
function endOf(rule: Cbor, side: "min" | "max"): End | undefined {
  const bound = member(rule, side) ?? null;
  const inclusive = member(rule, `${side}_inclusive`) ?? true;
  const number = Number(numeric(bound) ?? NaN);
  if (typeof inclusive !== "boolean" || (bound !== null && !Number.isFinite(number))) {
    return undefined;
  }
  return { bound: number, inclusive };
}

/** Both ends; without a bound, something else must say that this is a range. */
function endsOf(rule: Cbor): { readonly min: End; readonly max: End } | undefined {
  const [min, max] = [endOf(rule, "min"), endOf(rule, "max")];
  if (min === undefined || max === undefined) return undefined;
  const isBounded = !Number.isNaN(min.bound) || !Number.isNaN(max.bound);
  return isBounded || member(rule, "min_inclusive") !== undefined ? { min, max } : undefined;
}

export function matches(rule: Cbor, argument: Cbor): Verdict {
  const ends = endsOf(rule);
  if (ends === undefined) return "unreadable";
  const number = Number(numeric(argument) ?? NaN);
  if (!Number.isFinite(number)) return false;
  const { min, max } = ends;
  const isBelow = min.inclusive ? number < min.bound : number <= min.bound;
  const isAbove = max.inclusive ? number > max.bound : number >= max.bound;
  return !isBelow && !isAbove;
}

/** True when the child's end does not lie beyond the parent's; `sign` is -1 for the upper end. */
function holds(parent: End, child: End, sign: 1 | -1): boolean {
  if (Number.isNaN(parent.bound)) return true;
  const beyond = (child.bound - parent.bound) * sign;
  return beyond > 0 || (child.bound === parent.bound && (parent.inclusive || !child.inclusive));
}

export function narrows(parent: Cbor, child: Cbor): boolean {
  const [outer, inner] = [endsOf(parent), endsOf(child)];
  return outer !== undefined && inner !== undefined && holds(outer.min, inner.min, 1) &&
    holds(outer.max, inner.max, -1);
}
