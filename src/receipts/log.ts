/**
 * The receipts file: appended under a lock, chained to the line before, one write for each line.
 * The cost of an append does not grow with the file: its last line is read from the end.
 */
import { openRegular } from "../state/read_file.ts";
import type { SigningKey } from "../protocol/keys.ts";
import {
  genesis,
  lineDigest,
  parseReceipt,
  type Receipt,
  type ReceiptDraft,
  sealReceipt,
} from "./receipt.ts";

/** The receipt could not be written; the file is as it was before. */
export class ReceiptLost extends Error {
  constructor(why: string) {
    super(why);
    this.name = "ReceiptLost";
  }
}

const lockMilliseconds = 5000;
const chunk = 8192;
const lineFeed = 10;

/** What stands at the end of the file. */
interface Tail {
  readonly seq: number;
  readonly prev: string;
  readonly last?: Receipt;
  /** Digest of a line that is no receipt and that the next receipt must name. */
  readonly torn?: string;
  /** True when that line lacks its line feed. */
  readonly unfinished?: boolean;
}

export interface AppendOptions {
  readonly key: SigningKey;
  /** Wait for the disk before the call returns. */
  readonly sync: boolean;
  /** Sees the newest receipt under the lock; its draft is written instead. What it throws is thrown. */
  readonly amend?: (last: Receipt | undefined, draft: ReceiptDraft) => ReceiptDraft;
}

/**
 * Appends one receipt and returns its line.
 *
 * @throws {ReceiptLost} when the file cannot be locked, read or written
 */
export function appendReceipt(path: string, draft: ReceiptDraft, options: AppendOptions): string {
  const file = open(path);
  try {
    lock(file, path);
    const end = file.seekSync(0, Deno.SeekMode.End);
    const { last, torn, unfinished, seq, prev } = readTail(file, end, path);
    const final = options.amend?.(last, draft) ?? draft;
    const line = sealReceipt(
      torn === undefined ? final : { ...final, torn },
      { seq, prev },
      options.key,
    );
    write(file, `${unfinished === true ? "\n" : ""}${line}\n`, end, options.sync);
    return line;
  } finally {
    file.close(); // releases the lock
  }
}

function open(path: string): Deno.FsFile {
  try {
    return openRegular(path, { read: true, append: true }).file;
  } catch (error) {
    throw new ReceiptLost(`Receipts: ${error instanceof Error ? error.message : "unreadable"}`);
  }
}

function lock(file: Deno.FsFile, path: string): void {
  const deadline = performance.now() + lockMilliseconds;
  while (!file.tryLockSync(true)) {
    if (performance.now() > deadline) throw new ReceiptLost(`Receipts: ${path} stays locked`);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
  }
}

/** The bytes of the last line and the offset it starts at, read backwards from `end`. */
function lastLine(file: Deno.FsFile, end: number): { bytes: Uint8Array; start: number } {
  let bytes = new Uint8Array(0);
  let start = end;
  while (start > 0) {
    const size = Math.min(Math.max(chunk, bytes.length), start);
    const grown = new Uint8Array(size + bytes.length);
    grown.set(bytes, size);
    start -= size;
    file.seekSync(start, Deno.SeekMode.Start);
    for (let at = 0; at < size;) {
      const count = file.readSync(grown.subarray(at, size));
      if (count === null) throw new ReceiptLost("Receipts: the file shrank while it was read");
      at += count;
    }
    bytes = grown;
    const feed = bytes.subarray(0, -1).lastIndexOf(lineFeed);
    if (feed >= 0) return { bytes: bytes.subarray(feed + 1), start: start + feed + 1 };
  }
  return { bytes, start };
}

function readTail(file: Deno.FsFile, end: number, path: string, isSecond = false): Tail {
  if (end === 0) return { seq: 1, prev: genesis };
  const { bytes, start } = lastLine(file, end);
  const unfinished = bytes.at(-1) !== lineFeed;
  const line = unfinished ? bytes : bytes.subarray(0, -1);
  const last = unfinished ? undefined : parseReceipt(new TextDecoder().decode(line));
  if (last !== undefined && Number.isSafeInteger(last.seq)) {
    return { seq: last.seq + 1, prev: lineDigest(line), last };
  }
  // One torn line is what a power cut leaves. More are not ours, and may go on to the file's start.
  if (isSecond) throw new ReceiptLost(`Receipts: the last lines of ${path} are not receipts`);
  return { ...readTail(file, start, path, true), torn: lineDigest(line), unfinished };
}

function write(file: Deno.FsFile, text: string, end: number, sync: boolean): void {
  const bytes = new TextEncoder().encode(text);
  try {
    if (file.writeSync(bytes) !== bytes.length) throw new Error("short write");
    if (sync) file.syncDataSync();
  } catch {
    try {
      file.truncateSync(end);
    } catch {
      // What is left is a torn line, which the next append names.
    }
    throw new ReceiptLost(
      "Receipts: the line could not be written; is the disk full or read-only?",
    );
  }
}
