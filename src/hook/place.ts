/**
 * The project a hook speaks for and the root it trusts. The wiring names both; a hook run by hand
 * may leave them out. Neither is ever searched for from the working directory.
 */
import type { Place } from "../authorizer/authority.ts";
import { Denial } from "../authorizer/denial.ts";
import { statePath } from "../state/layout.ts";
import { readRegularText, UnsafeFile } from "../state/read_file.ts";

function realDirectory(path: string, what: string): string {
  try {
    return Deno.realPathSync(path);
  } catch {
    throw new Denial("ProjectMismatch", `${what} ${path} cannot be found`);
  }
}

/**
 * @param args `--project DIR` and `--root HEX`, both optional
 * @throws {Denial} 9005 when the wiring and the client disagree about the project
 */
export function locate(args: readonly string[]): Place {
  const options = new Map<string, string>();
  for (let i = 0; i < args.length; i += 2) {
    const [name, value] = [args[i] as string, args[i + 1]];
    if (!["--project", "--root"].includes(name) || value === undefined || options.has(name)) {
      throw new Denial("ProjectMismatch", `Unknown hook argument ${name}`);
    }
    options.set(name, value);
  }
  const wired = options.get("--project");
  const told = Deno.env.get("CLAUDE_PROJECT_DIR");
  if (wired === undefined && told === undefined) {
    throw new Denial("ProjectMismatch", "No project: neither --project nor CLAUDE_PROJECT_DIR");
  }
  const project = realDirectory(wired ?? told as string, "The project");
  if (told !== undefined && realDirectory(told, "CLAUDE_PROJECT_DIR") !== project) {
    throw new Denial("ProjectMismatch", `This hook is wired for ${project}, not for ${told}`);
  }
  return { project, root: options.get("--root") ?? recordedRoot(project) };
}

function recordedRoot(project: string): string {
  try {
    return readRegularText(statePath(project, "issuerPublic"), 256);
  } catch (error) {
    if (!(error instanceof UnsafeFile)) throw error;
    throw new Denial("StateUnreadable", `${error.message}; run tenuo-claude init`);
  }
}
