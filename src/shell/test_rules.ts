/** Rules and a place for the tests of command lines. */
import { resolve } from "node:path/posix";
import type { CommandRule, Composition, VerbRule } from "./command_rule.ts";
import { type CommandPlace, commandProblem } from "./judge_command.ts";

type VerbsRule = Extract<CommandRule, { form: "verbs" }>;

/**
 * A place without links, where names with a dot are files and all others folders; paths that are
 * blank or have control characters name nothing.
 */
export function placeAt(cwd: string): CommandPlace {
  return {
    cwd,
    resolve: (from, path) => {
      if (path.trim() === "" || /\p{Cc}|\.[a-z]+\/x$/u.test(path)) throw new Error("not one file");
      return resolve(from, path);
    },
  };
}

/** Rules for programs, each of the same kind unless it says otherwise. */
export function verbsRule(
  verbs: string,
  each: Partial<VerbRule> = {},
  compose: readonly Composition[] = ["pipe", "and", "or", "semicolon", "discard"],
): VerbsRule {
  const rules = verbs.split(" ").map((verb, at) =>
    [verb, { rule: `${verb}: {}`, line: at + 10, ...each }] as const
  );
  return { form: "verbs", verbs: Object.fromEntries(rules), compose };
}

/** The sentence with which a line is refused, judged in `/srv`; undefined when it is granted. */
export function refusal(line: string, rule: CommandRule, cwd = "/srv"): string | undefined {
  return commandProblem(line, rule, placeAt(cwd))?.message;
}
