/** Masks what quotes a tool's input, such as the reason of a refusal. */
import { hidden, type Masked, maskOne, type OwnMask, type TextMasking } from "./mask_text.ts";
import { maskMembers } from "./mask_values.ts";

/** The least and the most secrets that are looked for in what quotes them. */
const shortestSecret = 4;
const mostSecrets = 64;
const recognised = 8;
const widest = 64 << 10;

/** Takes a secret out of a text, and what begins like it: a quotation may have been cut. */
function without(text: string, secret: string): string {
  const head = secret.slice(0, recognised);
  let kept = "";
  let from = 0;
  for (let at = text.indexOf(head); at >= 0; at = text.indexOf(head, from)) {
    kept += text.slice(from, at) + hidden;
    from = at + head.length;
    while (from - at < secret.length && text[from] === secret[from - at]) from++;
  }
  return kept + text.slice(from);
}

/** The secrets of a tool's input, longest first, as they stand there and as JSON has them. */
function secretsOf(input: object, own: OwnMask | undefined): string[] {
  const secrets = new Set<string>();
  const found = (text: string) => {
    const bare = text.replace(/^[\\"'`$@]+|[\\"'`\uffff]+$/g, "");
    const parts = /\s/.test(bare) ? bare.split(/\s+/).filter((part) => part.length > 15) : [];
    for (const secret of [bare, JSON.stringify(bare).slice(1, -1), ...parts]) {
      if (secret.length >= shortestSecret && secrets.size < mostSecrets) secrets.add(secret);
    }
  };
  maskMembers(Object.entries(input), { own, found, longest: widest });
  return [...secrets].sort((a, b) => b.length - a.length);
}

/** Masks a text that may quote `input`, with what only its surroundings there tell to be a secret. */
export function quotation(text: string, input: object, masking: TextMasking): Masked<string> {
  // By form first, so that no part of a secret is taken for all of it; cut last.
  const { value: formless } = maskOne(text, { own: masking.own });
  const { value } = maskOne(secretsOf(input, masking.own).reduce(without, formless), masking);
  return { value, changed: value !== text };
}
