/** The sandbox: a directory of the project that `{sandbox}` stands for. */
import { resolve } from "node:path";
import type { Policy } from "./policy.ts";
import { PolicyError } from "./policy_error.ts";
import { isBelow, realPath } from "./real_path.ts";

function refuse(policy: Policy, expected: string): never {
  const { place, text } = policy.sandbox;
  throw new PolicyError([{ ...place, where: "sandbox", text, expected, phase: "mint" }]);
}

/** Throws `PolicyError` unless `real`, free of links, may be the sandbox of the project. */
export function checkSandbox(
  policy: Policy,
  real: string,
  project: string,
  stateDir: string,
): void {
  if (real === "/") refuse(policy, "a directory of the project, not the root of the file system");
  if (!isBelow(real, project)) refuse(policy, `a directory in the project; it leads to ${real}`);
  if (isBelow(real, stateDir)) refuse(policy, "a directory outside the gateway's own state");
  if (real.includes("\\")) refuse(policy, "a path without a backslash");
}

/**
 * The sandbox as an absolute path free of links. With `create` a missing one is made, once it is
 * known to lie in the project. Throws `PolicyError` (phase mint) when it is missing, not a
 * directory, `/`, or not in the project.
 */
export function resolveSandbox(
  policy: Policy,
  { project, stateDir, create = false }: { project: string; stateDir: string; create?: boolean },
): string {
  try {
    const root = realPath(project);
    const path = resolve(root, policy.sandbox.text);
    checkSandbox(policy, realPath(path), root, realPath(stateDir));
    if (create) Deno.mkdirSync(realPath(path), { recursive: true });
    const real = Deno.realPathSync(path);
    if (!Deno.statSync(real).isDirectory) refuse(policy, "a directory");
    checkSandbox(policy, real, root, realPath(stateDir));
    return real;
  } catch (error) {
    if (error instanceof PolicyError) throw error;
    if (error instanceof Deno.errors.NotFound) {
      refuse(policy, "a directory that exists (init creates it)");
    }
    if (error instanceof Deno.errors.AlreadyExists) refuse(policy, "a directory");
    refuse(policy, `a directory that can be opened (${(error as Error).message})`);
  }
}
