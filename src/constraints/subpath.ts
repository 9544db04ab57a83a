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

/**
 * The path by its names alone, as the published library reads it and as this system does: for the
 * library `\` separates as `/` does, for this system it is part of a name.
 */
export function readings(path: string): readonly [published: string, here: string] {
  const here = normal(path, /\//);
  return [path.includes("\\") ? normal(path, /[/\\]/) : here, here];
}

/** True when the path is the root or lies below it. Both normal; the root is not `/`. */
export function isBelow(path: string, root: string): boolean {
  return path === root || (path.startsWith(root) && path[root.length] === "/");
}

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
  const [published, here] = readings(argument).map((plain) => {
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
