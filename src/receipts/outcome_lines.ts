/**
 * The lines of a log that hold a text, newest first, so that what happened lately is found without
 * reading what happened before. Memory does not grow with the log.
 */
import { openRegular, UnsafeFile } from "../state/read_file.ts";
import { segmentsOf } from "./segments.ts";

const firstPiece = 64 << 10;
const piece = 1 << 20;
/** No receipt is longer than this. */
const longestLine = 4 << 20;
const lineFeed = 10;

/**
 * Reads without a lock: what is appended meanwhile is left out, a line that is being written comes
 * as far as it is written. A file that cannot be read is left out.
 *
 * @param path the log; its segments lie beside it
 * @param text what a line must hold, exactly as it stands there
 * @param limit how many bytes are looked at, about
 */
export function* newestLines(path: string, text: string, limit: number): Generator<string> {
  const needle = latin1.decode(encoder.encode(text));
  let left = limit;
  for (const file of newestFiles(path)) {
    const end = file.seekSync(0, Deno.SeekMode.End);
    for (const bytes of pieces(file, end, end - left)) {
      yield* linesWith(bytes, needle);
      left -= Math.min(left, bytes.length);
    }
    if (left === 0) return;
  }
}

/** Opened one after the other; closed when the next one is asked for, or none. */
function* newestFiles(path: string): Generator<Deno.FsFile> {
  // The segments are listed once the file is open, so that none comes in between unseen.
  let rest: string[] | undefined;
  for (let next: string | undefined = path; next !== undefined; next = rest.pop()) {
    const file = openIfSound(next);
    rest ??= segmentsOf(path);
    if (file === undefined) continue;
    try {
      yield file;
    } finally {
      file.close();
    }
  }
}

function openIfSound(path: string): Deno.FsFile | undefined {
  try {
    return openRegular(path, { read: true }).file;
  } catch (error) {
    if (error instanceof UnsafeFile) return undefined;
    throw error;
  }
}

/**
 * The file from its end on backwards, until `least` or what cannot be lines. Whole lines, but for the
 * file's last, which may be unfinished.
 */
function* pieces(file: Deno.FsFile, end: number, least: number): Generator<Uint8Array> {
  let to = end;
  let size = firstPiece;
  while (to > Math.max(0, least)) {
    const from = Math.max(0, to - size);
    const bytes = readAt(file, from, to - from);
    if (bytes === undefined) return;
    // What stands before the first line feed may have begun earlier.
    const skip = from === 0 ? 0 : bytes.indexOf(lineFeed) + 1;
    if (from > 0 && (skip === 0 || skip === bytes.length)) {
      if (size >= longestLine) return;
      size *= 4;
      continue;
    }
    to = from + skip;
    yield bytes.subarray(skip);
    size = Math.min(4 * size, piece);
  }
}

/** Undefined when the file has become shorter or cannot be read. */
function readAt(file: Deno.FsFile, start: number, length: number): Uint8Array | undefined {
  const bytes = new Uint8Array(length);
  try {
    file.seekSync(start, Deno.SeekMode.Start);
    for (let at = 0; at < length;) {
      const count = file.readSync(bytes.subarray(at));
      if (count === null) return undefined;
      at += count;
    }
  } catch {
    return undefined;
  }
  return bytes;
}

// One character for each byte, so that a place in the text is a place in the bytes. Looking for a
// text is three times faster than looking for bytes.
const latin1 = new TextDecoder("latin1");
const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** The lines that hold the needle, last first. */
function linesWith(bytes: Uint8Array, needle: string): string[] {
  const text = latin1.decode(bytes);
  const lines: string[] = [];
  for (let hit = text.indexOf(needle); hit >= 0;) {
    const from = text.lastIndexOf("\n", hit) + 1;
    const feed = text.indexOf("\n", hit);
    const to = feed < 0 ? text.length : feed;
    lines.push(decoder.decode(bytes.subarray(from, to)));
    hit = text.indexOf(needle, to);
  }
  return lines.reverse();
}
