/** Text for a terminal of a hundred columns: wrapped, quoted and counted. */

/** How wide lines get. */
export const textWidth = 100;

/**
 * Breaks text between words, each line after `indent`. Words that are longer than a line stay whole,
 * so that paths and commands can be copied; line feeds of the text stay.
 */
export function wrapped(text: string, indent: string, width = textWidth): string[] {
  const room = width - indent.length;
  return text.split("\n").flatMap((paragraph) => {
    const lines: string[] = [];
    let line = "";
    for (const word of paragraph.split(" ")) {
      const longer = line === "" ? word : `${line} ${word}`;
      if (line !== "" && [...longer].length > room) {
        lines.push(indent + line);
        line = word;
      } else line = longer;
    }
    return [...lines, indent + line];
  });
}

/** For example `1 error`, `3 errors`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

/** A word of a shell command, quoted where it has to be. */
export function shellWord(word: string): string {
  return /^[A-Za-z0-9_./:=@%+-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
