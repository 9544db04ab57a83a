/**
 * The PostToolUse and PostToolUseFailure hooks: record what became of a call. They never block and
 * print nothing; what cannot be recorded goes to `.state/hook.log`.
 */
import { openKey, openSnapshot, type Place } from "../authorizer/authority.ts";
import { rotationOf } from "../authorizer/record.ts";
import { appendReceipt } from "../receipts/log.ts";
import { maskText } from "../receipts/mask.ts";
import { onward } from "../receipts/onward.ts";
import { statePath } from "../state/layout.ts";
import { logLine } from "../state/hook_log.ts";
import { type HookEvent, maxEventBytes, member, optionalText, parseEvent } from "./event.ts";
import { locate } from "./place.ts";
import { readStdin } from "./stdin.ts";

const previewLength = 240;

/** What the tool answered, masked and shortened; or the error it ended with. */
async function preview(event: HookEvent): Promise<string> {
  const answer = member(event, "error") ?? member(event, "tool_response") ??
    member(event, "tool_result");
  const text = typeof answer === "string" ? answer : JSON.stringify(answer) ?? "";
  const { value } = await maskText(text.slice(0, 4 * previewLength));
  return value.slice(0, previewLength).toWellFormed();
}

async function recordOutcome(place: Place, event: HookEvent): Promise<void> {
  const name = member(event, "hook_event_name");
  if (name !== "PostToolUse" && name !== "PostToolUseFailure") {
    throw new Error("The event is not PostToolUse");
  }
  const { snapshot, digest } = openSnapshot(place);
  const optional = {
    session: optionalText(event, "session_id"),
    call: optionalText(event, "tool_use_id"),
    agent: optionalText(event, "agent_type"),
  };
  const failed = name === "PostToolUseFailure";
  appendReceipt(statePath(place.project, "receipts"), {
    time: new Date().toISOString(),
    kind: "outcome",
    door: "hook",
    ...Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== undefined)),
    tool: (optionalText(event, "tool_name") ?? "").slice(0, 256).toWellFormed(),
    outcome: failed ? "failed" : "ok",
    preview: await preview(event),
    policy: digest,
  }, {
    key: openKey(place, "receiptKey"),
    sync: snapshot.receipts.sync,
    ...rotationOf(snapshot),
    // What the next decision is held against stays as it was.
    amend: onward,
  });
}

/** Records the outcome on standard input. Returns the exit code, always 0. */
export async function postToolUse(args: readonly string[]): Promise<number> {
  let place: Place | undefined;
  try {
    const bytes = readStdin(maxEventBytes);
    place = locate(args);
    await recordOutcome(place, parseEvent(bytes));
  } catch (error) {
    const what = error instanceof Error ? error.message : "unknown error";
    if (place !== undefined) logLine(place.project, `outcome not recorded: ${what}`);
  }
  return 0;
}
