/** A line of a policy file with a caret under the text that a message is about. */
import { printable } from "../receipts/printable.ts";
import type { Place } from "../policy/policy_error.ts";

/** The text of a policy file by its name; undefined when it cannot be shown. */
export type TextOf = (file: string) => string | undefined;

const widest = 88;
const before = 40;

/** Characters that take two columns of a terminal. */
const wide =
  /\p{Script=Han}|\p{Script=Hangul}|\p{Script=Hiragana}|\p{Script=Katakana}|\p{Emoji_Presentation}/u;

function columns(text: string): number {
  let count = 0;
  for (const character of text) count += wide.test(character) ? 2 : 1;
  return count;
}

/** The part of a long line around column `at`, and the column in it. */
function window(line: string, at: number): { readonly shown: string; readonly at: number } {
  if (line.length <= widest) return { shown: line, at };
  const start = Math.max(0, Math.min(at - before, line.length - widest));
  const cut = line.slice(start, start + widest).toWellFormed();
  const head = start > 0 ? "…" : "";
  const tail = start + widest < line.length ? "…" : "";
  return { shown: head + cut + tail, at: at - start + head.length };
}

/** Where `text` stands from column `from` on: as a word of its own, before a part of another. */
function columnOf(line: string, text: string, from: number): number {
  if (text.length > widest) return line.indexOf(text, from);
  const isPart = (at: number) => /[A-Za-z0-9_]/.test(line.charAt(at));
  for (let at = line.indexOf(text, from); at >= 0; at = line.indexOf(text, at + 1)) {
    const startsInside = isPart(at - 1) && /^[A-Za-z0-9_]/.test(text);
    const endsInside = isPart(at + text.length) && /[A-Za-z0-9_]$/.test(text);
    if (!startsInside && !endsInside) return at;
  }
  return line.indexOf(text, from);
}

/**
 * Two lines: the file's line after its number, and carets under `text`, or under the word at the
 * place where the line does not hold that text. None when the place is not in the file.
 */
export function excerpt(place: Place, text: string, textOf: TextOf): string[] {
  const line = place.line === 0 ? undefined : textOf(place.file)?.split(/\r?\n/)[place.line - 1];
  if (line === undefined || line.trim() === "") return [];
  const from = place.column - 1;
  const word = /^[^\s:,[\]{}]+/.exec(line.slice(from))?.[0] ?? "";
  const found = text === "" ? -1 : columnOf(line, text, from);
  const [start, length] = found < 0 ? [from, word.length] : [found, text.length];
  const { shown, at } = window(line, start);
  const marked = shown.slice(at, at + Math.max(1, length));
  const number = String(place.line).padStart(5);
  const lead = " ".repeat(columns(printable(shown.slice(0, at))));
  const carets = "^".repeat(Math.max(1, columns(printable(marked))));
  return [`${number} | ${printable(shown)}`, `${" ".repeat(5)} | ${lead}${carets}`];
}
