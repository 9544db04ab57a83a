/** The body of a request: one JSON object of arguments, small, flat enough and on time. */
import { quoteText } from "../policy/policy_error.ts";
import { parseJson, type Reading } from "../protocol/json_reader.ts";
import { DoorError } from "./app_errors.ts";

/** Bytes that a body may have. */
export const maxBodyBytes = 1 << 20;
/** How long it may take to arrive. */
export const bodyMilliseconds = 10_000;
const maxDepth = 64;

export type Arguments = Readonly<Record<string, unknown>>;

function tooLarge(): never {
  throw new DoorError("body_too_large", "The body is larger than 1 MB");
}

async function collect(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    size += value.length;
    if (size > maxBodyBytes) tooLarge();
    parts.push(value);
  }
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** @throws {DoorError} body_too_large, body_too_slow */
export async function readBody(
  request: Request,
  milliseconds = bodyMilliseconds,
): Promise<Uint8Array> {
  if (request.body === null) return new Uint8Array(0);
  const reader = request.body.getReader();
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => late.reject(new DoorError("body_too_slow", "The body did not arrive in time")),
    milliseconds,
  );
  try {
    if (Number(request.headers.get("content-length") ?? 0) > maxBodyBytes) tooLarge();
    return await Promise.race([collect(reader), late.promise]);
  } catch (error) {
    reader.cancel().catch(() => {}); // the rest is not wanted
    if (error instanceof DoorError) throw error;
    throw new DoorError("extraction_failed", "The body broke off");
  } finally {
    clearTimeout(timer);
  }
}

/** True when no value lies deeper than the recursive steps of the pipeline can bear. */
function isShallow(value: unknown): boolean {
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > maxDepth) return false;
    level = level.flatMap((item) =>
      typeof item === "object" && item !== null ? Object.values(item) : []
    );
  }
  return true;
}

/**
 * The arguments in a body. An empty one has none.
 *
 * @throws {DoorError} extraction_failed
 */
export function parseArguments(bytes: Uint8Array): Arguments {
  if (bytes.length === 0) return {};
  const failed = (what: string): never => {
    throw new DoorError("extraction_failed", what);
  };
  const tooDeep = `The body nests deeper than ${maxDepth}`;
  let reading: Reading;
  try {
    reading = parseJson(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (error) {
    return failed(error instanceof RangeError ? tooDeep : "The body is not JSON");
  }
  const { value, repeated } = reading;
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return failed("The body is not a JSON object of arguments");
  }
  if (repeated !== undefined) failed(`The member ${quoteText(repeated)} stands twice`);
  return isShallow(value) ? value as Arguments : failed(tooDeep);
}
