/**
 * JSON-RPC 2.0 messages as MCP exchanges them (specification 2025-11-25, "Base protocol"): requests,
 * notifications, responses. What is read off a line has been checked by `readFrame` first.
 */

export type RequestId = string | number;

export type Members = { readonly [name: string]: unknown };

/** A member that is an object, copied as it is; undefined when it is absent or anything else. */
export function objectIn(value: unknown, name: string): Members | undefined {
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, name)) return undefined;
  const member: unknown = (value as Members)[name];
  return typeof member === "object" && member !== null && !Array.isArray(member)
    ? member as Members
    : undefined;
}

export interface Request {
  readonly jsonrpc: "2.0";
  readonly id: RequestId;
  readonly method: string;
  readonly params?: Members;
}

export interface Notification {
  readonly jsonrpc: "2.0";
  readonly method: string;
  readonly params?: Members;
}

export interface ResponseError {
  readonly code: number;
  readonly message: string;
  readonly data?: unknown;
}

export interface Result {
  readonly jsonrpc: "2.0";
  readonly id: RequestId;
  readonly result: Members;
}

export interface Failure {
  readonly jsonrpc: "2.0";
  /** Null when the request could not be read far enough to have one. */
  readonly id: RequestId | null;
  readonly error: ResponseError;
}

export type Response = Result | Failure;

export type Message = Request | Notification | Response;

/** JSON-RPC 2.0 section 5.1 and MCP's own. */
export const errorCodes = {
  parse: -32700,
  invalidRequest: -32600,
  methodNotFound: -32601,
  invalidParams: -32602,
  internal: -32603,
  /** Outside the protocol's range: refused by the policy. */
  refused: -32001,
  timeout: -32002,
} as const;

export function isRequest(message: Message): message is Request {
  return "method" in message && "id" in message;
}

export function isNotification(message: Message): message is Notification {
  return "method" in message && !("id" in message);
}

export function isResponse(message: Message): message is Response {
  return !("method" in message);
}

export function failure(id: RequestId | null, code: number, message: string): Failure {
  return { jsonrpc: "2.0", id, error: { code, message } };
}

export function result(id: RequestId, members: Members): Result {
  return { jsonrpc: "2.0", id, result: members };
}

/** Why a line is no message. */
export interface FrameProblem {
  /** The JSON-RPC error code that its sender is answered with. */
  readonly code: number;
  /** One sentence without a full stop, for example `The member "id" stands twice`. */
  readonly why: string;
  /** The id that it names, where that much can be said for certain. */
  readonly id?: RequestId;
}
