/**
 * A checkpoint: a signed line that says how many receipts a log had at some moment, and the digest of
 * the last one. Whoever keeps it elsewhere can tell later that none of them was changed or cut off.
 */
import { Buffer } from "node:buffer";
import { hex, type SigningKey, signWith, verifyWith } from "../protocol/keys.ts";

export interface Checkpoint {
  /** `seq` of the newest receipt; never 0. */
  readonly count: number;
  /** SHA-256 of that receipt's line, hex. */
  readonly head: string;
  /** ISO 8601, UTC, milliseconds. */
  readonly time: string;
  /** The receipt key, hex. */
  readonly key: string;
}

const domain = "tenuo-claude-checkpoint-v1";
const tail = /,"signature":"([0-9a-f]{128})"\}$/;

/** The line, without line feed. */
export function sealCheckpoint(
  { count, head, time }: Omit<Checkpoint, "key">,
  key: SigningKey,
): string {
  const body = JSON.stringify({ count, head, time, key: key.publicKey }).slice(0, -1);
  return `${body},"signature":"${hex(signWith(key, domain, Buffer.from(body)))}"}`;
}

/** The checkpoint of a line that `publicKey` signed and that has the exact form; else undefined. */
export function openCheckpoint(line: string, publicKey: string): Checkpoint | undefined {
  const match = tail.exec(line);
  if (match === null) return undefined;
  const body = Buffer.from(line.slice(0, match.index));
  if (!verifyWith(publicKey, Buffer.from(match[1] as string, "hex"), domain, body)) {
    return undefined;
  }
  try {
    const { count, head, time, key, signature } = JSON.parse(line);
    const isSound = Number.isSafeInteger(count) && count > 0 && /^[0-9a-f]{64}$/.test(head) &&
      typeof time === "string" && key === publicKey;
    const same = JSON.stringify({ count, head, time, key, signature }) === line;
    return isSound && same ? { count, head, time, key } : undefined;
  } catch {
    return undefined;
  }
}
