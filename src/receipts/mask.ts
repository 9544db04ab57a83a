/**
 * Masks secrets before they are written. Most arguments have nothing about them that any rule looks
 * for; the rules are loaded for the others only.
 */
import type { Masked } from "./mask_rules.ts";

export type { Masked };

/** Every text that a rule would change is longer than this or holds one of the hints, lower case. */
const longest = 4096;
const hints =
  "key secret pass pwd token auth bearer basic cookie credential curl @ sig= signature= akia asia ghp_ gho_ ghu_ ghs_ ghr_ github_ glpat- npm_ hf_ xox xapp- pypi- tenuo_ct_ _live_ sk- aiza eyj"
    .split(" ");

function isPlain(text: string): boolean {
  if (text.length > longest) return false;
  const lower = text.toLowerCase();
  return !hints.some((hint) => lower.includes(hint));
}

function isPlainMember([name, value]: readonly [string, unknown]): boolean {
  if (!isPlain(name)) return false;
  return typeof value === "string" ? isPlain(value) : typeof value === "boolean";
}

/** Masks and shortens one text. */
export async function maskText(text: string): Promise<Masked<string>> {
  if (isPlain(text)) return { value: text, changed: false };
  return (await import("./mask_rules.ts")).maskText(text);
}

/** Masks each argument; what is neither text nor a scalar is written as JSON text. */
export async function maskArguments(
  args: Iterable<readonly [string, unknown]>,
): Promise<Masked<Record<string, unknown>>> {
  const entries = [...args];
  if (entries.every(isPlainMember)) return { value: Object.fromEntries(entries), changed: false };
  return (await import("./mask_rules.ts")).maskArguments(entries);
}
