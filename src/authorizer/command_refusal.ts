/** Judges a command line as its shell would read it, before its wire constraint is asked. */
import type { ArgumentRule, Route } from "../policy/snapshot.ts";
import { under } from "./checked_arguments.ts";
import type { RuleReference } from "./denial.ts";
import { plainProgram } from "./plain_command.ts";
import { shlexProblem } from "./refusal_text.ts";
import { resolvePath } from "./resolve_path.ts";

/** Why a line is not what its rule grants. */
export interface CommandRefusal {
  readonly why: string;
  /** The part of the rule that refused it. */
  readonly reference: RuleReference;
}

const shlex = 128;
/** PowerShell reads quotes, commas and signs in its own ways: only what no shell acts on is left. */
const powerShellText = /^[A-Za-z0-9 ./_:,=+-]*$/;

/**
 * @returns undefined when the line is one that the rule grants as far as shells are concerned
 * @throws {Denial} 9013 when the working directory cannot be resolved
 */
export async function commandRefusal(
  cwd: string,
  { capability }: Route,
  rule: ArgumentRule,
  line: string,
): Promise<CommandRefusal | undefined> {
  const refused = (why: string | undefined, reference: RuleReference = rule) =>
    why === undefined ? undefined : { why, reference };
  const isListed = rule.command !== undefined || rule.constraint[0] === shlex;
  if (isListed && capability === "run_powershell" && !powerShellText.test(line)) {
    return refused("PowerShell takes only letters, digits, blanks and . / _ : , = + - here");
  }
  if (rule.command === undefined) {
    return refused(rule.constraint[0] === shlex ? shlexProblem(rule, line) : undefined);
  }
  if (rule.command.form === "shlex") {
    const { entries } = rule.command;
    const program = plainProgram(line);
    // Most calls are these, and loading the judge takes longer than all the rest.
    if (entries.some((words) => words.length === 1 && words[0] === program)) return undefined;
    const judge = await import("../shell/judge_shlex.ts");
    return refused(judge.shlexProblem(line, entries)?.message);
  }
  const { commandProblem } = await import("../shell/judge_command.ts");
  const place = { cwd: await under(rule, () => resolvePath("/", cwd)), resolve: resolvePath };
  const problem = commandProblem(line, rule.command, place);
  return refused(problem?.message, problem?.reference);
}
