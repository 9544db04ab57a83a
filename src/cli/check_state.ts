/** Checks that what is in force is there, is whole, and is what the files say. */
import { requireSandbox } from "../authorizer/authority.ts";
import { resolvePath } from "../authorizer/resolve_path.ts";
import { policyFileName, readPolicyFile } from "../policy/policy_file.ts";
import type { Snapshot } from "../policy/snapshot.ts";
import { type Check, type CheckFinding, problem, snapshotOf } from "./check_finding.ts";

/** The policy files that are not what the snapshot was compiled from. */
export function editedFiles({ project, files, overlays }: Snapshot): string[] {
  const compiled = new Map(files.map(({ path, sha256 }) => [path, sha256]));
  return [...new Set([...compiled.keys(), ...overlays])].filter((path) => {
    try {
      return readPolicyFile(project, path)?.sha256 !== compiled.get(path);
    } catch {
      return true;
    }
  });
}

function isGone(project: string, path: string): boolean {
  try {
    return readPolicyFile(project, path) === undefined;
  } catch {
    return false;
  }
}

function checkSandbox(snapshot: Snapshot): CheckFinding[] {
  try {
    requireSandbox(snapshot, (path) => resolvePath("/", path));
    return [];
  } catch (error) {
    const [what] = (error as Error).message.split("; ");
    return [problem("state", `${what}.`, "tenuo-claude refresh")];
  }
}

/** The state directory and the snapshot in it. */
export const checkState: Check = (facts) => {
  const { project, root, snapshot, policy } = facts;
  if (root === undefined) {
    const message = `There is no authority in ${project}/.state.`;
    return [problem("state", message, "tenuo-claude init")];
  }
  const verified = snapshotOf(facts);
  if (verified === undefined) {
    const why = snapshot instanceof Error ? snapshot.message.split("; ")[0] : "No snapshot";
    return [problem("state", `${why}; every call is denied.`, "tenuo-claude init")];
  }
  const { snapshot: inForce } = verified;
  return [...checkFiles(inForce, (policy?.errors.length ?? 0) > 0), ...checkSandbox(inForce)];
};

function checkFiles(snapshot: Snapshot, hasErrors: boolean): CheckFinding[] {
  const edited = editedFiles(snapshot);
  const gone = edited.filter((path) => isGone(snapshot.project, path));
  const changed = edited.filter((path) => !gone.includes(path));
  const findings = gone.filter((path) => path !== policyFileName).map((path) =>
    problem("state", `${path} is gone; every call is denied.`, "tenuo-claude refresh")
  );
  if (changed.length === 0) return findings;
  const files = `${changed.join(" and ")} ${changed.length === 1 ? "was" : "were"} edited`;
  const found = hasErrors
    ? problem(
      "state",
      `${files} and cannot be used as it stands; every call is denied.`,
      "edit what the errors name, then run tenuo-claude refresh",
    )
    : problem(
      "state",
      `${files}; the rules in force are those of the last refresh.`,
      "tenuo-claude refresh",
    );
  return [...findings, found];
}
