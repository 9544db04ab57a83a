/**
 * Subpath (type 17): an absolute path at or below a root, judged by its text alone, as every Tenuo
 * verifier judges it. Links are the caller's to resolve before it signs the path.
 */
import type { Cbor } from "../protocol/cbor.ts";
import { member } from "./registry.ts";

/** `/` and `\` both separate, as in the published library; `..` never climbs past the root. */
function normal(path: string): string {
  const parts: string[] = [];
  for (const part of path.split(/[/\\]/)) {
    if (part === "..") parts.pop();
    else if (part !== "" && part !== ".") parts.push(part);
  }
  return "/" + parts.join("/");
}

/** True when `argument` is an absolute path at or below the rule's root. */
export function matchesSubpath(rule: Cbor, argument: Cbor): boolean {
  const root = member(rule, "root");
  if (typeof root !== "string" || typeof argument !== "string") return false;
  if (!root.startsWith("/") || !argument.startsWith("/") || argument.includes("\0")) return false;
  const fold = member(rule, "case_sensitive") === false
    ? (path: string) => path.toLowerCase()
    : (path: string) => path;
  const base = fold(normal(root));
  const path = fold(normal(argument));
  if (path === base) return member(rule, "allow_equal") !== false;
  return path.startsWith(base === "/" ? "/" : base + "/");
}
