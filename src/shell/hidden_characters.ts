/** Characters that a reader does not see or takes for a blank: no shell or person is to be misled. */

// Classes of Unicode take most of a short line's time to set up, so most lines do without them.
const plainText = /^[\t\n -~]*$/;
// Tab and line feed have rules of their own; U+200D joins emoji.
const alwaysHidden = /(?![\t\n\u200d])[\p{C}\u2028\u2029]/u;
const everyHidden = /(?![ \t\n])[\p{Z}\p{C}]/u;
const visibleRun = /(?:(?!\p{Z}|(?!\ufe0f)\p{DI})[^\0-\x7f])+/uy;

/** The first character that has no place in a line, not even in quotes: controls and the like. */
export function controlIn(line: string): string | undefined {
  return plainText.test(line) ? undefined : alwaysHidden.exec(line)?.[0];
}

/** The first character besides blank, tab and line feed that cannot be seen. */
export function hiddenIn(line: string): string | undefined {
  return plainText.test(line) ? undefined : everyHidden.exec(line)?.[0];
}

/** The characters beyond ASCII from `at` on that can be seen; empty when there is none. */
export function visibleAt(line: string, at: number): string {
  visibleRun.lastIndex = at;
  return visibleRun.exec(line)?.[0] ?? "";
}

/** `U+200B` for what cannot be shown. */
export function codePoint(character: string): string {
  return `U+${(character.codePointAt(0) as number).toString(16).toUpperCase().padStart(4, "0")}`;
}
