/**
 * Regex (type 5): RE2 syntax, found anywhere in a string. Matching takes linear time, so that no
 * pattern can hang the caller.
 */
import { RE2JS } from "re2js";
import type { Cbor } from "../protocol/cbor.ts";
import { member, type Verdict } from "./registry.ts";

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

/**
 * True for the syntax that RE2 and the published library's engine read alike. RE2 knows octal numbers,
 * `\\Q` and `\\C`; the other engine knows sets within sets, their operations, `\\<`, `\\b{...}` and
 * spaces as comments.
 */
function isCommon(pattern: string): boolean {
  const plain = pattern.replace(/\\\\/g, "x");
  const sets = plain.replace(/\\[[\]]/g, "x").match(/\[\^?\]?(?:\[:\^?[a-z]+:\]|[^\]])*\]/g) ?? [];
  return !/\\[0-9QECAZzGXRKHN<>]|\\b\{|\{,/.test(plain) && !/\(\?[a-z]*[xuRU]/.test(plain) &&
    sets.every((set) => !/\[(?!:)|&&|--|~~/.test(set.slice(1)));
}

/** Classes and folded case differ beyond ASCII, and in the vertical tab. */
function differs(pattern: string, argument: string): boolean {
  const isPlain = [...argument].every((character) => character < "\x80" && character !== "\v");
  return !isPlain && /\\[dDwWsSbB]|\(\?[a-z]*i/.test(pattern);
}

/** Unreadable where the two engines may read the pattern differently: nothing is guessed. */
export function matches(rule: Cbor, argument: Cbor): Verdict {
  const pattern = member(rule, "pattern");
  if (typeof pattern !== "string" || !isCommon(pattern)) return "unreadable";
  const expression = compile(pattern);
  if (expression === undefined) return "unreadable";
  if (typeof argument !== "string") return false;
  if (differs(pattern, argument)) return "stricter";
  return expression.matcher(argument).find();
}
