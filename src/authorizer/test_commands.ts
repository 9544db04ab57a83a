/** Tables of command lines and what the rule for governance files says of them. */
import { ok } from "node:assert/strict";
import { requireCommandUngoverned } from "./command_reach.ts";
import { Denial } from "./denial.ts";
import { judgePlainCommand } from "./plain_command.ts";
import { type Ground, withGround } from "./test_ground.ts";

/** PROJECT, HOMEDIR and NAME stand for the ground's project, home and the project's own name. */
function fill(line: string, { project, home }: Ground): string {
  const name = project.slice(project.lastIndexOf("/") + 1);
  return line.replaceAll("PROJECT", project).replaceAll("HOMEDIR", home).replaceAll("NAME", name);
}

/** The refusal of a command line, if there is one. */
export function judge(line: string, ground: Ground, cwd = ground.project): Denial | undefined {
  try {
    const text = fill(line, ground);
    if (!judgePlainCommand(text, cwd, ground.governance)) {
      requireCommandUngoverned(text, cwd, ground.home, ground.governance);
    }
    return undefined;
  } catch (error) {
    ok(error instanceof Denial, `${line}: ${error instanceof Error ? error.stack : error}`);
    return error;
  }
}

/** Each of the lines must be refused, run in the project or below it. */
export function denies(title: string, lines: readonly string[], cwd = ""): void {
  Deno.test(`Denied: ${title}`, async () => {
    await withGround((ground) => {
      const passed = lines.filter((line) =>
        judge(line, ground, ground.project + cwd) === undefined
      );
      ok(passed.length === 0, `Allowed:\n${passed.join("\n")}`);
    });
  });
}

/** None of the lines may be refused. */
export function allows(title: string, lines: readonly string[], cwd = ""): void {
  Deno.test(`Allowed: ${title}`, async () => {
    await withGround((ground) => {
      const stopped = lines.flatMap((line) => {
        const denial = judge(line, ground, ground.project + cwd);
        return denial === undefined ? [] : [`${line}\n    ${denial.message}`];
      });
      ok(stopped.length === 0, `Denied:\n${stopped.join("\n")}`);
    });
  });
}
