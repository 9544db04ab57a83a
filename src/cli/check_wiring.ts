/** Checks that Claude Code asks this program, as `init` would wire it. */
import { hooksOff, userFolder } from "../claude/hooks_off.ts";
import { thisProgram } from "../claude/program.ts";
import { isWired, readWiring, settingsPath } from "../claude/settings.ts";
import { type Check, type CheckFinding, problem } from "./check_finding.ts";

function isFile(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}

function checkHooks(project: string, root: string): CheckFinding[] {
  const { kind, command } = readWiring(project, root);
  const mend = "tenuo-claude init";
  if (kind === "none") {
    return [problem("wiring", "Claude Code's hooks are not wired, so nothing is checked.", mend)];
  }
  if (kind === "foreign") {
    return [problem("wiring", "The wired hooks are not as init writes them.", mend)];
  }
  if (!isFile(command)) {
    return [problem("wiring", `The wired program ${command} is missing.`, mend)];
  }
  const program = thisProgram();
  if (isWired(settingsPath(project), project, root, program)) return [];
  return [{
    subject: "wiring",
    severity: "warning",
    message: `The hooks run ${command}, not the program that checks, ${program.command}.`,
    mend: "tenuo-claude init, with the program that shall decide",
  }];
}

/** The hooks, and settings that switch hooks off. */
export const checkWiring: Check = ({ project, root }) => [
  ...root === undefined ? [] : checkHooks(project, root),
  ...hooksOff(project, userFolder()).map((file) =>
    problem(
      "wiring",
      `${file} sets disableAllHooks, so Claude Code runs no hooks and nothing is checked.`,
      `edit ${file}: remove "disableAllHooks"`,
    )
  ),
];
