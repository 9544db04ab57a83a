/** Roots of file rules: one path, or several. */
import { ConstraintTextError, refuseText } from "./constraint_error.ts";
import { fill, placeholder } from "./placeholder.ts";
import { realPath } from "./real_path.ts";
import type { WireConstraint } from "./snapshot.ts";

/**
 * Beyond so many roots those members of a rule that only say the default are left out: a warrant
 * has 64 KB for all of its rules.
 */
const fewRoots = 256;

/**
 * The roots of `subpath:/a,/b`. A comma that no path follows belongs to a name, as in versions that
 * took a single root.
 */
export function splitRoots(rest: string): string[] {
  return rest.split(/,(?=\s*[/{])/).map((root) => root.trim());
}

/** A root with `{sandbox}` filled in. @throws {ConstraintTextError} */
export function absoluteRoot(written: string, sandbox: string): string {
  const root = fill(written.trim(), sandbox);
  if (!root.startsWith("/")) {
    const suggestion = /^\{[^}]*\}/.test(root) ? "subpath:" + placeholder : undefined;
    refuseText(written, "an absolute path, or one that starts with {sandbox}", suggestion);
  }
  // Verifiers of warrants read a backslash as a separator; file systems do not.
  if (root.includes("\\")) refuseText(written, "a path without a backslash");
  return root;
}

function wireOfRoots(roots: readonly string[]): WireConstraint {
  const [only] = roots;
  const defaults = roots.length > fewRoots ? {} : { case_sensitive: true, allow_equal: true };
  const one = (root: string): WireConstraint => [17, { root, ...defaults }];
  return only !== undefined && roots.length === 1
    ? one(only)
    : [13, { constraints: roots.map(one) }];
}

/** The constraint for these roots. @throws {ConstraintTextError} */
export function subpathOf(written: readonly string[], sandbox: string): WireConstraint {
  return wireOfRoots([...new Set(written.map((root) => absoluteRoot(root, sandbox)))]);
}

function rootOf([type, value]: WireConstraint): string | undefined {
  if (type !== 17 || typeof value !== "object" || value === null) return undefined;
  return "root" in value && typeof value.root === "string" ? value.root : undefined;
}

/** True when a root stands in the constraint, however deep. */
export function hasRoots(constraint: WireConstraint): boolean {
  return rootOf(constraint) !== undefined || heldBy(constraint).some(hasRoots);
}

function heldBy([type, value]: WireConstraint): readonly WireConstraint[] {
  if (typeof value !== "object" || value === null) return [];
  if (type === 14 && "constraint" in value) return [value.constraint as WireConstraint];
  return (type === 12 || type === 13) && "constraints" in value
    ? value.constraints as readonly WireConstraint[]
    : [];
}

/** The same constraint with every root as `resolve` gives it. */
export function resolveRoots(
  constraint: WireConstraint,
  resolve: (root: string) => string,
): WireConstraint {
  const root = rootOf(constraint);
  const [type, value] = constraint;
  if (root !== undefined) return [17, { ...value as object, root: resolve(root) }];
  const held = heldBy(constraint);
  if (held.length === 0) return constraint;
  const inner = held.map((one) => resolveRoots(one, resolve));
  return type === 14 ? [14, { constraint: inner[0] }] : [type, { constraints: inner }];
}

/** A root free of links. @throws {ConstraintTextError} */
export function realRoot(root: string): string {
  const real = realPath(root);
  if (real.includes("\\")) throw new ConstraintTextError(root, "a path without a backslash");
  return real;
}
