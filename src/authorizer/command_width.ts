/** Which of two command rules of a policy is the wider. */
import type { CommandRule, VerbRule } from "../shell/command_rule.ts";
import { isAtOrBelow } from "./resolve_path.ts";

type Words = readonly string[];

function begins(words: Words, beginning: Words): boolean {
  return beginning.every((word, index) => words[index] === word);
}

/** Each entry of `after` is one of `before`, or one with more words. */
function isCovered(before: readonly Words[], after: readonly Words[]): boolean {
  return after.every((entry) => before.some((wider) => begins(entry, wider)));
}

function isVerbWithin(before: VerbRule, after: VerbRule): boolean {
  if (before.paths !== undefined) {
    const roots = before.paths;
    const lies = (path: string) => roots.some((root) => isAtOrBelow(path, root));
    if (after.paths === undefined || !after.paths.every(lies)) return false;
  }
  if (before.subcommands !== undefined) {
    if (after.subcommands === undefined || !isCovered(before.subcommands, after.subcommands)) {
      return false;
    }
  }
  const refused = new Set(after.denyFlags ?? []);
  return (before.denyFlags ?? []).every((flag) => refused.has(flag));
}

/** True when it is certain that `after` grants no line that `before` refuses. */
export function isCommandWithin(
  before: CommandRule | undefined,
  after: CommandRule | undefined,
): boolean {
  if (before === undefined) return true;
  if (after?.form !== before.form) return false;
  if (before.form === "shlex") {
    return after.form === "shlex" && isCovered(before.entries, after.entries);
  }
  if (after.form !== "verbs" || !after.compose.every((way) => before.compose.includes(way))) {
    return false;
  }
  return Object.entries(after.verbs).every(([verb, rule]) => {
    const wider = Object.hasOwn(before.verbs, verb) ? before.verbs[verb] : undefined;
    return wider !== undefined && isVerbWithin(wider, rule);
  });
}
