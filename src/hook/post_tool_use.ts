/**
 * The PostToolUse and PostToolUseFailure hooks: record what became of a call and whether that is
 * what was decided. They never block and print nothing; what cannot be recorded goes to
 * `.state/hook.log`.
 */
import type { Place } from "../authorizer/authority.ts";
import { withoutDerived } from "../claude/derived_members.ts";
import { inputDigest } from "../receipts/input_digest.ts";
import { maskText } from "../receipts/mask.ts";
import { findDecision, mismatchOf } from "../receipts/outcome.ts";
import { logLine } from "../state/hook_log.ts";
import { type HookEvent, maxEventBytes, member, optionalText, parseEvent } from "./event.ts";
import { openOutcomeLog } from "./outcome_log.ts";
import { locate } from "./place.ts";
import { readStdin } from "./stdin.ts";

const previewLength = 240;

/** What the tool answered, masked and shortened; or the error it ended with. */
async function preview(event: HookEvent): Promise<string> {
  const answers = ["error", "tool_response", "tool_result"].map((name) => member(event, name));
  const answer = answers.find((one) => one !== undefined);
  const text = typeof answer === "string" ? answer : JSON.stringify(answer) ?? "";
  const { value } = await maskText(text.slice(0, 4 * previewLength));
  return value.slice(0, previewLength).toWellFormed();
}

/** Digest of the input that ran; undefined when the event has none. */
function digestOf(event: HookEvent, tool: string, seed: Uint8Array): string | undefined {
  const input = member(event, "tool_input");
  if (typeof input !== "object" || input === null) return undefined;
  return inputDigest(seed, withoutDerived(tool, input));
}

async function recordOutcome(place: Place, event: HookEvent): Promise<void> {
  const name = member(event, "hook_event_name");
  if (name !== "PostToolUse" && name !== "PostToolUseFailure") {
    throw new Error("The event is not PostToolUse");
  }
  const log = openOutcomeLog(place);
  const tool = optionalText(event, "tool_name") ?? "";
  const session = optionalText(event, "session_id");
  const call = optionalText(event, "tool_use_id");
  const input = digestOf(event, tool, log.key.seed);
  const decision = call === undefined
    ? undefined
    : findDecision(log.path, log.key.publicKey, { call, session });
  await log.append({
    session,
    call,
    agent: optionalText(event, "agent_type"),
    agentId: optionalText(event, "agent_id"),
    tool: tool.slice(0, 256).toWellFormed(),
    input,
    outcome: name === "PostToolUseFailure" ? "failed" : "ok",
    preview: await preview(event),
    of: decision?.seq,
    mismatch: mismatchOf(decision, input),
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
