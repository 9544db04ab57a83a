/**
 * Masks secrets before they are written. Rules err towards masking: a masked argument costs a proof
 * that can be recomputed, an unmasked one costs a secret.
 */

const longest = 4096;

const secrets: readonly (readonly [pattern: RegExp, replacement: string])[] = [
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[^]*?(-----END [A-Z ]*PRIVATE KEY-----|$)/g, "[private key]"],
  [/\b(Bearer|Basic|token)(\s+)[\w.~+/=-]{8,}/gi, "$1$2[secret]"],
  [/([a-z][a-z0-9+.-]*:\/\/[^\s:/@]*):[^\s/@]+@/gi, "$1:[secret]@"],
  [
    /((?:api[_-]?key|access[_-]?key|secret|passw(?:or)?d|passphrase|token|authorization)[\w-]*["']?\s*[=:]\s*["']?)[^\s"'&]{4,}/gi,
    "$1[secret]",
  ],
  [/(--?(?:password|passwd|token|secret|api-key)[ =])[^\s"']+/gi, "$1[secret]"],
  [/\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g, "[secret]"],
  [/\b(?:gh[pousr]_|github_pat_|glpat-|sk-|xox[abprs]-|npm_|tenuo_ct_)[\w-]{16,}/g, "[secret]"],
  [/\beyJ[\w-]{10,}\.[\w-]{10,}\.[\w-]*/g, "[secret]"],
];

export interface Masked<T> {
  readonly value: T;
  readonly changed: boolean;
}

/** Masks and shortens one text. */
export function maskText(text: string): Masked<string> {
  // Cut first, so that the rules take time for what is kept only.
  let value = text.length > longest ? text.slice(0, longest).toWellFormed() + "[cut]" : text;
  for (const [pattern, replacement] of secrets) value = value.replace(pattern, replacement);
  return { value, changed: value !== text };
}

/** Masks each argument that is text; others are kept when they are scalars. */
export function maskArguments(
  args: Iterable<readonly [string, unknown]>,
): Masked<Record<string, unknown>> {
  let changed = false;
  const entries = [...args].map(([name, value]): [string, unknown] => {
    if (typeof value === "number" || typeof value === "boolean" || value === null) {
      return [name, value];
    }
    const masked = maskText(typeof value === "string" ? value : JSON.stringify(value) ?? "");
    changed ||= masked.changed || typeof value !== "string";
    return [name, masked.value];
  });
  return { value: Object.fromEntries(entries), changed };
}
