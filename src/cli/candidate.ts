/** The policy of the files as it would be in force: compiled for a project, minted by nobody. */
import { resolve } from "node:path";
import { newAuthority } from "../authorizer/mint.ts";
import { thisProgram } from "../claude/program.ts";
import { compilePolicy } from "../policy/compile.ts";
import type { Policy } from "../policy/policy.ts";
import { realPath } from "../policy/real_path.ts";
import { resolveSandbox } from "../policy/sandbox.ts";
import type { Snapshot } from "../policy/snapshot.ts";
import { stateDirectory } from "../state/layout.ts";
import { UserError } from "./command.ts";

export interface CandidateOptions {
  /** The snapshot in force, whose authority goes on. */
  readonly held?: Snapshot | undefined;
  /** Makes the sandbox folder when it is missing. Without it nothing is written. */
  readonly createSandbox?: boolean;
}

function home(): string {
  const directory = Deno.env.get("HOME");
  if (directory === undefined || !directory.startsWith("/")) {
    throw new UserError("HOME is not set; governance files in it could not be protected");
  }
  return directory;
}

/** Compiles `policy`. @throws {PolicyError} of phase mint */
export async function candidateOf(
  project: string,
  policy: Policy,
  { held, createSandbox = false }: CandidateOptions = {},
): Promise<Snapshot> {
  const program = thisProgram();
  const stateDir = stateDirectory(project);
  const { snapshot } = await compilePolicy(policy, {
    project,
    home: home(),
    stateDir,
    binary: program.command,
    sources: program.files.slice(1),
    authority: held?.authority ?? newAuthority(),
    serial: (held?.serial ?? 0) + 1,
    issuedAt: Math.floor(Date.now() / 1000),
    sandboxRealPath: sandboxOf(project, policy, createSandbox),
  });
  return snapshot;
}

/** Where the sandbox is, or would be made. */
function sandboxOf(project: string, policy: Policy, create: boolean): string {
  const place = realPath(resolve(realPath(project), policy.sandbox.text));
  return create || exists(place)
    ? resolveSandbox(policy, { project, stateDir: stateDirectory(project), create })
    : place;
}

function exists(path: string): boolean {
  try {
    Deno.lstatSync(path);
    return true;
  } catch {
    return false;
  }
}

/** False when a candidate's sandbox folder has yet to be made. */
export function hasSandbox({ sandbox }: Snapshot): boolean {
  return exists(sandbox);
}
