/** Cuts a log into parts that can be verified apart, each from one line's beginning to another's. */
import { type LogFile, openLogFile } from "../read_log.ts";
import type { LogLine } from "../read.ts";
import { isWhole, parseReceipt } from "../receipt.ts";
import type { Counts, Missing } from "./verify_result.ts";
import type { Place } from "../walk.ts";

/** A stretch of one file, in bytes. */
export interface Part {
  readonly file: LogFile;
  readonly start: number;
  readonly end: number;
}

/** What was found in a part, up to its end or to its first bad line. Line numbers count from its start. */
export interface PartResult {
  readonly lines: number;
  /** The first receipt: what the part before must end with. */
  readonly first?: Place & { readonly line: number };
  /** The last good receipt, and the digest of its line. */
  readonly last?: { readonly seq: number; readonly digest: string };
  readonly counts: Counts;
  readonly bad?: { readonly line: number; readonly why: string };
  readonly missing: readonly Missing[];
}

/** Long enough that finding its beginning costs nothing, short enough to show how far it is. */
const partBytes = 4 << 20;

/** The parts of a file, in order; an empty file has one. @throws {UnsafeFile} */
export function partsOf(file: LogFile, size = partBytes): Part[] {
  const parts: Part[] = [];
  let start = 0;
  while (file.size - start > size) {
    const end = boundary(file, start + size);
    if (end === undefined) break;
    parts.push({ file, start, end });
    start = end;
  }
  return [...parts, { file, start, end: file.size }];
}

/** Where the first receipt after `from` starts that cannot belong to torn bytes before it. */
function boundary(file: LogFile, from: number): number | undefined {
  const opened = openLogFile(file);
  try {
    for (const line of opened.lines(from, file.size)) {
      // The first is the end of some line. A repair belongs to what stands before it.
      if (line.number > 1 && isPlainReceipt(line)) return line.offset;
    }
  } finally {
    opened.close();
  }
  return undefined;
}

function isPlainReceipt({ bytes, fault }: LogLine): boolean {
  if (fault !== undefined) return false;
  const text = new TextDecoder().decode(bytes);
  if (!isWhole(text)) return false;
  const receipt = parseReceipt(text);
  return receipt !== undefined && receipt.kind !== "repair";
}
