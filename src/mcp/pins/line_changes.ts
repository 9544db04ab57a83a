/** Which lines of a text were taken away and which were put in, for people to read. */

/** Beyond so many lines on either side what is between is shown as replaced as a whole. */
const comparedLines = 400;
const contextLines = 2;

/** For each pair of positions the number of lines that the rests have in common, in order. */
function commonLengths(before: readonly string[], after: readonly string[]): Uint16Array[] {
  const rows = before.map(() => new Uint16Array(after.length + 1));
  rows.push(new Uint16Array(after.length + 1));
  for (let one = before.length - 1; one >= 0; one--) {
    const [row, below] = [rows[one] as Uint16Array, rows[one + 1] as Uint16Array];
    for (let other = after.length - 1; other >= 0; other--) {
      row[other] = before[one] === after[other]
        ? (below[other + 1] as number) + 1
        : Math.max(below[other] as number, row[other + 1] as number);
    }
  }
  return rows;
}

function between(before: readonly string[], after: readonly string[]): string[] {
  const gone = (line: string) => `- ${line}`;
  const put = (line: string) => `+ ${line}`;
  if (before.length > comparedLines || after.length > comparedLines) {
    return [...before.map(gone), ...after.map(put)];
  }
  const common = commonLengths(before, after);
  const lines: string[] = [];
  let [one, other] = [0, 0];
  while (one < before.length && other < after.length) {
    const [line, next] = [before[one] as string, after[other] as string];
    if (line === next) {
      lines.push(`  ${line}`);
      one++;
      other++;
    } else if ((common[one + 1]?.[other] ?? 0) >= (common[one]?.[other + 1] ?? 0)) {
      lines.push(gone(line));
      one++;
    } else {
      lines.push(put(next));
      other++;
    }
  }
  return [...lines, ...before.slice(one).map(gone), ...after.slice(other).map(put)];
}

/**
 * The lines that differ, with two lines around them, each after `- `, `+ ` or two spaces. An empty
 * text has no lines.
 */
export function lineChanges(before: string, after: string): string[] {
  const [old, now] = [before, after].map((text) => text === "" ? [] : text.split("\n")) as [
    string[],
    string[],
  ];
  const least = Math.min(old.length, now.length);
  let start = 0;
  while (start < least && old[start] === now[start]) start++;
  let end = 0;
  while (end < least - start && old.at(-1 - end) === now.at(-1 - end)) end++;
  const same = (lines: readonly string[]) => lines.map((line) => `  ${line}`);
  if (start === old.length && start === now.length) return [];
  return [
    ...same(old.slice(Math.max(0, start - contextLines), start)),
    ...between(old.slice(start, old.length - end), now.slice(start, now.length - end)),
    ...same(old.slice(old.length - end, old.length - end + contextLines)),
  ];
}
