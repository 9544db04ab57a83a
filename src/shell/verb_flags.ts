/** Options that are refused: by a rule, always, or where a rule confines paths. */
import { completions, type GivenWords, type VerbGrammar } from "./verb_grammar.ts";

type Reasons = VerbGrammar["dangers"];

function reasonFor(name: string, reasons: Reasons, grammar: VerbGrammar): string | undefined {
  const found = name.startsWith("--")
    ? completions(name, { ...grammar, dangers: reasons ?? {} })
    : [];
  const all = [name, ...found].map((it) => reasons && Object.hasOwn(reasons, it) && reasons[it]);
  return all.find((it): it is string => typeof it === "string");
}

/** The first option that is dangerous, and why. */
export function dangerousFlag(
  given: GivenWords,
  grammar: VerbGrammar,
  isConfined: boolean,
): readonly [name: string, why: string] | undefined {
  for (const { name, value } of given.options) {
    if (value !== undefined && grammar.harmless?.includes(value)) continue;
    const why = reasonFor(name, grammar.dangers, grammar) ??
      (isConfined ? reasonFor(name, grammar.escapes, grammar) : undefined);
    if (why !== undefined) return [name, why];
  }
  return undefined;
}

/** Whether a word of a program nothing is known of may be the option `denied`. */
function mayBe(word: string, denied: string): boolean {
  const name = word.replace(/=.*$/s, "");
  if (name === denied) return true;
  if (/^-[^-]$/.test(denied)) return /^-[^-]/.test(word) && word.includes(denied.slice(1));
  if (denied.startsWith("--")) return name.length > 2 && denied.startsWith(name);
  return name.replace(/^--/, "-") === denied;
}

/**
 * The first option that the rule denies: long ones also abbreviated and with a value, letters also
 * within a cluster.
 *
 * @param grammar undefined when nothing is known of the program: every word is looked at then
 */
export function deniedFlag(
  words: readonly string[],
  given: GivenWords,
  denyFlags: readonly string[],
  grammar: VerbGrammar | undefined,
): string | undefined {
  if (grammar === undefined) {
    return denyFlags.find((denied) => words.some((word) => mayBe(word, denied)));
  }
  const { options, operands } = given;
  return denyFlags.find((denied) =>
    (!denied.startsWith("-") && operands.includes(denied)) ||
    options.some(({ name }) =>
      name === denied ||
      (grammar.isSingleDash === true && name === denied.replace(/^--/, "-")) ||
      (/^--./.test(name) && denied.startsWith(name) && completions(name, grammar)[0] !== name)
    )
  );
}
