/** What the hook answers, read as strictly as the client should. */
import { equal, ok } from "node:assert/strict";
import type { Receipt } from "../../src/receipts/receipt.ts";

/** What a run of the program came to. */
export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A hook's verdict as the client reads it. */
export interface Verdict extends Outcome {
  /** Undefined when nothing was printed. */
  readonly decision: string | undefined;
  readonly reason: string;
}

/** One JSON document or none, a reason on standard error with each refusal, never a stack trace. */
export function verdictOf(outcome: Outcome): Verdict {
  const { code, stdout, stderr } = outcome;
  ok(!/^\s+at .*:\d+:\d+/m.test(stdout + stderr), `A stack trace: ${stdout}${stderr}`);
  if (stdout === "") return { ...outcome, decision: undefined, reason: "" };
  const { hookSpecificOutput } = JSON.parse(stdout) as {
    hookSpecificOutput: Record<string, string>;
  };
  equal(hookSpecificOutput.hookEventName, "PreToolUse");
  const decision = hookSpecificOutput.permissionDecision;
  const reason = hookSpecificOutput.permissionDecisionReason ?? "";
  equal(code, decision === "allow" ? 0 : 2, `${decision} with exit code ${code}`);
  equal(stderr, decision === "allow" ? "" : `${reason}\n`);
  return { ...outcome, decision, reason };
}

/** What has receipts. */
interface Recorded {
  last(): Receipt;
}

/** Checks that the call was allowed, and recorded so. */
export function allowed(project: Recorded, verdict: Verdict): void {
  equal(verdict.decision, "allow", verdict.stderr);
  equal(project.last().decision, "allow");
}

/** Checks that the call was refused, and recorded with this code. */
export function refused(project: Recorded, verdict: Verdict, code: number, about?: RegExp): void {
  equal(verdict.decision, "deny", `Expected a refusal with ${code}`);
  const { decision, code: recorded, reason } = project.last();
  equal(recorded, code, `Recorded: ${reason}`);
  equal(decision, "deny");
  if (about !== undefined) ok(about.test(verdict.reason), verdict.reason);
}

/** Checks that nothing was printed, and that this decision was recorded. */
export function silent(project: Recorded, verdict: Verdict, decision: string, code?: number): void {
  equal(verdict.stdout + verdict.stderr, "");
  equal(verdict.code, 0);
  const receipt = project.last();
  equal(receipt.decision, decision, receipt.reason);
  equal(receipt.code, code, receipt.reason);
}
