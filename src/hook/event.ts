/** The PreToolUse event of Claude Code: the JSON on standard input, read once and copied. */
import { Denial } from "../authorizer/denial.ts";
import type { ToolCall } from "../authorizer/tool_call.ts";
import { isExact } from "../protocol/exact_json.ts";

/** Input beyond this is refused unread: 16 MB. */
export const maxEventBytes = 16 << 20;

/** One event, with the members every event has. */
export type HookEvent = Readonly<Record<string, unknown>>;

function malformed(what: string): never {
  throw new Denial("EventMalformed", what);
}

/** The value of a text that the client would have written otherwise, or that is easily misread. */
async function readWithCare(text: string): Promise<unknown> {
  const { readJson } = await import("../protocol/json_reader.ts");
  let reading: ReturnType<typeof readJson>;
  try {
    reading = readJson(text);
  } catch {
    return malformed("The event has too many levels");
  }
  if (reading.repeated !== undefined) return malformed("A member of the event stands twice");
  return reading.value;
}

/** @throws {Denial} 9001 when the bytes are not one JSON object with a single reading */
export async function parseEvent(bytes: Uint8Array): Promise<HookEvent> {
  if (bytes.length === 0) return malformed("No event on standard input");
  if (bytes.length > maxEventBytes) return malformed("The event is larger than 16 MB");
  let text: string;
  let event: unknown;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    event = JSON.parse(text);
  } catch {
    return malformed("The event is not JSON");
  }
  if (!isExact(event, text)) event = await readWithCare(text);
  if (typeof event !== "object" || event === null || Array.isArray(event)) {
    return malformed("The event is not an object");
  }
  return event as HookEvent;
}

/** A member of the event itself; nothing is taken from a prototype. */
export function member(event: HookEvent, name: string): unknown {
  return Object.hasOwn(event, name) ? event[name] : undefined;
}

/** A member that is text, or undefined when it is absent. @throws {Denial} 9001 for other types */
export function optionalText(event: HookEvent, name: string): string | undefined {
  const value = member(event, name);
  if (value === undefined || typeof value === "string") return value;
  return malformed(`${name} is not text`);
}

/** The tool call of a PreToolUse event. @throws {Denial} 9001 */
export function toolCallOf(event: HookEvent): ToolCall {
  const name = member(event, "hook_event_name");
  if (name !== "PreToolUse") return malformed(`The event is not PreToolUse`);
  const tool = optionalText(event, "tool_name");
  const cwd = optionalText(event, "cwd");
  const input = member(event, "tool_input");
  if (tool === undefined || tool === "") return malformed("tool_name is missing");
  if (cwd === undefined || !cwd.startsWith("/")) return malformed("cwd is not an absolute path");
  if (typeof input !== "object" || input === null || Array.isArray(input)) {
    return malformed("tool_input is not an object");
  }
  const optional = {
    session: optionalText(event, "session_id"),
    call: optionalText(event, "tool_use_id"),
    agentId: optionalText(event, "agent_id"),
    agentType: optionalText(event, "agent_type"),
  };
  const present = Object.entries(optional).filter(([, value]) => value !== undefined);
  return {
    door: "hook",
    tool,
    input: input as ToolCall["input"],
    cwd,
    ...Object.fromEntries(present),
  };
}
