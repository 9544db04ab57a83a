/**
 * The PostToolUse and PostToolUseFailure hooks: record what became of a call and whether that is
 * what was decided. They never block and print nothing; what cannot be recorded goes to
 * `.state/hook.log`.
 */
import type { Place } from "../authorizer/authority.ts";
import { openOutcomeLog, type OutcomeLog } from "../authorizer/outcome_log.ts";
import { withoutDerived } from "../claude/derived_members.ts";
import { inputDigest } from "../receipts/input_digest.ts";
import {
  type Caller,
  isOrdinary,
  maskArguments,
  maskCaller,
  maskQuotation,
} from "../receipts/masking/mask.ts";
import { findDecision, mismatchOf } from "../receipts/outcome.ts";
import { logLine } from "../state/hook_log.ts";
import { type HookEvent, maxEventBytes, member, optionalText, parseEvent } from "./event.ts";
import { locate } from "./place.ts";
import { readStdin } from "./stdin.ts";

const previewLength = 240;
/** How much is looked at: of what a tool answered, and of the input that it may quote. */
const longestAnswer = 4096;
const longestInput = 64 << 10;

/** What the tool answered, masked and shortened; or the error it ended with. */
async function preview(event: HookEvent, input: object, { mask }: OutcomeLog): Promise<string> {
  const answers = ["error", "tool_response", "tool_result"].map((name) => member(event, name));
  const answer = answers.find((one) => one !== undefined);
  const plain = mask === undefined ? ordinary(answer, input) : undefined;
  if (plain !== undefined) return plain;
  const text = typeof answer === "string" ? answer : await jsonOf(answer, mask);
  // Masking looks a little beyond what is kept, and no further.
  const { value } = await maskQuotation(text.slice(0, longestAnswer), input, mask, previewLength);
  return value.toWellFormed();
}

/** The preview of an answer without anything that a rule looks for. Loading the rules takes longer. */
function ordinary(answer: unknown, input: object): string | undefined {
  const text = typeof answer === "string" ? answer : JSON.stringify(answer) ?? "";
  const isPlain = isOrdinary(text.slice(0, longestAnswer)) &&
    isOrdinary(JSON.stringify(input).slice(0, longestInput));
  if (!isPlain) return undefined;
  const kept = text.length > previewLength ? `${text.slice(0, previewLength)}[cut]` : text;
  return kept.toWellFormed();
}

/** A list or map as JSON, its members masked by their names first: JSON text does not show them all. */
async function jsonOf(answer: unknown, mask: OutcomeLog["mask"]): Promise<string> {
  if (answer === undefined) return "";
  const { value } = await maskArguments([["answer", answer]], mask);
  return JSON.stringify(value.answer);
}

/** Who made the call, as receipts name it. */
async function callerOf(event: HookEvent, { key, mask }: OutcomeLog): Promise<Caller> {
  const told = {
    session: optionalText(event, "session_id"),
    call: optionalText(event, "tool_use_id"),
    agent: optionalText(event, "agent_type"),
    agentId: optionalText(event, "agent_id"),
    tool: optionalText(event, "tool_name") ?? "",
  };
  return (await maskCaller(told, key.seed, mask)).value;
}

/** The input that ran; undefined when the event has none. */
function inputOf(event: HookEvent): object | undefined {
  const input = member(event, "tool_input");
  const tool = optionalText(event, "tool_name") ?? "";
  return typeof input === "object" && input !== null ? withoutDerived(tool, input) : undefined;
}

async function recordOutcome(place: Place, event: HookEvent): Promise<void> {
  const name = member(event, "hook_event_name");
  if (name !== "PostToolUse" && name !== "PostToolUseFailure") {
    throw new Error("The event is not PostToolUse");
  }
  const log = openOutcomeLog(place);
  const caller = await callerOf(event, log);
  const ran = inputOf(event);
  const input = ran && inputDigest(log.key.seed, ran);
  const decision = findDecision(log.path, log.key.publicKey, caller);
  await log.append({
    ...caller,
    input,
    outcome: name === "PostToolUseFailure" ? "failed" : "ok",
    preview: await preview(event, ran ?? {}, log),
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
    await recordOutcome(place, await parseEvent(bytes));
  } catch (error) {
    const what = error instanceof Error ? error.message : "unknown error";
    if (place !== undefined) logLine(place.project, `outcome not recorded: ${what}`);
  }
  return 0;
}
