/** Where quoted parts of a command line end and what their escapes stand for. */
import { Denial } from "./denial.ts";

const escapes: { readonly [letter: string]: string } = {
  a: "\x07",
  b: "\b",
  e: "\x1b",
  E: "\x1b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
};

/** The text of `$'...'`, its escapes as in C. */
export function unescaped(body: string): string {
  const code = /\\(?:x([\da-fA-F]{1,2})|u([\da-fA-F]{1,4})|U([\da-fA-F]{1,8})|([0-7]{1,3})|([^]))/g;
  return body.replace(code, (_, byte, unit, wide, octal, letter) => {
    if (letter !== undefined) return escapes[letter] ?? letter;
    const point = octal === undefined
      ? parseInt(byte ?? unit ?? wide, 16)
      : parseInt(octal, 8) & 0xff;
    return point > 0x10ffff ? "" : String.fromCodePoint(point);
  });
}

/** The word after `<<`, and whether a part of it is quoted. */
export function delimiter(line: string, at: number) {
  const pattern = /[ \t]*((?:[^\s;&|<>()'"\\]|'[^']*'|"[^"]*"|\\[^])*)/y;
  pattern.lastIndex = at;
  const [whole, raw] = pattern.exec(line) as unknown as [string, string];
  return {
    length: whole.length,
    word: raw.replace(/['"\\]/g, ""),
    isQuoted: /['"\\]/.test(raw),
  };
}

/** The lines of a here-document from `start` to the one that ends it, and where it goes on. */
export function heredocBody(text: string, start: number, last: string, tabs: boolean) {
  for (let at = start; at < text.length;) {
    const feed = end(text.indexOf("\n", at), text);
    const line = text.slice(at, feed);
    if ((tabs ? line.replace(/^\t+/, "") : line) === last) {
      return { body: text.slice(start, at), next: feed + 1 };
    }
    at = feed + 1;
  }
  return { body: text.slice(start), next: text.length };
}

/** The index, or the end of the line when there is none. */
export function end(index: number, line: string): number {
  return index < 0 ? line.length : index;
}

/** Substitutions inside quotes inside substitutions: no person nests deeper. */
export const maxNesting = 40;

/** Where the parenthesis that is open at `start` closes. @throws {Denial} 9013 */
export function closing(line: string, start: number, nesting = 0): number {
  if (nesting > maxNesting) {
    throw new Denial("ArgumentUnusable", "The command nests too deeply");
  }
  let depth = 1;
  let quoted = false;
  for (let i = start; i < line.length; i++) {
    const character = line[i];
    if (character === "\\") i++;
    else if (character === '"') quoted = !quoted;
    else if (quoted && character === "$" && line[i + 1] === "(") {
      i = closing(line, i + 2, nesting + 1);
    } else if (quoted) continue;
    else if (character === "'") i = end(line.indexOf("'", i + 1), line);
    else if (character === "(") depth++;
    else if (character === ")" && --depth === 0) return i;
  }
  return line.length;
}
