/** The words of tar, which may begin with letters that have no dash. */

const withValue = /[bfgCFHIKLNTVX]/;

/**
 * The words with a dash before such letters, where that changes nothing; otherwise a clause that says
 * why they are refused.
 */
export function tarWords(words: readonly string[]): readonly string[] | string {
  const [letters = "", ...others] = words;
  if (!/^[A-Za-z]+$/.test(letters)) return words;
  // Only the last letter's value is the next word in both ways of writing.
  if (withValue.test(letters.slice(0, -1))) {
    return `"${letters}" is hard to read; write the options with dashes`;
  }
  return [`-${letters}`, ...others];
}

/** Why the name of an archive is refused, as a clause. */
export function archiveProblem(
  options: readonly { readonly name: string; readonly value?: string }[],
): string | undefined {
  const remote = options.find(({ name, value }) =>
    /^(?:-f|--file)$/.test(name) && value?.includes(":")
  );
  return remote && `"${remote.value}" is refused: a name with ":" is read from another machine`;
}
