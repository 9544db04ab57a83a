/**
 * How Pattern and the paths of UrlPattern are narrowed: only one `*` at an edge has a subset relation
 * that is decided; all other globs must stay as they are.
 */
import type { Cbor } from "../protocol/cbor.ts";
import { isClosed, isGlob } from "./pattern.ts";
import { member } from "./registry.ts";

/** The published classification, by the number and the place of the stars. */
function split(pattern: string): { readonly kind: string; readonly fixed: string } {
  const fixed = pattern.replace("*", "");
  if (fixed === pattern) return { kind: "exact", fixed };
  if (fixed.includes("*")) return { kind: "complex", fixed };
  if (pattern.endsWith("*")) return { kind: "prefix", fixed };
  return { kind: pattern.startsWith("*") ? "suffix" : "complex", fixed };
}

/** True when `child` matches nothing that `parent` does not, by the published rules. */
export function narrowsGlob(parent: string, child: string): boolean {
  if (parent === child) return true;
  const [outer, inner] = [split(parent), split(child)];
  if (inner.kind !== outer.kind && inner.kind !== "exact") return false;
  // Stricter than the published library, which compares the text of sets as well: they must be closed
  // before the common part begins, or that is not the same part.
  if (!isGlob(parent) || !isClosed(parent) || !isGlob(child) || !isClosed(child)) return false;
  if (outer.kind === "prefix") return inner.fixed.startsWith(outer.fixed);
  return outer.kind === "suffix" && inner.fixed.endsWith(outer.fixed) &&
    isClosed(inner.fixed.slice(0, inner.fixed.length - outer.fixed.length));
}

export function narrows(parent: Cbor, child: Cbor): boolean {
  const [outer, inner] = [member(parent, "pattern"), member(child, "pattern")];
  return typeof outer === "string" && typeof inner === "string" && narrowsGlob(outer, inner);
}
