/** Finds programs as a shell would, and asks them short questions. */
import { isAbsolute, resolve } from "node:path";
import type { Environment } from "./server_environment.ts";

/** The command of a launch cannot be found, or nothing here can run it. */
export class Unresolved extends Error {
  constructor(message: string) {
    super(message);
    this.name = "Unresolved";
  }
}

/** True for a file that can be started. */
export function isExecutable(path: string): boolean {
  try {
    const { isFile, mode } = Deno.statSync(path);
    return isFile && ((mode ?? 0) & 0o111) !== 0;
  } catch {
    return false;
  }
}

/** The absolute path of a command, links kept; undefined when there is none. */
export function findProgram(command: string, { PATH }: Environment, cwd: string) {
  if (command.includes("/")) {
    const path = resolve(cwd, command);
    return isExecutable(path) ? path : undefined;
  }
  // Folders that depend on where it is started could lead anywhere.
  return (PATH ?? "").split(":").filter(isAbsolute).map((folder) => resolve(folder, command))
    .find(isExecutable);
}

/** The link-free path of a regular file that `word` names from `cwd`; undefined for anything else. */
export function fileNamed(word: string, cwd: string): string | undefined {
  try {
    const path = Deno.realPathSync(resolve(cwd, word));
    return Deno.statSync(path).isFile ? path : undefined;
  } catch {
    return undefined;
  }
}

export interface ProgramQuestion {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly environment: Environment;
  readonly milliseconds: number;
}

/** What a program prints on standard output; undefined when it fails or takes too long. */
export async function answerOf(question: ProgramQuestion): Promise<string | undefined> {
  const { command, args, cwd, environment, milliseconds } = question;
  try {
    const { success, stdout } = await new Deno.Command(command, {
      args: [...args],
      cwd,
      env: { ...environment },
      clearEnv: true,
      stdin: "null",
      stdout: "piped",
      stderr: "null",
      signal: AbortSignal.timeout(milliseconds),
    }).output();
    return success ? new TextDecoder().decode(stdout).trim() : undefined;
  } catch {
    return undefined;
  }
}
