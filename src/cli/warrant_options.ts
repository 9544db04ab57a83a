/** Option values that several `warrant` commands read the same way. */
import { Buffer } from "node:buffer";
import { type Invocation, UsageError, wholeNumber } from "./command.ts";

/** A public key in lower-case hex. @throws {UsageError} */
export function publicKeyOption(value: string, name: string): string {
  if (!/^[0-9a-f]{64}$/i.test(value)) {
    throw new UsageError(`--${name} takes a public key, 64 hex digits`);
  }
  return value.toLowerCase();
}

/** The text of an option that must be there. @throws {UsageError} */
export function required({ options }: Invocation, name: string): string {
  const value = options[name];
  if (typeof value !== "string") throw new UsageError(`--${name} is missing`);
  return value;
}

/** `--at`, or now. Unix seconds. @throws {UsageError} */
export function timeOption({ options }: Invocation): number {
  const time = wholeNumber(options.at, "at", 0) ?? Math.floor(Date.now() / 1000);
  if (!Number.isSafeInteger(time)) throw new UsageError("--at takes unix seconds");
  return time;
}

/** The bytes of a proof, hex or base64. @throws {UsageError} */
export function proofOption(value: string): Uint8Array {
  if (/^(?:[0-9a-f]{2})+$/i.test(value)) return Buffer.from(value, "hex");
  if (/^[A-Za-z0-9+/_-]+={0,2}$/.test(value)) return Buffer.from(value, "base64url");
  throw new UsageError("--pop takes a proof in hex or base64");
}
