/**
 * Subpath (type 17): an absolute path at or below a root, judged by its text alone, as every Tenuo
 * verifier judges it. Links are the caller's to resolve before it signs the path.
 */
import type { Cbor } from "../protocol/cbor.ts";
import { member, type Verdict } from "./registry.ts";

/** The path by its names alone; `..` never climbs past the root. */
function normal(path: string, separator: RegExp): string {
  const parts: string[] = [];
  for (const part of path.split(separator)) {
    if (part === "..") parts.pop();
    else if (part !== "" && part !== ".") parts.push(part);
  }
  return "/" + parts.join("/");
}

/** For the published library `\` separates as `/` does; for this system it is part of a name. */
const separators = [/[/\\]/, /\//];

/**
 * An absolute path at or below the rule's root, for both readings of `\`. As in the published library
 * the root is compared as it is written: one that is not normal, or not in lower case where case does
 * not count, is found nowhere.
 */
export function judgeSubpath(rule: Cbor, argument: Cbor): Verdict {
  const root = member(rule, "root");
  const exactCase = member(rule, "case_sensitive") ?? true;
  const allowEqual = member(rule, "allow_equal") ?? true;
  if (
    typeof root !== "string" || typeof exactCase !== "boolean" || typeof allowEqual !== "boolean"
  ) return "unreadable";
  if (typeof argument !== "string" || argument.includes("\0")) return false;
  // The library knows drive letters.
  if (!root.startsWith("/")) return "stricter";
  if (!argument.startsWith("/")) return false;
  const [published, here] = separators.map((separator) => {
    const plain = normal(argument, separator);
    const path = exactCase ? plain : plain.toLowerCase();
    return (allowEqual && path === root) || path.startsWith(root.replace(/\/+$/, "") + "/");
  });
  if (published !== true) return false;
  return here === true || "stricter";
}

/** True when `argument` is an absolute path at or below the rule's root. */
export function matchesSubpath(rule: Cbor, argument: Cbor): boolean {
  return judgeSubpath(rule, argument) === true;
}
