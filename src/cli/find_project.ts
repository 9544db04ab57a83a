/** Which project a person's command is about. */
import { CannotTell, UserError } from "./command.ts";

function isThere(path: string, kind: "isFile" | "isDirectory"): boolean {
  try {
    return Deno.statSync(path)[kind];
  } catch {
    return false;
  }
}

function isProject(directory: string): boolean {
  return isThere(`${directory}/tenuo.yaml`, "isFile") ||
    isThere(`${directory}/.state`, "isDirectory") &&
      isThere(`${directory}/.state/issuer_pub.hex`, "isFile");
}

/**
 * TENUO_PROJECT_DIR, else the first folder with a tenuo.yaml from the working directory upwards.
 * A folder that holds `.state` without a policy counts too, so that `down` and `status` work.
 *
 * @returns the absolute, link-free path
 * @throws {UserError}
 */
export function findProject(): string {
  const named = Deno.env.get("TENUO_PROJECT_DIR");
  if (named !== undefined && named !== "") {
    if (isProject(named)) return Deno.realPathSync(named);
    throw new UserError(`TENUO_PROJECT_DIR is ${named}, which holds no tenuo.yaml`);
  }
  const start = Deno.cwd();
  for (let at = start;; at = at.slice(0, at.lastIndexOf("/")) || "/") {
    if (isProject(at)) return Deno.realPathSync(at);
    if (at === "/") break;
  }
  throw new UserError(`No tenuo.yaml in ${start} or above it. Write one there first`);
}

/** The same for commands whose exit code 1 is an answer. @throws {CannotTell} */
export function findProjectOrTell(): string {
  try {
    return findProject();
  } catch (error) {
    throw new CannotTell(error instanceof Error ? error.message : "No project");
  }
}
