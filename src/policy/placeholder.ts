/** `{sandbox}` in the texts of rules. */
export const placeholder = "{sandbox}";

/** The text with every `{sandbox}` replaced, literally. */
export function fill(text: string, sandbox: string): string {
  return text.replaceAll(placeholder, () => sandbox);
}
