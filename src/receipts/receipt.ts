/**
 * A receipt: one signed line for each decision and each outcome. docs/RECEIPTS.md is its specification.
 *
 * A line is one JSON object whose last member is `"signature"`: 64 bytes in hex over the domain
 * string and the exact bytes of the line before `,"signature":`. The first line's `prev` is 64
 * zeros; each later one's is the SHA-256 of the whole line before it, without its line feed.
 */
import { Buffer } from "node:buffer";
import { parseJson } from "../protocol/json_reader.ts";
import { hex, sha256, type SigningKey, signWith, verifyWith } from "../protocol/keys.ts";

export type Decision = "allow" | "deny";

/** What a line records. */
export type Kind =
  /** What was decided about a call. */
  | "decision"
  /** What became of a call. */
  | "outcome"
  /** What a person did, such as `refresh` and `revoke`. */
  | "act"
  /** That bytes before this line were never finished, for example after a power cut. */
  | "repair";

/** How an outcome disagrees with what was decided. */
export type Mismatch =
  /** What ran is not what was authorized: something rewrote the input in between. */
  | "input"
  /** The call was denied by an enforcing policy, and ran. */
  | "denied"
  /** No decision about this call stands in the log. */
  | "unknown";

/** What is recorded, before it is chained and signed. */
export interface ReceiptDraft {
  /** ISO 8601, UTC, milliseconds. */
  readonly time: string;
  readonly kind: Kind;
  readonly door: "hook" | "mcp" | "http" | "command";
  readonly session?: string;
  /** The client's tool_use_id. */
  readonly call?: string;
  /** The subagent's type and id. */
  readonly agent?: string;
  readonly agentId?: string;
  readonly tool?: string;
  readonly capability?: string;
  /** The checked arguments, secrets masked. */
  readonly args?: { readonly [name: string]: unknown };
  /** True when an argument was masked or cut, so that the proof cannot be recomputed from here. */
  readonly masked?: true;
  /** Input keys that the tool is not known to have, cut. */
  readonly unknown?: readonly string[];
  /** Keyed digest of the whole unmasked tool input, hex (`input_digest.ts`). */
  readonly input?: string;
  /** Decisions only. */
  readonly decision?: Decision;
  /** True when the policy only observed: a denied call ran all the same. */
  readonly observed?: true;
  /** The error code of a refusal. */
  readonly code?: number;
  readonly rule?: string;
  /** Line in tenuo.yaml of the rule. */
  readonly line?: number;
  readonly reason?: string;
  /** Outcomes only. `unknown`: the session ended and nobody said what became of the call. */
  readonly outcome?: "ok" | "failed" | "unknown";
  /** The beginning of what the tool answered, secrets masked. */
  readonly preview?: string;
  /** `seq` of the decision that the outcome belongs to. */
  readonly of?: number;
  readonly mismatch?: Mismatch;
  /** Leaf warrant id, hex. */
  readonly warrant?: string;
  /** SHA-256 of the warrant chain's bytes, hex; the bytes lie in `evidence` under that name. */
  readonly chain?: string;
  /** Proof of possession, hex, and the unix second it was made. */
  readonly proof?: string;
  readonly proved?: number;
  /** SHA-256 of the policy snapshot, hex, and its serial. */
  readonly policy?: string;
  readonly serial?: number;
  /** Version of the revocation list that was in force. */
  readonly revocation?: number;
  /** Repairs only: SHA-256 and number of the bytes that were never finished. */
  readonly torn?: string;
  readonly bytes?: number;
}

export interface Receipt extends ReceiptDraft {
  /** Counts from 1. */
  readonly seq: number;
  readonly prev: string;
  readonly signature: string;
}

export const genesis = "0".repeat(64);
const domain = "tenuo-claude-receipt-v1";
const tail = /,"signature":"([0-9a-f]{128})"\}$/;

/** The line, without line feed, of a draft in its place in the chain. */
export function sealReceipt(
  draft: ReceiptDraft,
  place: { readonly seq: number; readonly prev: string },
  key: SigningKey,
): string {
  const body = JSON.stringify({ ...place, ...draft }).slice(0, -1);
  return `${body},"signature":"${hex(signWith(key, domain, Buffer.from(body)))}"}`;
}

/** The SHA-256 of a line, hex: the next line's `prev`. */
export function lineDigest(line: string | Uint8Array): string {
  return hex(sha256(line));
}

/** True for a line that was written to its end: it has a signature, right or wrong. */
export function isWhole(line: string): boolean {
  return tail.test(line);
}

/** The members of a line, without any check of the signature; undefined when it is no receipt. */
export function parseReceipt(line: string): Receipt | undefined {
  try {
    // Only names with an escape are ever misread.
    const value: unknown = line.includes("\\") ? parseJson(line).value : JSON.parse(line);
    return typeof value === "object" && value !== null && "seq" in value && "prev" in value
      ? value as Receipt
      : undefined;
  } catch {
    return undefined;
  }
}

/**
 * The receipt of a line whose signature verifies and whose text is what this format writes.
 *
 * @param publicKey the receipt key, hex
 */
export function openReceipt(line: string, publicKey: string): Receipt | undefined {
  const match = tail.exec(line);
  if (match === null) return undefined;
  const body = Buffer.from(line.slice(0, match.index));
  if (!verifyWith(publicKey, Buffer.from(match[1] as string, "hex"), domain, body)) {
    return undefined;
  }
  const receipt = parseReceipt(line);
  // One text for one meaning: no duplicate members, no other spelling of the same values.
  return receipt !== undefined && JSON.stringify(receipt) === line ? receipt : undefined;
}

// The byte order mark is kept, so that no two byte sequences are read as one text.
const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const quick = new TextDecoder("utf-8", { ignoreBOM: true });
const tailLength = ',"signature":""}'.length + 128;

/** The text of a line's bytes. Most have no replacement characters, and then nothing was replaced. */
function textOf(line: Uint8Array): string {
  const text = quick.decode(line);
  return text.includes("\ufffd") ? strict.decode(line) : text;
}

/** The same as `openReceipt` of a line's bytes, for those who read many. */
export function openLine(line: Uint8Array, publicKey: string): Receipt | undefined {
  try {
    const text = textOf(line);
    const match = tail.exec(text.slice(-tailLength));
    if (match === null) return undefined;
    const signature = Buffer.from(match[1] as string, "hex");
    // The tail is plain ASCII, so it has as many bytes as characters.
    const body = line.subarray(0, line.length - tailLength);
    if (!verifyWith(publicKey, signature, domain, body)) return undefined;
    const receipt = parseReceipt(text);
    return receipt !== undefined && JSON.stringify(receipt) === text ? receipt : undefined;
  } catch {
    return undefined; // not UTF-8
  }
}
