/** What `check` looks for: small questions about what is known of a project. */
import type { Denial } from "../authorizer/denial.ts";
import type { VerifiedSnapshot } from "../policy/signed_snapshot.ts";
import type { PolicyFindings } from "./policy_findings.ts";

/** What the checks of `check` are about; further ones add their own. */
export type Subject =
  | "policy"
  | "examples"
  | "state"
  | "warrant"
  | "modes"
  | "wiring"
  | "mcp"
  | "receipts";

/** One thing to mend, or to look at. */
export interface CheckFinding {
  readonly subject: Subject;
  /** A `problem` fails the check; a `warning` is shown, and fails it with `--strict` only. */
  readonly severity: "problem" | "warning";
  /** Where it stands, for example `tenuo.yaml:7:9`. */
  readonly place?: string;
  /** A sentence. */
  readonly message: string;
  /** The command that mends it, or the edit and the command after it. */
  readonly mend: string;
}

/** What is known of a project. Collected once, changing nothing. */
export interface CheckFacts {
  readonly project: string;
  /** Unix seconds. */
  readonly now: number;
  /** Undefined when there is no tenuo.yaml. */
  readonly policy: PolicyFindings | undefined;
  /** The recorded root's public key, hex; undefined when `init` has not run. */
  readonly root: string | undefined;
  /** The snapshot in force, or why there is none. */
  readonly snapshot: VerifiedSnapshot | Denial | undefined;
}

/** Never throws for what it is there to find. */
export type Check = (
  facts: CheckFacts,
) => readonly CheckFinding[] | Promise<readonly CheckFinding[]>;

export function problem(
  subject: Subject,
  message: string,
  mend: string,
  place?: string,
): CheckFinding {
  return { subject, severity: "problem", message, mend, ...place === undefined ? {} : { place } };
}

/** The snapshot in force, when there is one. */
export function snapshotOf({ snapshot }: CheckFacts): VerifiedSnapshot | undefined {
  return snapshot !== undefined && "digest" in snapshot ? snapshot : undefined;
}
