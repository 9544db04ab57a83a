/** Verifies logs for commands: `receipts verify`, and `audit --verify` of the project's own log. */
import { readPolicy } from "../authorizer/replay.ts";
import { exitCodes, type Request, type Verification, verifyLog } from "../receipts/verify.ts";
import { noCounts } from "../receipts/verification/verify_result.ts";
import { statePath } from "../state/layout.ts";
import { findProject } from "./find_project.ts";
import type { Terminal } from "./terminal.ts";
import { jsonOf, linesOf, worst } from "./verify_lines.ts";
import { openProgress } from "./verify_progress.ts";
import { crewFor } from "./verify_threads.ts";

/** Verifies one log. Never throws: exit code 1 would say that something was disproved. */
export async function verifyOne(request: Request): Promise<Verification> {
  const progress = openProgress();
  try {
    return await verifyLog({ ...request, progress: progress.show }, readPolicy, crewFor);
  } catch (error) {
    return cannotTell(error);
  } finally {
    progress.end();
  }
}

/** What a verification comes to that could not begin. */
export function cannotTell(error: unknown): Verification {
  const why = error instanceof Error ? error.message : String(error);
  return { outcome: "unknown", why, counts: noCounts(), files: [], checkpoints: 0 };
}

/** Verifies a project's receipts with the keys that lie beside them. Never throws. */
export function verifyProject(project: string): Promise<Verification> {
  return verifyOne({ paths: [statePath(project, "receipts")] });
}

/** One line that says what came of a verification. */
export function summary(result: Verification, terminal: Terminal): string {
  return linesOf(result, terminal)[0] ?? "";
}

/**
 * Prints what came of each log, one after the other, and returns the exit code.
 *
 * @param hasKept checkpoints were given that somebody kept elsewhere
 */
export function report(
  results: readonly Verification[],
  terminal: Terminal,
  json: boolean,
  hasKept = false,
): number {
  if (json) terminal.print(jsonOf(results));
  else for (const result of results) terminal.print(...linesOf(result, terminal, hasKept));
  return exitCodes[worst(results).outcome];
}

/** Verifies the project's receipts, prints what came of it and returns the exit code. */
export async function runVerification(terminal: Terminal, json: boolean): Promise<number> {
  let project: string;
  try {
    project = findProject();
  } catch (error) {
    return report([cannotTell(error)], terminal, json);
  }
  return report([await verifyProject(project)], terminal, json);
}
