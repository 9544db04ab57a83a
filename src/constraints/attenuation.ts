/**
 * Which constraint may replace which in a child warrant (wire-format-v1, attenuation matrix). A pair
 * that is not listed is refused, even when nothing changes: an unknown type is never handed on.
 */
import { type Cbor, isList } from "../protocol/cbor.ts";
import type { Constraint, ConstraintSet, Warrant } from "../protocol/warrant.ts";
import { narrows as narrowsCel } from "./cel.ts";
import { narrows as narrowsCidr } from "./cidr.ts";
import { narrowsAll, narrowsAny, narrowsNot } from "./composite_attenuation.ts";
import { narrows as narrowsContains } from "./contains.ts";
import { narrows as narrowsNotOneOf } from "./not_one_of.ts";
import { narrows as narrowsPattern } from "./pattern_attenuation.ts";
import { narrows as narrowsRange } from "./range.ts";
import { equals, isShallow, matches, member, type Narrow, prepare, verdictOf } from "./registry.ts";
import { matchesSubpath } from "./subpath.ts";
import { narrows as narrowsSubset } from "./subset.ts";
import { narrows as narrowsUrlPattern } from "./url_pattern.ts";
import { narrows as narrowsUrlSafe } from "./url_safe_attenuation.ts";

function isSubset(child: Cbor | undefined, parent: Cbor | undefined): boolean {
  return isList(child) && isList(parent) &&
    child.every((value) => parent.some((other) => equals(other, value)));
}

/** A root is within itself only where the parent accepts its own root, as in the library. */
function narrowsSubpath(parent: Cbor, child: Cbor): boolean {
  return matchesSubpath(parent, member(child, "root") ?? null) &&
    (member(parent, "case_sensitive") === false || member(child, "case_sensitive") !== false) &&
    (member(parent, "allow_equal") !== false || member(child, "allow_equal") === false);
}

function isSame(parent: Cbor | undefined, child: Cbor | undefined): boolean {
  return parent !== undefined && equals(parent, child);
}

/** Within one type. */
const narrowings: { readonly [type: number]: Narrow } = {
  1: (parent, child) => isSame(member(parent, "value"), member(child, "value")),
  2: narrowsPattern,
  3: narrowsRange,
  4: (parent, child) => isSubset(member(child, "values"), member(parent, "values")),
  5: (parent, child) => isSame(member(parent, "pattern"), member(child, "pattern")),
  7: narrowsNotOneOf,
  8: narrowsCidr,
  9: narrowsUrlPattern,
  10: narrowsContains,
  11: narrowsSubset,
  12: (parent, child) => narrowsAll([12, parent], [12, child], narrows),
  13: (parent, child) => narrowsAny([13, parent], [13, child], narrows),
  14: (parent, child) => narrowsNot([14, parent], [14, child], narrows),
  15: narrowsCel,
  17: narrowsSubpath,
  18: narrowsUrlSafe,
  128: (parent, child) => isSubset(member(child, "allow"), member(parent, "allow")),
};

/** Types that an exact value may replace. The published library has All here, its document has not. */
const replaceable = [2, 3, 4, 5, 8, 9, 12, 17, 18, 128];

/**
 * True when `child` accepts nothing that `parent` refuses, by the published matrix. What was not
 * prepared is refused where a value must be judged.
 */
export function narrows(parent: Constraint, child: Constraint): boolean {
  const [parentType, parentRule] = parent;
  const [childType, childRule] = child;
  if (parentType === 16) return parentRule === null;
  if (!isShallow(parent) || !isShallow(child)) return false;
  if (childType === 1 && replaceable.includes(parentType)) {
    const value = member(childRule, "value");
    return value !== undefined && matches(parent, value);
  }
  return parentType === childType && narrowings[parentType]?.(parentRule, childRule) === true &&
    isWhole(child);
}

/** A list of one type is narrowed by its entries; the child must be a rule of its type all the same. */
function isWhole(child: Constraint): boolean {
  return ![2, 17, 18, 128].includes(child[0]) || verdictOf(child, "") !== "unreadable";
}

function narrowsSet(parent: ConstraintSet, child: ConstraintSet): boolean {
  // Without constraints any argument passes, so any set is narrower; otherwise the keys must agree.
  if (parent.size === 0) return true;
  if (parent.size !== child.size) return false;
  for (const [name, constraint] of parent) {
    const inner = child.get(name);
    if (inner === undefined || !narrows(constraint, inner)) return false;
  }
  return true;
}

/** True when the child's tools are the parent's or fewer, none with wider constraints. */
export function attenuates(parent: Warrant["tools"], child: Warrant["tools"]): boolean {
  for (const [tool, set] of child) {
    const outer = parent.get(tool);
    if (outer === undefined || !narrowsSet(outer, set)) return false;
  }
  return true;
}

/** Loads what `attenuates` needs for these warrants, and returns it. */
export async function prepareAttenuation(
  chain: readonly Pick<Warrant, "tools" | "constraintBounds">[],
): Promise<typeof attenuates> {
  for (const { tools, constraintBounds } of chain) {
    for (const set of tools.values()) await prepare(set.values());
    await prepare(constraintBounds?.values() ?? []);
  }
  return attenuates;
}
