/**
 * Regex (type 5): RE2 syntax, found anywhere in a string. Matching takes linear time, so that no
 * pattern can hang the caller.
 */
import { RE2JS } from "re2js";
import type { Cbor } from "../protocol/cbor.ts";
import { member } from "./registry.ts";

const compiled = new Map<string, RE2JS | undefined>();

/** The compiled pattern, or undefined when RE2 refuses it. */
export function compile(pattern: string): RE2JS | undefined {
  if (!compiled.has(pattern)) {
    try {
      compiled.set(pattern, RE2JS.compile(pattern));
    } catch {
      compiled.set(pattern, undefined);
    }
  }
  return compiled.get(pattern);
}

export function matches(rule: Cbor, argument: Cbor): boolean {
  const pattern = member(rule, "pattern");
  if (typeof pattern !== "string" || typeof argument !== "string") return false;
  return compile(pattern)?.matcher(argument).find() ?? false;
}
