/** One form of secrets, made when it is first needed. */
import { nameHint, noReference, quoted } from "./mask_words.ts";

export interface SecretForm {
  /** A text in which one of these finds nothing has no such secret. */
  readonly hints: readonly RegExp[];
  readonly pattern: RegExp;
  /** Looked for within what this finds only, such as one program's arguments. */
  readonly within?: RegExp;
}

/**
 * A form whose pattern is made when a text gives a first hint of it: making one takes milliseconds,
 * and a call makes few of them.
 */
export function lazily(
  hints: readonly RegExp[],
  source: string,
  flags: "g" | "gi",
  within?: () => RegExp,
): SecretForm {
  let [pattern, part]: (RegExp | undefined)[] = [];
  return {
    hints,
    get pattern() {
      return pattern ??= new RegExp(source, flags);
    },
    ...(within === undefined ? {} : {
      get within() {
        return part ??= within();
      },
    }),
  };
}

/** @param hint one expression, or several that must all find something */
export function form(
  hint: RegExp | readonly RegExp[],
  ...alternatives: readonly string[]
): SecretForm {
  return lazily(hint instanceof RegExp ? [hint] : hint, alternatives.join("|"), "gi");
}

/** A hint of a secret's name and of what follows it. */
export function afterName(rest: string): RegExp {
  return new RegExp(`${nameHint}[\\w-]{0,50}${rest}`, "i");
}

/** An option of these programs, up to its value. */
export function option(programs: string, flags: string, about = noReference): SecretForm {
  const hints = [
    new RegExp(`(?<![\\w-])(?:${programs})\\s`, "i"),
    new RegExp(`[\\s"'](?:${flags})`),
  ];
  const pattern = `(["'](?:${flags}))${about}[^\\s"'-][^"'\\n]*(?=["'])|` +
    `(\\s(?:${flags}))${about}(?:${quoted}|(?!\\\\+["'])[^\\s"'-][^\\s"']*)`;
  return lazily(hints, pattern, "g", () =>
    new RegExp(
      `(?<![\\w-])(?:${programs})(?=\\s)(?:"[^"\\n]*"|'[^'\\n]*'|\\\\\\n|[^\\n|;&"'])*`,
      "gi",
    ));
}
