/** The end of a receipts file: its newest receipt, and what was never finished after it. */
import { UnsafeFile } from "../state/read_file.ts";
import { isWhole, lineDigest, openReceipt, parseReceipt, type Receipt } from "./receipt.ts";

/** The receipt key, of which its public half is enough. */
export interface ReceiptKey {
  /** 32 bytes, hex. */
  readonly publicKey: string;
}

export interface Tail {
  /** Bytes in the file. */
  readonly end: number;
  /** The newest receipt and the digest of its line; absent in a file without any. */
  readonly last?: Receipt;
  readonly digest?: string;
  /** Digest and number of the bytes after it, the line feed at their end left out. */
  readonly torn?: { readonly digest: string; readonly bytes: number };
  /** True when the file's last byte is no line feed. */
  readonly lacksFeed: boolean;
}

const firstLook = 8192;
/** What crashes leave is a line or a few. More than this is not ours to name as torn. */
const lastLook = 2 << 20;
const lineFeed = 10;

/**
 * Reads backwards from the end of the file to its newest receipt. A whole last line that lacks its
 * line feed counts when the key signed it.
 *
 * @throws {UnsafeFile} when it cannot be read, shrinks meanwhile, or ends in two megabytes of no
 * receipts
 */
export function readTail(file: Deno.FsFile, path: string, key: ReceiptKey): Tail {
  const end = file.statSync().size;
  for (let size = firstLook; size <= lastLook; size *= 4) {
    const start = Math.max(0, end - size);
    const bytes = read(file, start, end, path);
    const tail = newest(bytes, start === 0, key);
    if (tail !== undefined) return { end, ...tail };
    if (start === 0) return { end, ...nothing(bytes) };
  }
  throw new UnsafeFile(
    `The last two megabytes of ${path} are no receipts; put back what was there`,
  );
}

function read(file: Deno.FsFile, start: number, end: number, path: string): Uint8Array {
  const bytes = new Uint8Array(end - start);
  let at = 0;
  try {
    file.seekSync(start, Deno.SeekMode.Start);
    while (at < bytes.length) {
      const count = file.readSync(bytes.subarray(at));
      if (count === null) break;
      at += count;
    }
  } catch {
    throw new UnsafeFile(`Cannot read ${path}`);
  }
  if (at < bytes.length) throw new UnsafeFile(`${path} shrank while it was read`);
  return bytes;
}

/** @param isAll false when the first line may be the end of a longer one */
function newest(bytes: Uint8Array, isAll: boolean, key: ReceiptKey): Omit<Tail, "end"> | undefined {
  const lacksFeed = bytes.length > 0 && bytes.at(-1) !== lineFeed;
  let to = lacksFeed ? bytes.length : bytes.length - 1;
  while (to > 0) {
    const from = bytes.lastIndexOf(lineFeed, to - 1) + 1;
    if (from === 0 && !isAll) return undefined;
    const line = bytes.subarray(from, to);
    // What lacks its line feed may be a part of a line that only looks whole.
    const isPart = to === bytes.length;
    const last = receiptOf(new TextDecoder().decode(line), isPart ? key : undefined);
    if (last !== undefined) {
      const after = bytes.subarray(to + 1);
      return { last, digest: lineDigest(line), lacksFeed, ...tornOf(after, lacksFeed) };
    }
    to = from - 1;
  }
  return undefined;
}

function receiptOf(line: string, key: ReceiptKey | undefined): Receipt | undefined {
  if (!isWhole(line)) return undefined;
  const receipt = key === undefined ? parseReceipt(line) : openReceipt(line, key.publicKey);
  const isSound = receipt !== undefined && Number.isSafeInteger(receipt.seq) &&
    typeof receipt.time === "string";
  return isSound ? receipt : undefined;
}

/** A file without any receipt. */
function nothing(bytes: Uint8Array): Omit<Tail, "end"> {
  const lacksFeed = bytes.length > 0 && bytes.at(-1) !== lineFeed;
  return { lacksFeed, ...tornOf(bytes, lacksFeed) };
}

function tornOf(after: Uint8Array, lacksFeed: boolean): Pick<Tail, "torn"> {
  if (after.length === 0) return {};
  const torn = lacksFeed ? after : after.subarray(0, -1);
  return { torn: { digest: lineDigest(torn), bytes: torn.length } };
}
