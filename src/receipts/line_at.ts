/** Finds one line of a long log by its number, in a few looks. Nothing is verified on the way. */
import { type LogLine, ReceiptsFile } from "./read.ts";
import { lineDigest, parseReceipt } from "./receipt.ts";

/** Below this many bytes lines are read one by one. */
const closeBy = 64 << 10;
const decoder = new TextDecoder();

/**
 * @param files the log's files, oldest first
 * @returns the digest of the line that says it has this number. `before`: the log begins after it.
 * Undefined: it ends before it, or has a gap there
 * @throws {UnsafeFile} when a file cannot be read
 */
export function digestAt(files: readonly string[], seq: number): string | "before" | undefined {
  let isEmpty = true;
  for (const path of files.toReversed()) {
    const file = ReceiptsFile.open(path);
    try {
      const first = firstFrom(file, 0);
      if (first !== undefined && first <= seq) return within(file, seq);
      isEmpty &&= first === undefined;
    } finally {
      file.close();
    }
  }
  return isEmpty ? undefined : "before";
}

function within(file: ReceiptsFile, seq: number): string | undefined {
  // The first receipt after `low` is not past the one that is looked for; that after `high` is.
  let [low, high] = [0, file.end];
  while (high - low > closeBy) {
    const middle = low + Math.floor((high - low) / 2);
    const found = firstFrom(file, middle);
    if (found === undefined || found > seq) high = middle;
    else low = middle;
  }
  for (const { bytes } of wholeLines(file, low)) {
    const found = seqOf(bytes);
    if (found === seq) return lineDigest(bytes);
    if (found !== undefined && found > seq) return undefined;
  }
  return undefined;
}

/** The number of the first receipt that begins after `start`, or at the file's beginning. */
function firstFrom(file: ReceiptsFile, start: number): number | undefined {
  for (const { bytes } of wholeLines(file, start)) {
    const seq = seqOf(bytes);
    if (seq !== undefined) return seq;
  }
  return undefined;
}

function* wholeLines(file: ReceiptsFile, start: number): Generator<LogLine> {
  let isPart = start > 0;
  for (const line of file.lines(start)) {
    if (!isPart) yield line;
    isPart = false;
  }
}

function seqOf(bytes: Uint8Array): number | undefined {
  const seq = parseReceipt(decoder.decode(bytes))?.seq;
  return Number.isSafeInteger(seq) ? seq : undefined;
}
