/** Collects what the checks are about. */
import { openSnapshot } from "../authorizer/authority.ts";
import { asDenial, Denial } from "../authorizer/denial.ts";
import { statePath } from "../state/layout.ts";
import { readRegularText } from "../state/read_file.ts";
import type { CheckFacts } from "./check_finding.ts";
import { CannotTell } from "./command.ts";
import { findingsOfProject, type PolicyFindings } from "./policy_findings.ts";

async function policyOf(project: string): Promise<PolicyFindings | undefined> {
  try {
    return await findingsOfProject(project);
  } catch (error) {
    if (error instanceof CannotTell) return undefined;
    throw error;
  }
}

function rootOf(project: string): string | undefined {
  try {
    return readRegularText(statePath(project, "issuerPublic"), 256);
  } catch {
    return undefined;
  }
}

function snapshotIn(project: string, root: string): CheckFacts["snapshot"] {
  try {
    return openSnapshot({ project, root });
  } catch (error) {
    const unreadable = "The policy snapshot cannot be read";
    return asDenial(error) ?? new Denial("StateUnreadable", unreadable);
  }
}

/** Looks at the project's policy and state. Changes nothing. */
export async function collectCheckFacts(project: string): Promise<CheckFacts> {
  const root = rootOf(project);
  return {
    project,
    now: Math.floor(Date.now() / 1000),
    policy: await policyOf(project),
    root,
    snapshot: root === undefined ? undefined : snapshotIn(project, root),
  };
}
