import assert from "node:assert/strict";
import { fields, parseObject, text } from "./json.ts";
import type { CallOutcome } from "./messages_api.ts";
import type { Project } from "./project.ts";
import type { Receipt } from "./receipts.ts";
import type { Session } from "./session.ts";

const PATIENCE_SECONDS = 15;

/** What the reason of a denial has to name. */
export interface Because {
  /** Part of the rule as the reason and the receipt give it. */
  readonly rule: string;
  /** Its line in tenuo.yaml; 0 for rules that are built in. */
  readonly line: number;
}

/** The n-th call of the main thread; throws when it was not made. */
export function callOf(session: Session, index: number): CallOutcome {
  const call = session.calls[index];
  assert.ok(call, `Call ${index} was never made`);
  return call;
}

/** What came back for the call; throws when nothing did. */
export function resultOf(call: CallOutcome): { isError: boolean; content: string } {
  assert.ok(call.result, `No result came back for ${call.name}`);
  return call.result;
}

/** The rows written for the call. */
export async function receiptsOf(project: Project, call: CallOutcome): Promise<Receipt[]> {
  return (await project.receipts()).filter((row) => row.call === call.id);
}

/** The one decision written for the call; throws when there is none or more than one. */
export async function decisionOf(project: Project, call: CallOutcome): Promise<Receipt> {
  const rows = (await receiptsOf(project, call)).filter(({ kind }) => kind === "decision");
  const [row] = rows;
  assert.ok(row && rows.length === 1, `${rows.length} decisions stand in the receipts, not 1`);
  assert.equal(row.tool, call.name);
  return row;
}

/** The call ran: its result came back, its receipt is an allow and its outcome was recorded. */
export async function ran(project: Project, session: Session, index: number): Promise<string> {
  const call = callOf(session, index);
  const { isError, content } = resultOf(call);
  assert.equal(isError, false, `${call.name} did not run: ${content}`);
  const row = await decisionOf(project, call);
  assert.equal(row.decision, "allow");
  assert.equal(row.session, session.id);
  const kinds = (await receiptsOf(project, call)).map(({ kind }) => kind);
  assert.deepEqual(kinds, ["decision", "outcome"]);
  return content;
}

/** A hook, and nothing else, kept the client from running the call. Returns what the model saw. */
export function stopped(session: Session, call: CallOutcome, says?: RegExp): string {
  const { isError, content } = resultOf(call);
  const what = `${call.name} ${JSON.stringify(call.input)}`;
  assert.equal(isError, true, `${what} ran: ${content.slice(0, 200)}`);
  const ruling = session.log.rulings.get(call.id);
  assert.deepEqual(ruling, { decision: "reject", source: "hook" });
  if (says !== undefined) assert.match(content, says);
  return content;
}

/** The hook answered with one deny document, its reason on stderr and exit 2. */
function deniedProperly(session: Session, content: string): void {
  const answers = session.log.hooks.filter(({ event, exitCode }) =>
    event === "PreToolUse" && exitCode === 2
  );
  const fitting = answers.filter(({ stdout, stderr }) => {
    const answer = fields(parseObject(stdout)?.hookSpecificOutput);
    const reason = text(answer.permissionDecisionReason);
    return answer.hookEventName === "PreToolUse" && answer.permissionDecision === "deny" &&
      reason !== "" && content.includes(reason) && stderr.trim() === reason;
  });
  assert.ok(fitting.length > 0, "No run of the hook denied as one document with exit 2");
}

/** The call was denied for the rule: the model was told and the receipt says so. */
export async function denied(
  project: Project,
  session: Session,
  call: CallOutcome,
  because: Because,
): Promise<string> {
  const content = stopped(session, call, /Tenuo denied \w+( \([^)]*\))?: /);
  deniedProperly(session, content);
  assert.ok(content.includes(because.rule), `The reason does not name ${because.rule}: ${content}`);
  const row = await decisionOf(project, call);
  assert.equal(row.decision, "deny");
  assert.equal(row.session, session.id);
  assert.equal((await receiptsOf(project, call)).length, 1, "An outcome was recorded as well");
  if (because.line > 0) {
    const place = `tenuo.yaml:${because.line}`;
    assert.ok(content.includes(place), `The reason does not name ${place}: ${content}`);
  }
  assert.equal(row.line, because.line);
  assert.ok(row.rule.includes(because.rule), `The receipt's rule is ${row.rule}`);
  return content;
}

export function pause(seconds: number): Promise<void> {
  return new Promise((done) => setTimeout(done, seconds * 1000));
}

/** Asks again and again until there is an answer; throws when none comes. */
export async function until<T>(what: string, ask: () => Promise<T | undefined>): Promise<T> {
  const end = performance.now() + PATIENCE_SECONDS * 1000;
  while (performance.now() < end) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    await pause(0.02);
  }
  throw new Error(`${what} did not come within ${PATIENCE_SECONDS} s`);
}
