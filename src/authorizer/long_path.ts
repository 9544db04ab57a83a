/** Texts that are too long for the system to open, and that some servers make shorter first. */

/**
 * The path without empty components, `.` and what `..` takes back, by text alone. Takes time in
 * proportion to the text and memory in proportion to how deep it leads.
 *
 * @returns undefined when more than `longest` characters are left
 */
export function shortPath(text: string, longest: number): string | undefined {
  const isAbsolute = text.startsWith("/");
  const hasUp = /(?:^|\/)\.\.(?:\/|$)/.test(text);
  const starts: number[] = [];
  const ends: number[] = [];
  let left = 0;
  for (let at = 0; at <= text.length;) {
    const slash = text.indexOf("/", at);
    const end = slash < 0 ? text.length : slash;
    const isUp = end - at === 2 && text.startsWith("..", at);
    const last = starts.length - 1;
    const climbs = last >= 0 && !text.startsWith("../", starts[last]);
    if (isUp && climbs) {
      left -= (ends.pop() ?? 0) - (starts.pop() ?? 0) + 1;
    } else if (end > at && !(end - at === 1 && text[at] === ".") && !(isUp && isAbsolute)) {
      starts.push(at);
      ends.push(end);
      left += end - at + 1;
      if (!hasUp && left > longest) return undefined;
    }
    at = end + 1;
  }
  if (left > longest) return undefined;
  const parts = starts.map((start, index) => text.slice(start, ends[index]));
  return (isAbsolute ? "/" : "") + parts.join("/");
}
