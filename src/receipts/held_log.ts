/** The end of a whole log, held still: no writer is in the middle of a line, none begins one. */
import { lockUntil } from "../state/lock.ts";
import { openRegular, UnsafeFile } from "../state/read_file.ts";
import { lineDigest, openReceipt, type Receipt } from "./receipt.ts";
import { isActive, segmentsOf } from "./segments.ts";
import { readTail, type ReceiptKey, type Tail } from "./tail.ts";

export interface HeldLog {
  /** The finished segments, oldest first. */
  readonly segments: readonly string[];
  /**
   * The file that is written to, locked; absent when a crash left none. Whoever asked for it closes
   * it, or unlocks it and reads on, also when it has become a segment meanwhile.
   */
  readonly active?: { readonly file: Deno.FsFile; readonly tail: Tail };
  /** The newest receipt, its signature unchecked, and the digest of its line. */
  readonly last?: Receipt;
  readonly digest?: string;
}

const lockMilliseconds = 5000;
/** How often the file may be replaced by others before this reader gives up. */
const maxTurns = 64;

/**
 * Locks the log at `path` and reads its end.
 *
 * @throws {UnsafeFile} when it cannot be locked or read; missing, when there is no file of it
 */
export function holdLog(path: string, key: ReceiptKey): HeldLog {
  for (let turn = 0; turn < maxTurns; turn++) {
    const held = holdOnce(path, key);
    if (held !== undefined) return held;
  }
  throw new UnsafeFile(`${path} is replaced again and again`);
}

/** True when the key signed the line that the digest is of. */
export function isAuthentic(last: Receipt, digest: string, publicKey: string): boolean {
  const line = JSON.stringify(last);
  return lineDigest(line) === digest && openReceipt(line, publicKey) !== undefined;
}

/** Undefined when the file became a segment before it was locked. */
function holdOnce(path: string, key: ReceiptKey): HeldLog | undefined {
  const file = openActive(path);
  if (file === undefined) {
    const segments = segmentsOf(path);
    return { segments, ...endOf(segments.at(-1), key) };
  }
  try {
    if (!lockUntil(performance.now() + lockMilliseconds, file)) {
      throw new UnsafeFile(`${path} stays locked`);
    }
    if (isActive(file, path)) {
      const segments = segmentsOf(path);
      const tail = readTail(file, path, key);
      const end = tail.last === undefined ? endOf(segments.at(-1), key) : tail;
      const { last, digest } = end;
      const newest = last === undefined || digest === undefined ? {} : { last, digest };
      return { segments, active: { file, tail }, ...newest };
    }
  } catch (error) {
    file.close();
    throw error;
  }
  file.close();
  return undefined;
}

/** Undefined when only segments are there. @throws {UnsafeFile} */
function openActive(path: string): Deno.FsFile | undefined {
  try {
    return openRegular(path, { read: true }).file;
  } catch (error) {
    const isGone = error instanceof UnsafeFile && error.missing && segmentsOf(path).length > 0;
    if (isGone) return undefined;
    throw error;
  }
}

function endOf(path: string | undefined, key: ReceiptKey): Pick<HeldLog, "last" | "digest"> {
  if (path === undefined) return {};
  const { file } = openRegular(path, { read: true });
  try {
    const { last, digest } = readTail(file, path, key);
    return last === undefined || digest === undefined ? {} : { last, digest };
  } finally {
    file.close();
  }
}
