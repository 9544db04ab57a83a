/** Where quoted parts of a command line end and what their escapes stand for. */

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

/** The index, or the end of the line when there is none. */
export function end(index: number, line: string): number {
  return index < 0 ? line.length : index;
}

/** Where the parenthesis that is open at `start` closes. */
export function closing(line: string, start: number): number {
  let depth = 1;
  let quoted = false;
  for (let i = start; i < line.length; i++) {
    const character = line[i];
    if (character === "\\") i++;
    else if (character === '"') quoted = !quoted;
    else if (quoted && character === "$" && line[i + 1] === "(") i = closing(line, i + 2);
    else if (quoted) continue;
    else if (character === "'") i = end(line.indexOf("'", i + 1), line);
    else if (character === "(") depth++;
    else if (character === ")" && --depth === 0) return i;
  }
  return line.length;
}
