/** Which kind of message a parsed JSON value is: exactly one, or none and why. */
import {
  errorCodes,
  type FrameProblem,
  type Members,
  type Message,
  type RequestId,
  type ResponseError,
} from "./message.ts";

/** A text as an id may have this many characters. */
const longestId = 1024;

/** True for what may be the id of a request: a whole number up to 2^53, or text of 1,024 characters. */
export function isRequestId(value: unknown): value is RequestId {
  return typeof value === "string" ? value.length <= longestId : Number.isSafeInteger(value);
}

function isMembers(value: unknown): value is Members {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function invalid(why: string): FrameProblem {
  return { code: errorCodes.invalidRequest, why };
}

function readCall(value: Members): Message | FrameProblem {
  const { method, id, params } = value;
  if (typeof method !== "string") return invalid('"method" is not text');
  if (Object.hasOwn(value, "id") && !isRequestId(id)) return invalidId(id);
  if (Object.hasOwn(value, "params") && !isMembers(params)) {
    return invalid('"params" is not an object');
  }
  const rest = isMembers(params) ? { method, params } : { method };
  return isRequestId(id) ? { jsonrpc: "2.0", id, ...rest } : { jsonrpc: "2.0", ...rest };
}

function invalidId(id: unknown): FrameProblem {
  if (typeof id === "string") return invalid(`"id" has more than ${longestId} characters`);
  if (id === null || id === undefined) return invalid('"id" is missing or null');
  return invalid('"id" is neither text nor a whole number up to 2^53');
}

function isResponseError(value: unknown): value is Members & ResponseError {
  return isMembers(value) && Number.isSafeInteger(value.code) && typeof value.message === "string";
}

function readAnswer(value: Members): Message | FrameProblem {
  const { id = null, result, error } = value;
  const hasResult = Object.hasOwn(value, "result");
  if (hasResult === Object.hasOwn(value, "error")) {
    return invalid(
      hasResult
        ? 'The message has both "result" and "error"'
        : 'The message has none of "method", "result" and "error"',
    );
  }
  // An error may be about a message whose id could not be read.
  if (!isRequestId(id) && (hasResult || id !== null)) return invalidId(id);
  if (!hasResult) {
    if (!isResponseError(error)) return invalid('"error" has no whole "code" and text "message"');
    const { code, message } = error;
    const data = Object.hasOwn(error, "data") ? { data: error.data } : {};
    return { jsonrpc: "2.0", id, error: { code, message, ...data } };
  }
  if (!isMembers(result)) return invalid('"result" is not an object');
  return { jsonrpc: "2.0", id: id as RequestId, result };
}

/**
 * The message, with the members that the protocol knows; others are left out, so that what is handed
 * on is what was looked at. Problems are told without an id.
 */
export function messageOf(value: unknown): Message | FrameProblem {
  if (Array.isArray(value)) {
    return invalid("A batch of messages is not part of the protocol: send each on its own line");
  }
  if (!isMembers(value)) return invalid("The line is not a JSON object");
  if (value.jsonrpc !== "2.0") return invalid('"jsonrpc" is not "2.0"');
  if (!Object.hasOwn(value, "method")) return readAnswer(value);
  if (Object.hasOwn(value, "result") || Object.hasOwn(value, "error")) {
    return invalid("The message is both a request and a response");
  }
  return readCall(value);
}
