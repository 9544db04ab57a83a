/**
 * How constraints that hold others are narrowed. The published document forbids it for Any and Not;
 * the published library allows it, and is followed where the child stays within its parent.
 */
import type { Constraint } from "../protocol/warrant.ts";
import { equals, nested, verdictOf } from "./registry.ts";

type Narrows = (parent: Constraint, child: Constraint) => boolean;

/** Types that answer yes or no to anything, whatever the published library says of it. */
const certain = [1, 2, 3, 4, 10, 11, 16, 128];
/** Types whose `stricter` answers are the only ones that are not plain. */
const readable = [...certain, 5, 7, 17, 18];

function isOne(types: readonly number[], one: Constraint): boolean {
  return types.includes(one[0]) && verdictOf(one, "") !== "unreadable";
}

/** Each of the parent's constraints has one in the child that narrows it; more may be added. */
export function narrowsAll(parent: Constraint, child: Constraint, narrows: Narrows): boolean {
  const [outer, inner] = [nested(parent), nested(child)];
  return outer !== undefined && inner !== undefined &&
    outer.every((one) => inner.some((other) => narrows(one, other)));
}

/**
 * Each of the child's alternatives narrows one of the parent's. Stricter than the library where an
 * earlier alternative of the parent may fail to judge, and the parent with it, what the child accepts.
 */
export function narrowsAny(parent: Constraint, child: Constraint, narrows: Narrows): boolean {
  const [outer, inner] = [nested(parent), nested(child)];
  if (outer === undefined || inner === undefined) return false;
  if (equals(wire(parent), wire(child))) return true;
  return inner.every((one) => {
    // Networks fail on the same texts, and so do URL patterns.
    const fails = (earlier: Constraint) =>
      !isOne(readable, earlier) && !([8, 9].includes(one[0]) && earlier[0] === one[0]);
    const first = outer.findIndex((other) => fails(other));
    const reached = first < 0 ? outer : outer.slice(0, first + 1);
    return reached.some((other) => narrows(other, one));
  });
}

/**
 * The other way round: what stands within the parent must narrow what stands within the child.
 * Stricter than the library where the parent's may refuse without a plain no, and so accept less.
 */
export function narrowsNot(parent: Constraint, child: Constraint, narrows: Narrows): boolean {
  const [outer] = nested(parent) ?? [];
  const [inner] = nested(child) ?? [];
  if (outer === undefined || inner === undefined || !narrows(inner, outer)) return false;
  return isOne(certain, outer) || (outer[0] === 8 && inner[0] === 8) ||
    equals(wire(outer), wire(inner));
}

function wire([type, rule]: Constraint) {
  return [type, rule];
}
