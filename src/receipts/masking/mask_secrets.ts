/** Everything about masking that only some calls need, behind one door. */
import { type Caller, keptCaller } from "./mask_caller.ts";
import { quotation } from "./mask_quotation.ts";
import { type Masked, maskOne, type OwnMask } from "./mask_text.ts";
import { maskMembers } from "./mask_values.ts";

export type { Caller, Masked };

/** What a policy masks beside the built-in forms. */
export interface MaskRules {
  /** Names of arguments and members whose values are masked whole, lower case. */
  readonly names: readonly string[];
  /** RE2 expressions; what matches is masked, or its first group when it has one. */
  readonly patterns: readonly string[];
}

async function ownOf(rules: MaskRules | undefined): Promise<OwnMask | undefined> {
  if (rules === undefined) return undefined;
  const { names, patterns } = rules;
  const replace = patterns.length === 0
    ? (text: string) => text
    : (await import("./mask_patterns.ts")).replaceOwn(patterns);
  return { names: new Set(names), replace };
}

/** As `mask.ts` has it, without a look first. */
export async function maskText(
  text: string,
  rules?: MaskRules,
  longest?: number,
): Promise<Masked<string>> {
  return maskOne(text, { own: await ownOf(rules), longest });
}

/** As `mask.ts` has it, without a look first. */
export async function maskArguments(
  args: Iterable<readonly [string, unknown]>,
  rules?: MaskRules,
): Promise<Masked<Record<string, unknown>>> {
  return maskMembers(args, { own: await ownOf(rules) });
}

/** As `mask.ts` has it, without a look first. */
export async function maskQuotation(
  text: string,
  input: object,
  rules?: MaskRules,
  longest?: number,
): Promise<Masked<string>> {
  return quotation(text, input, { own: await ownOf(rules), longest });
}

/** As `mask.ts` has it, without a look first. */
export async function maskCaller(
  caller: Caller,
  seed: Uint8Array,
  rules?: MaskRules,
): Promise<Masked<Caller>> {
  return keptCaller(caller, seed, await ownOf(rules));
}
