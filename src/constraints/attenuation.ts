/**
 * Which constraint may replace which in a child warrant (wire-format-v1, attenuation matrix): a pair
 * that is not listed is refused, unless the constraint stays as it is.
 */
import { type Cbor, isList } from "../protocol/cbor.ts";
import type { Constraint, ConstraintSet, Warrant } from "../protocol/warrant.ts";
import { equals, matches, member } from "./registry.ts";
import { matchesSubpath } from "./subpath.ts";

const exact = 1;

function isSubset(child: Cbor | undefined, parent: Cbor | undefined): boolean {
  return isList(child) && isList(parent) &&
    child.every((value) => parent.some((other) => equals(other, value)));
}

/** Only one `*` at an edge has a decidable subset relation; other globs must stay as they are. */
function narrowsPattern(parent: Cbor | undefined, child: Cbor | undefined): boolean {
  if (typeof parent !== "string" || typeof child !== "string") return false;
  if (parent === child) return true;
  if (/[?[]/.test(parent + child) || child.split("*").length > 2) return false;
  const fixed = parent.replace("*", "");
  if (fixed.length !== parent.length - 1 || fixed.includes("*")) return false;
  if (parent.endsWith("*")) {
    return child.endsWith("*") || !child.includes("*") ? child.startsWith(fixed) : false;
  }
  if (!parent.startsWith("*")) return false;
  return child.startsWith("*") || !child.includes("*") ? child.endsWith(fixed) : false;
}

function narrowsSubpath(parent: Cbor, child: Cbor): boolean {
  const root = member(child, "root") ?? null;
  return matchesSubpath(parent, root) &&
    (member(parent, "case_sensitive") === false || member(child, "case_sensitive") !== false) &&
    (member(parent, "allow_equal") !== false || member(child, "allow_equal") === false);
}

/** True when `child` accepts nothing that `parent` refuses, by the published matrix. */
export function narrows(parent: Constraint, child: Constraint): boolean {
  const [parentType, parentRule] = parent;
  const [childType, childRule] = child;
  if (parentType === 16 && parentRule === null) return true;
  if (childType === exact && [1, 2, 4, 17, 128].includes(parentType)) {
    return matches(parent, member(childRule, "value") ?? null);
  }
  if (parentType !== childType) return false;
  if (equals(parentRule, childRule)) return true;
  switch (parentType) {
    case 2:
      return narrowsPattern(member(parentRule, "pattern"), member(childRule, "pattern"));
    case 4:
      return isSubset(member(childRule, "values"), member(parentRule, "values"));
    case 17:
      return narrowsSubpath(parentRule, childRule);
    case 128:
      return isSubset(member(childRule, "allow"), member(parentRule, "allow"));
    default:
      return false;
  }
}

function narrowsSet(parent: ConstraintSet, child: ConstraintSet): boolean {
  // Without constraints any argument passes, so any set is narrower; otherwise the keys must agree.
  if (parent.size === 0) return true;
  return parent.size === child.size && [...parent].every(([name, constraint]) => {
    const inner = child.get(name);
    return inner !== undefined && narrows(constraint, inner);
  });
}

/** True when the child's tools are the parent's or fewer, none with wider constraints. */
export function attenuates(parent: Warrant["tools"], child: Warrant["tools"]): boolean {
  return [...child].every(([tool, set]) => {
    const outer = parent.get(tool);
    return outer !== undefined && narrowsSet(outer, set);
  });
}
