/** Masks and shortens one text. */
import { type SecretForm, secretForms } from "./mask_forms.ts";
import { goesOn } from "./mask_words.ts";

export interface Masked<T> {
  readonly value: T;
  readonly changed: boolean;
}

/** What a policy masks beside the built-in forms, made ready. */
export interface OwnMask {
  /** Names of arguments and members, lower case. */
  readonly names: ReadonlySet<string>;
  /** Replaces each match of a pattern by what `hide` says of it. */
  readonly replace: (text: string, hide: (secret: string) => string) => string;
}

export interface TextMasking {
  readonly own?: OwnMask | undefined;
  /** How many characters are kept. */
  readonly longest?: number | undefined;
  /** Is told each secret that is masked. */
  readonly found?: ((secret: string) => void) | undefined;
}

export const hidden = "[secret]";
export const cut = "[cut]";
const hiddenKey = "[private key]";
export const longestText = 4096;
/** Read beyond what is kept, so that a secret at the cut is recognised whole. */
const beyond = 1024;

type Hide = (secret: string) => string;

/** The match without its secret: what its first group took stays. */
function replaced(text: string, pattern: RegExp, hide: Hide): string {
  return text.replace(pattern, (match: string, ...rest: unknown[]) => {
    const groups = rest.slice(0, rest.findIndex((one) => typeof one === "number"));
    const kept = groups.find((one) => typeof one === "string") ?? "";
    return `${kept}${hide(match.slice((kept as string).length))}`;
  });
}

function masked(text: string, form: SecretForm, hide: Hide): string {
  if (!form.hints.every((hint) => hint.test(text))) return text;
  const { pattern, within } = form;
  return within === undefined
    ? replaced(text, pattern, hide)
    : text.replace(within, (part) => replaced(part, pattern, hide));
}

function kindOf(secret: string): string {
  return /PRIVATE KEY(?: BLOCK)? ?-{4}/.test(secret) ? hiddenKey : hidden;
}

/** Masks one text and shortens it; no part of a secret is left at the cut. */
export function maskOne(text: string, masking: TextMasking = {}): Masked<string> {
  const { own, longest = longestText, found } = masking;
  const goes = text.length > longest;
  let rest = 0;
  const hide = (secret: string) => {
    if (secret.endsWith(goesOn)) rest = beyond;
    found?.(secret);
    return kindOf(secret);
  };
  // Cut first, so that the rules take time for what is kept only.
  const window = text.slice(0, longest + beyond);
  let value = goes && window.length < text.length ? `${window}${goesOn}` : window;
  for (const form of secretForms) value = masked(value, form, hide);
  if (own !== undefined) value = own.replace(value, hide);
  if (!goes) return { value, changed: value !== text };
  // What stands last may be the beginning of a secret, unless it is one.
  const open = window.length < text.length ? beyond - rest : 0;
  value = value.slice(0, Math.max(0, Math.min(longest, value.length - open)));
  return { value: `${value.toWellFormed()}${cut}`, changed: true };
}
