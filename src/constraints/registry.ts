/**
 * Constraint types by their wire id (wire-format-v1 section 6) and how a value is judged by one.
 * The common types are here at once; the rest are loaded when a warrant or a policy uses them.
 * A type that is not known matches nothing.
 */
import { type Cbor, isFloat, isList, isMap } from "../protocol/cbor.ts";
import type { Constraint } from "../protocol/warrant.ts";
import { isGlob, matchesPattern } from "./pattern.ts";
import { matchesShlex } from "./shlex.ts";
import { matchesSubpath } from "./subpath.ts";
import { matches as matchesUrlSafe } from "./url_safe.ts";

/** Judges an argument by a constraint's wire value. Malformed values match nothing. */
export type Match = (rule: Cbor, argument: Cbor) => boolean;

/** The member `key` of a wire value that is a map. */
export function member(rule: Cbor, key: string): Cbor | undefined {
  return isMap(rule) ? rule.get(key) : undefined;
}

/** A number, however it is held; undefined for anything else. */
export function numeric(value: Cbor | undefined): number | bigint | undefined {
  const plain = isFloat(value) ? value.float : value;
  return typeof plain === "number" || typeof plain === "bigint" ? plain : undefined;
}

/** Equality of wire values: typed, so 5 is not "5"; but JSON cannot tell 5 from 5.0. */
export function equals(left: Cbor | undefined, right: Cbor | undefined): boolean {
  if (isList(left) && isList(right)) {
    return left.length === right.length && left.every((item, i) => equals(item, right[i]));
  }
  if (isMap(left) && isMap(right)) {
    return left.size === right.size &&
      [...left].every(([key, item]) => equals(item, right.get(key)));
  }
  const number = numeric(left);
  return number === undefined ? left === right : number == numeric(right);
}

/** The constraints within one of type 13; none when any of them is malformed. */
function nested(rule: Cbor): readonly Constraint[] {
  const list = member(rule, "constraints");
  const sound = isList(list) &&
    list.every((pair) => isList(pair) && pair.length === 2 && typeof pair[0] === "number");
  return sound ? list as unknown as readonly Constraint[] : [];
}

const known = new Map<number, Match>([
  [1, (rule, argument) => equals(member(rule, "value"), argument)],
  [2, (rule, argument) => {
    const pattern = member(rule, "pattern");
    return typeof pattern === "string" && isGlob(pattern) && matchesPattern(pattern, argument);
  }],
  [4, (rule, argument) => {
    const values = member(rule, "values");
    return isList(values) && values.some((value) => equals(value, argument));
  }],
  [13, (rule, argument) => nested(rule).some((inner) => matches(inner, argument))],
  [16, (rule) => rule === null],
  [17, (rule, argument) => matchesSubpath(rule, argument)],
  [18, (rule, argument) => matchesUrlSafe(rule, argument)],
  [128, (rule, argument) => matchesShlex(member(rule, "allow"), argument)],
]);

const rare: { readonly [type: number]: () => Promise<{ readonly matches: Match }> } = {
  3: () => import("./range.ts"),
  5: () => import("./regex.ts"),
  7: () => import("./not_one_of.ts"),
  8: () => import("./cidr.ts"),
  9: () => import("./url_pattern.ts"),
};

/** Loads what is needed to judge by these constraints, those nested in them included. */
export async function prepare(constraints: Iterable<Constraint>): Promise<void> {
  for (const [type, rule] of constraints) {
    if (type === 13) await prepare(nested(rule));
    const load = rare[type];
    if (!known.has(type) && load !== undefined) known.set(type, (await load()).matches);
  }
}

/** True when the argument satisfies the constraint. `prepare` must have seen it. */
export function matches([type, rule]: Constraint, argument: Cbor): boolean {
  return known.get(type)?.(rule, argument) ?? false;
}

/**
 * A wire value out of JSON: objects become maps, in the order of their keys. `JSON.parse` makes
 * `__proto__` an own key, so no prototype is reached.
 */
export function fromJson(value: unknown): Cbor {
  if (Array.isArray(value)) return value.map(fromJson);
  if (typeof value !== "object" || value === null) return value as Cbor;
  return new Map(Object.entries(value).map(([key, inner]) => [key, fromJson(inner)]));
}
