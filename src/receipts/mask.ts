/**
 * Masks secrets before they are written. Most arguments have nothing about them that any rule looks
 * for; the rules are loaded for the others only, and RE2 for a policy's own expressions only.
 */
import type { Masked, OwnMask } from "./mask_values.ts";

export type { Masked };

/** What a policy masks beside the built-in forms. */
export interface MaskRules {
  /** Names of arguments and members whose values are masked whole, lower case. */
  readonly names: readonly string[];
  /** RE2 expressions; what matches is masked, or its first group when it has one. */
  readonly patterns: readonly string[];
}

/** Every text that a rule would change is longer than this or holds one of the hints. */
const longestText = 4096;
const hints =
  /key|secret|pass|pwd|token|auth|bearer|basic|cookie|credential|mnemonic|seed|curl|wget|https?\s|xh\s|@|sig|login|echo|printf|literal|identified|sshpass|mongo|mysql|maria|mycli|7z|cli\s|zip|sqlcmd|bcp|ldap|openssl|sqlplus|oracle|hooks|private|machine|account|:(?:[56]432|[56]433|6543|\*):|a[ks]ia|gh[pousr]_|github_|gl[a-z]+[-_]|npm_|hf_|gsk_|r8_|dckr|shp|sbp_|nfp_|dapi|lin_|ntn_|pscale|do[oprt]_|rubyg|whsec|xox|xapp-|pypi-|tenuo_ct_|k_live_|k_test_|sk-|aiza|ya29|gocspx|hv[sbr]\.|dp\.|pmak|nrak|atatt|atbb|xai-|pplx|sg\.|:aa|eyj|ls0t|sk[\da-f]{32}/i;

function isPlain(text: string, longest = longestText): boolean {
  return text.length <= longest && !hints.test(text);
}

function isPlainMember([name, value]: readonly [string, unknown]): boolean {
  if (!isPlain(name)) return false;
  if (typeof value === "string") return isPlain(value);
  return value === null || typeof value === "boolean" ||
    (typeof value === "number" && !Object.is(value, -0));
}

async function ownOf(rules: MaskRules | undefined): Promise<OwnMask | undefined> {
  if (rules === undefined) return undefined;
  const { names, patterns } = rules;
  const replace = patterns.length === 0
    ? (text: string) => text
    : (await import("./mask_patterns.ts")).replaceOwn(patterns);
  return { names: new Set(names), replace };
}

/**
 * Masks and shortens one text.
 *
 * @param longest how many characters are kept; a text that is cut ends in `[cut]`
 */
export async function maskText(
  text: string,
  rules?: MaskRules,
  longest?: number,
): Promise<Masked<string>> {
  if (rules === undefined && isPlain(text, longest)) return { value: text, changed: false };
  const own = await ownOf(rules);
  return (await import("./mask_values.ts")).maskText(text, { own, longest });
}

/** Masks a text that may quote a tool's input: a secret may be told by its surroundings there only. */
export async function maskQuotation(
  text: string,
  input: object,
  rules: MaskRules | undefined,
  longest: number,
): Promise<Masked<string>> {
  const isPlainInput = rules === undefined && Object.entries(input).every(isPlainMember);
  if (isPlainInput && isPlain(text, longest)) return { value: text, changed: false };
  const own = await ownOf(rules);
  return (await import("./mask_quotation.ts")).maskQuotation(text, input, { own, longest });
}

/** Masks each argument, its lists and maps item by item; 64 Ki characters of JSON are kept in all. */
export async function maskArguments(
  args: Iterable<readonly [string, unknown]>,
  rules?: MaskRules,
): Promise<Masked<Record<string, unknown>>> {
  const entries = [...args];
  if (rules === undefined && entries.every(isPlainMember)) {
    return { value: Object.fromEntries(entries), changed: false };
  }
  const own = await ownOf(rules);
  return (await import("./mask_values.ts")).maskArguments(entries, { own });
}
