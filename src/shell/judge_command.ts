/** Judges a shell command line by a rule of the policy: the words are read first, then each command. */
import type { CommandRule } from "./command_rule.ts";
import { shlexProblem } from "./judge_shlex.ts";
import { verbsProblem } from "./judge_verbs.ts";

/** What the judge cannot know of the place a command runs in. */
export interface CommandPlace {
  /** The working directory, absolute and free of links. */
  readonly cwd: string;
  /**
   * The absolute, link-free path that `path` names for a process in `cwd`.
   *
   * @throws {Error} when it cannot name one file
   */
  readonly resolve: (cwd: string, path: string) => string;
}

/** Why a command line is refused. */
export interface CommandProblem {
  /** A sentence without a full stop that quotes what is wrong and says what to write instead. */
  readonly message: string;
  /** The part of the rule that refused it, where that is narrower than the whole. */
  readonly reference?: { readonly rule: string; readonly line: number };
}

/**
 * Why the line is not what the rule grants; undefined when it is. Never throws.
 *
 * A caller that only has lists of programs may load `shlexProblem` alone, which is far smaller.
 */
export function commandProblem(
  line: string,
  rule: CommandRule,
  place: CommandPlace,
): CommandProblem | undefined {
  return rule.form === "shlex" ? shlexProblem(line, rule.entries) : verbsProblem(line, rule, place);
}
