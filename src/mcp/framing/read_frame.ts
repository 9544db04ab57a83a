/**
 * One line to one message: JSON with a single reading, and nothing in it that would be another thing
 * when it is handed on. A request is refused where a response is not: what was judged must be what
 * arrives, while a result only has to arrive as any client would have read it.
 */
import { quoteText } from "../../policy/policy_error.ts";
import { readJson } from "../../protocol/json_reader.ts";
import { contentOf } from "./json_content.ts";
import { changedInteger, type Outline, outlineOf } from "./json_outline.ts";
import { idInLine } from "./line_id.ts";
import { errorCodes, type FrameProblem, isRequest, type Message } from "./message.ts";
import { messageOf } from "./message_shape.ts";

export interface FrameLimits {
  /** A longer line is no message. */
  readonly bytes: number;
  /** How many objects and lists may stand within each other; the message itself is one. */
  readonly depth: number;
}

/** 32 MB, 128 levels. */
export const frameLimits: FrameLimits = { bytes: 32 << 20, depth: 128 };

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const shownDigits = 40;

/** How the problem with a line begins that is over the limit. */
export const lineTooLong = "The line is longer than";

/** A line that was too long to be read. */
export function tooLong(limit: number): FrameProblem {
  return {
    code: errorCodes.invalidRequest,
    why: `${lineTooLong} ${limit.toLocaleString("en-US")} bytes`,
  };
}

/** @returns a problem, told apart by `"why" in`, for whatever is not exactly one message */
export function readFrame(
  line: Uint8Array,
  limits: FrameLimits = frameLimits,
): Message | FrameProblem {
  if (line.length > limits.bytes) return named(tooLong(limits.bytes), line);
  let text: string;
  try {
    text = decoder.decode(line);
  } catch {
    return named({ code: errorCodes.parse, why: "The line is not UTF-8" }, line);
  }
  const outline = outlineOf(text, limits.depth);
  if (outline.depth > limits.depth) {
    return refused(`The message has more than ${limits.depth} levels`, line);
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { code: errorCodes.parse, why: notJson(text) };
  }
  if (outline.hasEscapedName) {
    const { value: careful, repeated } = readJson(text);
    if (repeated !== undefined) return refused(twice(repeated), line);
    value = careful;
  }
  const message = messageOf(value);
  if ("why" in message) return named(message, line);
  const why = findFault(value as object, outline, text, isRequest(message));
  return why === undefined ? message : refused(why, line);
}

function findFault(value: object, { members }: Outline, text: string, isRequest: boolean) {
  const mayBeHalf = isRequest && (text.includes("\\ud") || text.includes("\\uD"));
  const content = contentOf(value, mayBeHalf);
  if (content.members !== members) return twice(readJson(text).repeated ?? "");
  if (content.fault !== undefined || !isRequest) return content.fault;
  if (content.hasHalfCharacter) return "A text has half of a surrogate pair";
  const digits = content.hasLargeNumber ? changedInteger(text) : undefined;
  if (digits === undefined) return undefined;
  const shown = digits.length > shownDigits ? `${digits.slice(0, shownDigits)}...` : digits;
  return `The number ${shown} would arrive as ${Number(digits)}: send it as text`;
}

function twice(name: string): string {
  return `The member ${quoteText(name)} stands twice`;
}

function notJson(text: string): string {
  if (text.startsWith("\ufeff")) return "The line begins with a byte order mark";
  return `The line is not JSON: ${quoteText(text)}`;
}

function refused(why: string, line: Uint8Array): FrameProblem {
  return named({ code: errorCodes.invalidRequest, why }, line);
}

function named(problem: FrameProblem, line: Uint8Array): FrameProblem {
  const id = idInLine(line);
  return id === undefined ? problem : { ...problem, id };
}
