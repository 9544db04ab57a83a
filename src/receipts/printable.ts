/**
 * Text that others chose, made safe to print: what a terminal would obey or what would hide or
 * reorder its neighbours is shown as an escape.
 */

// Controls, formats (bidirectional marks, zero widths, tags), surrogates, private use, unassigned
// code points, line and paragraph separators.
const unsafe = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}]/gu;
const short: { readonly [character: string]: string } = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

function escape(character: string): string {
  const code = (character.codePointAt(0) as number).toString(16);
  return short[character] ?? (code.length < 3 ? `\\x${code.padStart(2, "0")}` : `\\u{${code}}`);
}

/** The text on one line, with everything escaped that is not visible by itself. */
export function printable(text: string): string {
  return text.replace(unsafe, escape);
}

/** As `printable`, and cut to `width` characters; a cut is shown. */
export function printableCut(text: string, width: number): string {
  // Nothing gets shorter by escaping, so what lies beyond the width plays no part.
  const characters = [...printable(text.slice(0, 2 * width + 2))];
  return characters.length <= width
    ? characters.join("")
    : `${characters.slice(0, width - 1).join("")}…`;
}

/** JSON text with the same characters as JSON escapes: another spelling of the same values. */
export function printableJson(json: string): string {
  return json.replace(
    unsafe,
    (character) =>
      Array.from(
        { length: character.length },
        (_, at) => `\\u${character.charCodeAt(at).toString(16).padStart(4, "0")}`,
      ).join(""),
  );
}
