/**
 * What the text of a JSON value tells before it is parsed. Nothing here needs the text to be valid:
 * what is told of text that no parser takes means nothing, and takes no longer.
 */
import { closingQuote } from "../../protocol/json_reader.ts";

export interface Outline {
  /** How many members all its objects have, repeated ones counted each time. */
  readonly members: number;
  /** How many objects and lists stand within each other at the deepest place. */
  readonly depth: number;
  /** The name of a member is written with an escape. */
  readonly hasEscapedName: boolean;
}

/** Goes over the text once. Ends early where it is deeper than `depthLimit`. */
export function outlineOf(text: string, depthLimit: number): Outline {
  const hasEscape = text.includes("\\");
  let [members, depth, deepest, open, close] = [0, 0, 0, 0, 0];
  let hasEscapedName = false;
  for (let at = 0; at < text.length; at++) {
    switch (text.charCodeAt(at)) {
      case 0x22:
        open = at;
        at = close = closingQuote(text, at);
        break;
      case 0x3a:
        members++;
        if (hasEscape && !hasEscapedName) hasEscapedName = text.slice(open, close).includes("\\");
        open = close; // each name is looked at once, in text that is no JSON too
        break;
      case 0x5b:
      case 0x7b:
        if (++depth <= deepest) break;
        deepest = depth;
        if (deepest > depthLimit) return { members, depth, hasEscapedName };
        break;
      case 0x5d:
      case 0x7d:
        depth--;
    }
  }
  return { members, depth: deepest, hasEscapedName };
}

const integer = /-?[0-9]+(?![0-9.eE])/y;
const number = /-?[0-9][0-9.eE+-]*/y;

/** The first whole number that is another when it is written again, such as 2^53 + 1. Valid JSON. */
export function changedInteger(text: string): string | undefined {
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 0x22) at = closingQuote(text, at);
    if (code !== 0x2d && (code < 0x30 || code > 0x39)) continue;
    integer.lastIndex = number.lastIndex = at;
    const digits = integer.exec(text)?.[0];
    if (digits !== undefined && digits !== "-0" && digits !== String(Number(digits))) return digits;
    at += (number.exec(text)?.[0].length ?? 1) - 1;
  }
  return undefined;
}
