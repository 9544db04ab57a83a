/** The structured form for commands: what the snapshot says of each program, and the warrant. */
import type { CommandRule, Composition, VerbRule } from "../shell/command_rule.ts";
import { escapeGlob } from "./glob_syntax.ts";
import { absoluteRoot, realRoot } from "./path_roots.ts";
import { fill } from "./placeholder.ts";
import type { CommandForm, VerbForm } from "./policy.ts";
import { PolicyError } from "./policy_error.ts";
import { labelled } from "./rule_label.ts";
import type { WireConstraint } from "./snapshot.ts";

/** Characters that may follow the first program of a line, besides blanks. */
const following: { readonly [composition in Composition]: string } = {
  pipe: "|",
  and: "&",
  or: "|",
  semicolon: ";",
  discard: "<>",
};

/**
 * The simplest constraint that every line of these programs satisfies: the line is the program's
 * name, or starts with it and a character that ends a word. Outer white space was trimmed off.
 */
export function verbsConstraint(
  verbs: readonly string[],
  compose: readonly Composition[],
): WireConstraint {
  const ends = [...new Set(" \t" + compose.map((one) => following[one]).join(""))].join("");
  const constraints = verbs.flatMap((verb): WireConstraint[] => [
    [1, { value: verb }],
    [2, { pattern: `${escapeGlob(verb)}[${ends}]*` }],
  ]);
  return [13, { constraints }];
}

function verbRule(verb: string, form: VerbForm, sandbox: string): VerbRule {
  const { paths, subcommands, denyFlags, text, place } = form;
  const roots = paths?.map((rule) => {
    try {
      return realRoot(absoluteRoot(rule.text, sandbox));
    } catch (error) {
      const expected = `a path that can be resolved (${(error as Error).message})`;
      const where = `verbs.${verb}.paths`;
      throw new PolicyError([{ ...rule.place, where, text: rule.text, expected, phase: "mint" }]);
    }
  });
  return {
    ...(roots === undefined ? {} : { paths: [...new Set(roots)] }),
    ...(subcommands === undefined ? {} : { subcommands }),
    ...(denyFlags === undefined ? {} : { denyFlags }),
    rule: labelled(text, place),
    line: place.line,
  };
}

/** @throws {PolicyError} of phase mint when a root cannot be resolved */
export function commandRuleOf(form: CommandForm, sandbox: string): CommandRule {
  const verbs = [...form.verbs].map(([verb, one]): [string, VerbRule] => [
    fill(verb, sandbox),
    verbRule(verb, one, sandbox),
  ]);
  return { form: "verbs", verbs: Object.fromEntries(verbs), compose: [...new Set(form.compose)] };
}
