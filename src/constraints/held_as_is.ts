/**
 * Children that take over their parent's constraints as they are, as roles do. For the usual types
 * that is a narrowing by the published matrix, so the matrix need not be loaded for it. Rules that
 * nobody can read are no exception: like the parent's own they accept nothing.
 */
import type { Constraint, ConstraintSet, Warrant } from "../protocol/warrant.ts";
import { equals, isShallow, member, nested } from "./registry.ts";

/** Types whose constraints may always be handed on unchanged, and those that hold others. */
const plain = [1, 2, 3, 4, 5, 7, 8, 9, 10, 11, 18, 128];
const [all, any, anything, subpath] = [12, 13, 16, 17];

function isHandedOn(constraint: Constraint): boolean {
  const [type, rule] = constraint;
  if (type === anything) return rule === null;
  // A root that is not within itself is no narrowing of itself either.
  if (type === subpath) return member(rule, "allow_equal") !== false;
  if (type === all || type === any) return nested(constraint)?.every(isHandedOn) === true;
  return plain.includes(type);
}

function isSame(parent: ConstraintSet, child: ConstraintSet): boolean {
  return parent.size === child.size && [...child].every(([name, constraint]) => {
    const outer = parent.get(name);
    return outer !== undefined && isShallow(outer) && isShallow(constraint) &&
      equals([...outer], [...constraint]) && isHandedOn(outer);
  });
}

/** True when every tool of the child is the parent's, with the very same constraints. */
export function isHeldAsIs(parent: Warrant["tools"], child: Warrant["tools"]): boolean {
  return [...child].every(([tool, set]) => {
    const outer = parent.get(tool);
    return outer !== undefined && isSame(outer, set);
  });
}
