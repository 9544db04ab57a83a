/** The newest receipt of a log, through torn lines and through a file that is still empty. */
import { readRegularText } from "../state/read_file.ts";
import { beginning, LogReader, type Position } from "./log_reader.ts";
import { isWhole, openReceipt, parseReceipt, type Receipt } from "./receipt.ts";

/** The end of a log. */
export interface LogEnd {
  /** The newest receipt that the key signed; absent when there is none. */
  readonly newest?: Receipt;
  /** What stands after it in its file or later. */
  readonly after: "nothing" | "torn" | "forged";
  /** How many finished segments there are. */
  readonly segments: number;
}

const firstLook = 8192;
/** As far as a writer looks for the line that it continues. */
const lastLook = 2 << 20;
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/**
 * Reads the end of the log at `path`.
 *
 * @param publicKey the receipt key, hex
 * @throws {UnsafeFile} when a file of it cannot be read, or none is there
 */
export function readEnd(path: string, publicKey: string): LogEnd {
  return LogReader.use(path, (log) => {
    const segments = log.segments.length;
    let after: LogEnd["after"] = "nothing";
    // A file that a crash or a rotation left without any receipt continues the one before.
    for (let index = log.count - 1; index >= 0 && index >= log.count - 2; index--) {
      const found = newestOf(log, index, publicKey);
      after = worse(after, found.after);
      if (found.newest !== undefined) return { newest: found.newest, after, segments };
    }
    return { after, segments };
  });
}

/**
 * The newest line that the receipt key signed. Undefined when there is none, or when the log or the
 * key cannot be read.
 *
 * @param publicKeyPath the file that holds the receipt key's public half
 */
export function newestReceipt(path: string, publicKeyPath: string): Receipt | undefined {
  try {
    return readEnd(path, readRegularText(publicKeyPath, 256)).newest;
  } catch {
    return undefined;
  }
}

type Found = Omit<LogEnd, "segments">;

function newestOf(log: LogReader, index: number, publicKey: string): Found {
  const size = log.sizeOf(index);
  for (let look = firstLook;; look *= 4) {
    const isAll = look >= size;
    const from = isAll ? { ...beginning, index } : { index, start: size - look, isInside: true };
    const found = newestFrom(log, from, publicKey);
    if (found.newest !== undefined || isAll) return found;
    if (look >= lastLook) return { after: "forged" }; // no writer would continue it
  }
}

function newestFrom(log: LogReader, from: Position, publicKey: string): Found {
  const lines = [...log.linesOf(from)].map(({ bytes }) => decoder.decode(bytes));
  let after: LogEnd["after"] = "nothing";
  for (const line of lines.reverse()) {
    const newest = openReceipt(line, publicKey);
    if (newest !== undefined) return { newest, after };
    // What was written to its end was finished: no crash leaves it, nor whole JSON.
    after = worse(after, isWhole(line) || parseReceipt(line) !== undefined ? "forged" : "torn");
  }
  return { after };
}

function worse(a: LogEnd["after"], b: LogEnd["after"]): LogEnd["after"] {
  return a === "forged" || b === "nothing" ? a : b;
}
