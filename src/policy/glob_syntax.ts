/** Globs as the published library reads them. */

/**
 * What is expected of a glob where `pattern` is not one; undefined when it is fine: `*` and `?`
 * match anything, `[...]` is a set and must be closed, `**` stands alone between slashes.
 */
export function globProblem(pattern: string): string | undefined {
  if (pattern === "") return "a glob, for example /data/*";
  if (pattern.includes("***")) return "at most two * in a row";
  for (let index = 0; index < pattern.length; index++) {
    if (pattern[index] === "[") {
      // A "]" right after the opening, or after its "!", is a member of the set.
      const start = index + (pattern[index + 1] === "!" ? 3 : 2);
      const end = pattern.indexOf("]", start);
      if (end < 0) return "a closing ] for every [ (a literal [ is written [[])";
      index = end;
    } else if (pattern.startsWith("**", index)) {
      const before = index === 0 || pattern[index - 1] === "/";
      const after = pattern.length === index + 2 || pattern[index + 2] === "/";
      if (!before || !after) return "** alone between slashes, or a single *";
      index++;
    }
  }
  return undefined;
}

/** `text` as a glob that matches exactly it. */
export function escapeGlob(text: string): string {
  return text.replace(/[*?[]/g, "[$&]");
}
