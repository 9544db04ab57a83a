/**
 * Subpath (type 17): an absolute path at or below a root, judged by its text alone, as every Tenuo
 * verifier judges it. Links are the caller's to resolve before it signs the path.
 */
import type { Cbor } from "../protocol/cbor.ts";
import { member } from "./registry.ts";

/** The path by its names alone; `..` never climbs past the root. */
function normal(path: string, separator: RegExp): string {
  const parts: string[] = [];
  for (const part of path.split(separator)) {
    if (part === "..") parts.pop();
    else if (part !== "" && part !== ".") parts.push(part);
  }
  return "/" + parts.join("/");
}

/**
 * True when `argument` is an absolute path at or below the rule's root. For the published library
 * `\` separates as `/` does; for this system it is part of a name: the path must be inside for both.
 */
export function matchesSubpath(rule: Cbor, argument: Cbor): boolean {
  const root = member(rule, "root");
  if (typeof root !== "string" || typeof argument !== "string") return false;
  if (!root.startsWith("/") || !argument.startsWith("/") || argument.includes("\0")) return false;
  const exactCase = member(rule, "case_sensitive") ?? true;
  const allowEqual = member(rule, "allow_equal") ?? true;
  if (typeof exactCase !== "boolean" || typeof allowEqual !== "boolean") return false;
  return [/[/\\]/, /\//].every((separator) => {
    const [base = "", path = ""] = [root, argument].map((text) => {
      const plain = normal(text, separator);
      return exactCase ? plain : plain.toLowerCase();
    });
    return path === base ? allowEqual : path.startsWith(base === "/" ? "/" : base + "/");
  });
}
