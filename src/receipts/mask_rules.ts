/**
 * Masks secrets before they are written. Rules err towards masking: a masked argument costs a proof
 * that can be recomputed, an unmasked one costs a secret.
 */

const longest = 4096;
/** Read beyond what is kept, so that a secret at the cut is recognised whole. */
const beyond = 1024;
const hidden = "[secret]";

/** Words that make a name a secret's; `tokens` are counted, not kept. */
const word =
  "(?:(?:api|access|private|signing|encryption|account|auth)[_-]?key|secret(?!s\\b|ary)|" +
  "passw(?:or)?d|passphrase|(?:_|;\\s*)pwd|token(?!s\\b|iz)|authorization)";
/** A value in quotes, in quotes that are escaped themselves, or without. */
const quoted = `"(?:[^"\\\\]|\\\\.)+"|'[^']+'|\\\\+"[^"]+"`;
const value = `(?:${quoted}|\\\\*["']?[^\\s"'&]{4,})`;
/** Not prose: long, or with a digit or a capital after its first letter. */
const random = "(?=\\S{24}|\\S*\\d|\\S+[A-Z])";

/** Whatever a rule matches has one of these; most arguments have none, and cost one look. */
const suspicious =
  /key|secret|pass|pwd|token|auth|bearer|basic|cookie|curl|:\/\/[^\s/]*:|sig(nature)?=|a[ks]ia|gh[pousr]_|github_|glpat-|npm_|hf_|xox|xapp-|pypi-|tenuo_ct_|_live_|sk-|aiza|eyj/i;

const secrets: readonly (readonly [pattern: RegExp, replacement: string])[] = [
  [/-----BEGIN [A-Z ]*PRIVATE KEY( BLOCK)?-----[^]*?(-----END [A-Z ]*-----|$)/g, "[private key]"],
  [
    new RegExp(`\\b([Bb]earer|BEARER|[Bb]asic|[Tt]oken)(\\s+)${random}[\\w.~+/=-]{8,}`, "g"),
    `$1$2${hidden}`,
  ],
  [/(?<![a-z\d+.-])([a-z][a-z\d+.-]*:\/\/[^\s:/@]*):[^\s/?#"']+@/gi, `$1:${hidden}@`],
  [
    new RegExp(
      `(${word}[\\w-]{0,40}["'\\\\]*\\s*[=:]\\s*(?:(?:bearer|basic|digest|token)\\s+)?)${value}`,
      "gi",
    ),
    `$1${hidden}`,
  ],
  [
    new RegExp(`((?<![\\w-])--?[\\w-]*${word}(?:=|\\s+))(?:${quoted}|[^\\s"'-][^\\s"']*)`, "gi"),
    `$1${hidden}`,
  ],
  [/((?:set-)?cookie["'\\]*\s*:\s*)[^"'\n]{4,}/gi, `$1${hidden}`],
  [/(\bcurl\b[^\n]*?\s(?:-u|--user)[ =]?["']?[^\s:"']+:)[^\s"']+/g, `$1${hidden}`],
  [
    new RegExp(`(\\bsshpass\\s+-p\\s*|\\s-pass(?:in|out)?\\s+pass:)(?:${quoted}|\\S+)`, "g"),
    `$1${hidden}`,
  ],
  [/([?&](?:sig|x-amz-signature|x-goog-signature)=)[^\s&"']{8,}/gi, `$1${hidden}`],
  [/\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g, hidden],
  [
    /\b(?:gh[pousr]_|npm_|hf_)[A-Za-z\d]{16,}|\b(?:github_pat_|glpat-|xox[abeprs]-|xapp-|pypi-|tenuo_ct_|[rs]k_live_|sk-(?=[\w-]*\d)|AIza|AGE-SECRET-KEY-)[\w-]{16,}/g,
    hidden,
  ],
  [/\beyJ[\w-]{10,}\.[\w-]{10,}\.[\w-]*/g, hidden],
];
const secretName = new RegExp(`${word}|^pwd$|credential|cookie`, "i");

export interface Masked<T> {
  readonly value: T;
  readonly changed: boolean;
}

/** Masks and shortens one text. */
export function maskText(text: string): Masked<string> {
  // Cut first, so that the rules take time for what is kept only.
  let value = text.slice(0, longest + beyond);
  for (const [pattern, replacement] of suspicious.test(value) ? secrets : []) {
    value = value.replace(pattern, replacement);
  }
  if (text.length > longest) value = `${value.slice(0, longest).toWellFormed()}[cut]`;
  return { value, changed: value !== text };
}

/** JSON values of any depth, and maps of them, with what stands under a secret's name masked. */
function maskMembers(name: string, value: unknown): unknown {
  if (value === null || typeof value === "boolean") return value;
  if (secretName.test(name)) return hidden;
  if (typeof value === "bigint") return String(value);
  if (typeof value !== "object") return value;
  if (Array.isArray(value)) return value.map((item) => maskMembers("", item));
  const entries: Iterable<[unknown, unknown]> = value instanceof Map
    ? value
    : Object.entries(value);
  return Object.fromEntries(
    [...entries].map(([key, inner]) => [String(key), maskMembers(String(key), inner)]),
  );
}

/** Masks each argument; what is neither text nor a scalar is written as JSON text. */
export function maskArguments(
  args: Iterable<readonly [string, unknown]>,
): Masked<Record<string, unknown>> {
  let changed = false;
  const entries = [...args].map(([name, value]): [string, unknown] => {
    const members = maskMembers(name, value);
    const kept = typeof members === "object" && members !== null
      ? maskText(JSON.stringify(members)).value
      : typeof members === "string"
      ? maskText(members).value
      : members;
    changed ||= kept !== value;
    return [name, kept];
  });
  return { value: Object.fromEntries(entries), changed };
}
