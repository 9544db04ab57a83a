/**
 * The receipts file: appended under a lock, chained to the line before, one write for each receipt.
 * The cost of an append does not grow with the file: its last line is read from the end. A file that
 * has grown to its limit becomes a numbered segment, and the next one continues its chain.
 */
import { lockUntil } from "../state/lock.ts";
import { openRegular, UnsafeFile } from "../state/read_file.ts";
import type { SigningKey } from "../protocol/keys.ts";
import { onward } from "./onward.ts";
import { genesis, lineDigest, type Receipt, type ReceiptDraft, sealReceipt } from "./receipt.ts";
import { createActive, isActive, latestSegment, seal } from "./segments.ts";
import { readTail, type Tail } from "./tail.ts";

/** What a process that appends often keeps between two lines. */
export interface AppendMemory {
  /** The end of the file that is written to. */
  readonly tail: typeof readTail;
  /** Told the last line of the file. */
  readonly wrote: (line: string) => void;
  /** The file that was released last, when the path still leads to it. */
  readonly open: (path: string) => Deno.FsFile | undefined;
  /** Takes the file instead of its being closed, and unlocks it. */
  readonly release: (path: string, file: Deno.FsFile) => void;
}

/** The receipt could not be written; the file is as it was before. */
export class ReceiptLost extends Error {
  constructor(why: string) {
    super(why);
    this.name = "ReceiptLost";
  }
}

const waitMilliseconds = 5000;
/** The next append has to find this line from the end of the file, past what crashes left after it. */
const longestLine = 512 << 10;

/** When a file becomes a segment. */
export interface Rotation {
  /** It has this many bytes or more. */
  readonly bytes: number;
  /** Its last line is of an earlier day (UTC). */
  readonly daily: boolean;
}

export interface AppendOptions {
  readonly key: SigningKey;
  /** Wait for the disk before the call returns. */
  readonly sync: boolean;
  readonly memory?: AppendMemory | undefined;
  /** Absent: the file grows for ever. */
  readonly rotation?: Rotation;
  /** Told when the file has become a segment, before the line is written to the next one. */
  readonly onSeal?: () => void;
  /** Sees the newest receipt under the lock; its draft is written instead. What it throws is thrown. */
  readonly amend?: (last: Receipt | undefined, draft: ReceiptDraft) => ReceiptDraft;
}

/**
 * Appends one receipt and returns its line.
 *
 * @param path the file that is written to, `receipts.jsonl`; its segments lie beside it
 * @throws {ReceiptLost} when the file cannot be locked, read or written
 */
export function appendReceipt(path: string, draft: ReceiptDraft, options: AppendOptions): string {
  const deadline = performance.now() + waitMilliseconds;
  try {
    for (;;) {
      const line = attempt(path, draft, options, deadline);
      if (line !== undefined) return line;
      if (performance.now() > deadline) throw new UnsafeFile(`${path} is replaced again and again`);
    }
  } catch (error) {
    // Unreadable, read-only or not ours; anything else is the caller's.
    if (!(error instanceof UnsafeFile)) throw error;
    throw new ReceiptLost(`Receipts: ${error.message}`);
  }
}

/** Undefined when the file was missing, or has become a segment meanwhile. */
function attempt(
  path: string,
  draft: ReceiptDraft,
  options: AppendOptions,
  deadline: number,
): string | undefined {
  const { memory } = options;
  const file = memory?.open(path) ?? open(path);
  if (file === undefined) return undefined;
  try {
    lock(file, path, deadline);
    if (!isActive(file, path)) return undefined;
    const tail = tailOf(file, path, options);
    if (isFull(tail, draft, options.rotation) && seal(path)) {
      options.onSeal?.();
      return undefined;
    }
    return append(file, tail, draft, options);
  } finally {
    if (memory === undefined) file.close(); // releases the lock
    else memory.release(path, file);
  }
}

function open(path: string): Deno.FsFile | undefined {
  try {
    return openRegular(path, { read: true, append: true }).file;
  } catch (error) {
    // Between two segments there is a moment without the file. Without any segment it was taken away.
    if (!(error instanceof UnsafeFile)) throw error;
    if (!error.missing || latestSegment(path) === undefined) {
      throw new UnsafeFile(`${error.message}; ${remedy(path)}`, error.missing);
    }
    createActive(path);
    return undefined;
  }
}

/** What to do about a file that cannot be opened. */
function remedy(path: string): string {
  let isFile = false;
  try {
    isFile = Deno.lstatSync(path).isFile;
  } catch {
    // Missing, or in a folder that cannot be looked into.
  }
  return isFile ? "is it read-only or another user's?" : "put back the file that was there";
}

function lock(file: Deno.FsFile, path: string, deadline: number): void {
  try {
    if (lockUntil(deadline, file)) return;
  } catch {
    throw new UnsafeFile(`Cannot lock ${path}`);
  }
  throw new UnsafeFile(`${path} stays locked`);
}

/** The end of the log: of the segment before while the file is empty. */
function tailOf(file: Deno.FsFile, path: string, { key, memory }: AppendOptions): Tail {
  const tail = (memory?.tail ?? readTail)(file, path, key);
  const before = tail.last === undefined ? latestSegment(path) : undefined;
  if (before === undefined) return tail;
  const segment = openRegular(before, { read: true });
  try {
    const { last, digest } = readTail(segment.file, before, key);
    // Never so by a crash. Whoever emptied it would otherwise have begun the log anew.
    if (last === undefined || digest === undefined) {
      throw new UnsafeFile(`${before} has no receipts; put back what was there`);
    }
    return { ...tail, last, digest };
  } finally {
    segment.file.close();
  }
}

function isFull({ end, last, torn }: Tail, draft: ReceiptDraft, rotation?: Rotation): boolean {
  // A segment ends with a whole receipt.
  if (rotation === undefined || end === 0 || last === undefined || torn !== undefined) return false;
  return end >= rotation.bytes ||
    (rotation.daily && last.time.slice(0, 10) < draft.time.slice(0, 10));
}

function append(
  file: Deno.FsFile,
  { end, last, digest, torn, lacksFeed }: Tail,
  draft: ReceiptDraft,
  { key, sync, amend, memory }: AppendOptions,
): string {
  const final = amend?.(last, draft) ?? draft;
  let place = { seq: (last?.seq ?? 0) + 1, prev: digest ?? genesis };
  let text = lacksFeed ? "\n" : "";
  if (torn !== undefined) {
    const { time, door } = final;
    const repair = onward(last, {
      time,
      kind: "repair",
      door,
      reason: "A line before this one was never finished",
      torn: torn.digest,
      bytes: torn.bytes,
    });
    const line = sealReceipt(repair, place, key);
    text += `${line}\n`;
    place = { seq: place.seq + 1, prev: lineDigest(line) };
  }
  const line = sealReceipt(final, place, key);
  write(file, new TextEncoder().encode(`${text}${line}\n`), end, sync);
  memory?.wrote(line);
  return line;
}

function write(file: Deno.FsFile, bytes: Uint8Array, end: number, sync: boolean): void {
  if (bytes.length > longestLine) {
    throw new UnsafeFile(
      `the line would have ${bytes.length} bytes, more than the ${longestLine} that can be found again`,
    );
  }
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
