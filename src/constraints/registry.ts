/**
 * Constraint types by their wire id (wire-format-v1 section 6) and how a value is judged by one.
 * The common types are here at once; the rest are loaded when a warrant or a policy uses them.
 * A type that is not known matches nothing.
 */
import { type Cbor, isFloat, isList, isMap } from "../protocol/cbor.ts";
import type { Constraint } from "../protocol/warrant.ts";
import { matches as judgeAll } from "./all.ts";
import { judgeAny } from "./alternatives.ts";
import { matches as judgeNot } from "./not.ts";
import { judgePattern } from "./pattern.ts";
import { judgeShlex } from "./shlex.ts";
import { judgeSubpath } from "./subpath.ts";
import { matches as matchesUrlSafe } from "./url_safe.ts";

/**
 * What a constraint says of an argument. Only `true` allows. The other answers differ for what holds
 * a constraint: `Not` turns a plain `false` only.
 * - `stricter`: refused here, while the published library may accept it;
 * - `unreadable`: the published library fails here (unknown type, malformed rule, text that is no
 *   address or URL), and so does all that holds the constraint.
 */
export type Verdict = boolean | "stricter" | "unreadable";

/** Judges an argument by a constraint's wire value. */
export type Match = (rule: Cbor, argument: Cbor) => Verdict;

/** True when the second rule accepts nothing that the first refuses; both of one type. */
export type Narrow = (parent: Cbor, child: Cbor) => boolean;

/** The member `key` of a wire value that is a map. */
export function member(rule: Cbor, key: string): Cbor | undefined {
  return isMap(rule) ? rule.get(key) : undefined;
}

/** A number, however it is held; undefined for anything else. */
export function numeric(value: Cbor | undefined): number | bigint | undefined {
  const plain = isFloat(value) ? value.float : value;
  return typeof plain === "number" || typeof plain === "bigint" ? plain : undefined;
}

/** True for what stands on the wire as a float: the published library tells 5 from 5.0. */
function isFractional(value: Cbor): boolean {
  return isFloat(value) ||
    (typeof value === "number" &&
      (!Number.isInteger(value) || Object.is(value, -0) || Math.abs(value) >= 2 ** 63));
}

/** Equality of wire values: typed, so 5 is neither "5" nor 5.0. */
export function equals(left: Cbor | undefined, right: Cbor | undefined): boolean {
  if (left === undefined || right === undefined) return left === right;
  if (isList(left) && isList(right)) {
    return left.length === right.length && left.every((item, i) => equals(item, right[i]));
  }
  if (isMap(left) && isMap(right)) {
    return left.size === right.size &&
      [...left].every(([key, item]) => right.has(key) && equals(item, right.get(key)));
  }
  const number = numeric(left);
  if (number === undefined) return left === right;
  return number == numeric(right) && isFractional(left) === isFractional(right);
}

/** The key under which a type holds other constraints. */
const holders: { readonly [type: number]: string } = {
  12: "constraints",
  13: "constraints",
  14: "constraint",
};

/** As in the published library. */
const maxNesting = 32;

function isPair(value: Cbor): value is Cbor & Constraint {
  return isList(value) && value.length === 2 && typeof value[0] === "number";
}

/** What was found of long lists: they are values, and do not change. */
const seen = {
  pairs: new WeakSet<object>(),
  shallow: new WeakSet<object>(),
  readable: new WeakSet<object>(),
  prepared: new WeakSet<object>(),
};

/** The constraints that one of type 12, 13 or 14 holds; none when any of them is malformed. */
export function nested([type, rule]: Constraint): readonly Constraint[] | undefined {
  const held = member(rule, holders[type] ?? "");
  const list = type === 14 && held !== undefined ? [held] : held;
  if (!isList(list)) return undefined;
  if (seen.pairs.has(list)) return list as unknown as readonly Constraint[];
  if (!list.every(isPair)) return undefined;
  seen.pairs.add(list);
  return list;
}

/** Types whose malformed rules the published library refuses when it reads the warrant. */
const checked = [1, 3, 4, 7, 8, 9, 10, 11, 12, 13, 14, 16, 17, 18, 128];

/** The constraints within, if all of them can be read, whether or not they are reached. */
export function readable(constraint: Constraint): readonly Constraint[] | undefined {
  const inner = nested(constraint);
  if (inner === undefined || seen.readable.has(inner)) return inner;
  // Null is an argument that every sound rule can judge.
  const isMalformed = (one: Constraint) =>
    checked.includes(one[0]) && verdictOf(one, null) === "unreadable";
  if (inner.some(isMalformed)) return undefined;
  seen.readable.add(inner);
  return inner;
}

/** False when constraints are nested deeper than the published library reads. */
export function isShallow(constraint: Constraint, left = maxNesting): boolean {
  if (holders[constraint[0]] === undefined) return true;
  const inner = nested(constraint) ?? [];
  if (left === maxNesting && seen.shallow.has(inner)) return true;
  if (left === 0 || !inner.every((one) => isShallow(one, left - 1))) return false;
  if (left === maxNesting) seen.shallow.add(inner);
  return true;
}

const known = new Map<number, Match>([
  [1, (rule, argument) => {
    const value = member(rule, "value");
    return value === undefined ? "unreadable" : equals(value, argument);
  }],
  [2, (rule, argument) => judgePattern(member(rule, "pattern"), argument)],
  [4, (rule, argument) => {
    const values = member(rule, "values");
    return isList(values) ? values.some((value) => equals(value, argument)) : "unreadable";
  }],
  // What holds others is here, where it finds the types that were loaded.
  [12, (rule, argument) => judgeAll(rule, argument)],
  [13, (rule, argument) => judgeAny(rule, argument)],
  [14, (rule, argument) => judgeNot(rule, argument)],
  [16, (rule) => rule === null ? true : "unreadable"],
  [17, (rule, argument) => judgeSubpath(rule, argument)],
  [18, (rule, argument) => matchesUrlSafe(rule, argument)],
  [128, (rule, argument) => judgeShlex(member(rule, "allow"), argument)],
]);

// Type 15, CEL, is not judged: see cel.ts.
const rare: { readonly [type: number]: () => Promise<{ readonly matches: Match }> } = {
  3: () => import("./range.ts"),
  5: () => import("./regex.ts"),
  7: () => import("./not_one_of.ts"),
  8: () => import("./cidr.ts"),
  9: () => import("./url_pattern.ts"),
  10: () => import("./contains.ts"),
  11: () => import("./subset.ts"),
};

/** Loads what is needed to judge by these constraints, those nested in them included. */
export async function prepare(constraints: Iterable<Constraint>): Promise<void> {
  for (const constraint of constraints) {
    const [type] = constraint;
    if (!isShallow(constraint)) continue;
    if (holders[type] !== undefined) {
      const inner = nested(constraint) ?? [];
      if (!seen.prepared.has(inner)) await prepare(inner);
      seen.prepared.add(inner);
    }
    const load = rare[type];
    if (!known.has(type) && load !== undefined) known.set(type, (await load()).matches);
  }
}

/** What the constraint says, for those that hold it. `prepare` must have seen it. */
export function verdictOf(constraint: Constraint, argument: Cbor): Verdict {
  if (!isShallow(constraint)) return "unreadable";
  const [type, rule] = constraint;
  return known.get(type)?.(rule, argument) ?? "unreadable";
}

/** True when the argument satisfies the constraint. `prepare` must have seen it. */
export function matches(constraint: Constraint, argument: Cbor): boolean {
  return verdictOf(constraint, argument) === true;
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
