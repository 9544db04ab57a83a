/**
 * Refusals as the HTTP door words them: a stable name, a number and an HTTP status. The published
 * codes keep their published statuses.
 */
import { httpStatus } from "../protocol/errors.ts";
import { codes } from "./denial.ts";

/** What is refused at the door, before a call is judged: name -> code and HTTP status. */
const doorErrors = {
  no_route: [9101, 404],
  missing_warrant: [9102, 401],
  missing_proof: [9103, 401],
  invalid_warrant: [9104, 400],
  invalid_header: [9105, 400],
  extraction_failed: [9106, 400],
  foreign_host: [9107, 421],
  foreign_origin: [9108, 403],
  unsupported_media_type: [9109, 415],
  body_too_large: [9110, 413],
  body_too_slow: [9111, 408],
  busy: [9112, 503],
  internal_error: [codes.InternalError, 500],
} as const;

export type DoorErrorName = keyof typeof doorErrors;

/** A status that an answer with a body may have. */
export type AnswerStatus = 400 | 401 | 403 | 404 | 408 | 413 | 415 | 421 | 500 | 503;

/** A request that is refused before its call is judged; it leaves no receipt. */
export class DoorError extends Error {
  readonly code: number;
  readonly status: AnswerStatus;

  constructor(override readonly name: DoorErrorName, message: string) {
    super(message);
    [this.code, this.status] = doorErrors[name];
  }
}

/** Refusals for which the caller can do nothing. */
const ours: readonly number[] = [codes.StateUnreadable, codes.ReceiptLost, codes.InternalError];

/** The HTTP status of a refusal with this code. */
export function statusOf(code: number): AnswerStatus {
  if (ours.includes(code)) return 500;
  return httpStatus(code) ?? 403;
}

/** The published name of a code, for example `warrant-expired` for 1300. */
export function errorName(code: number): string {
  const [name] = Object.entries(codes).find(([, number]) => number === code) ?? ["Denied"];
  return name.replace(/([a-z0-9])([A-Z])|([A-Z])(?=[A-Z][a-z])/g, "$1$3-$2").toLowerCase();
}
