/**
 * Follows a log as it grows, from one file to the next. Only whole lines are told; what is unfinished
 * waits for its end, or for the repair that names it.
 */
import { UnsafeFile } from "../state/read_file.ts";
import type { LogReader } from "./log_reader.ts";
import { ReceiptsFile } from "./read.ts";
import { segmentPath, segmentsOf } from "./segments.ts";

/** A line that was added, without its line feed; or what happened to the file. */
export type Followed =
  | { readonly line: Uint8Array }
  | { readonly notice: string };

const pauseMilliseconds = 200;
const firstLook = 8192;

/** The number in a segment's name. */
function numberOf(segment: string): number {
  return Number(/\.(\d+)\.[^.]*$/.exec(segment)?.[1] ?? 0);
}

/** The oldest finished file from that number on. */
function segmentFrom(path: string, number: number): number | undefined {
  return segmentsOf(path).map(numberOf).find((one) => one >= number);
}

function inodeOf(path: string): number | null | undefined {
  try {
    return Deno.lstatSync(path).ino;
  } catch {
    return undefined;
  }
}

/** What was read last, in the file that becomes the segment of that number. */
interface Reached {
  number: number;
  start: number;
  last: Uint8Array | undefined;
  inode: number | null | undefined;
}

/** Where the file that is written to has its last whole line behind it, and that line. */
function tipOf({ active }: LogReader): { readonly end: number; readonly last?: Uint8Array } {
  if (active === undefined) return { end: 0 };
  for (let size = firstLook;; size *= 4) {
    const start = Math.max(0, active.end - size);
    const lines = [...active.lines(start)];
    if (start > 0) lines.shift(); // may be the rest of one
    const unfinished = lines.at(-1)?.fault === "unfinished" ? lines.pop() : undefined;
    const last = lines.at(-1);
    if (last === undefined && start > 0) continue;
    return {
      end: active.end - (unfinished?.bytes.length ?? 0),
      ...(last === undefined ? {} : { last: last.bytes }),
    };
  }
}

/**
 * Tells what is added to the log at `path` after what `log` has, until `signal` is aborted.
 *
 * @throws {UnsafeFile} when a file cannot be read; one that is not there is waited for
 */
export function followLog(
  path: string,
  log: LogReader,
  signal: AbortSignal,
): AsyncGenerator<Followed> {
  const { end, last } = tipOf(log);
  const number = numberOf(log.segments.at(-1) ?? "") + 1;
  const inode = inodeOf(path);
  // A file that became a segment in between is no other one.
  const isOther = segmentFrom(path, number) !== undefined;
  return follow(path, { number, start: end, last, inode: isOther ? undefined : inode }, signal);
}

async function* follow(
  path: string,
  reached: Reached,
  signal: AbortSignal,
): AsyncGenerator<Followed> {
  while (!signal.aborted) {
    const number = segmentFrom(path, reached.number);
    if (number === undefined) {
      const isStillIt = () => segmentFrom(path, reached.number) === undefined;
      yield* readOn(path, reached, isStillIt);
      if (isStillIt()) await pause(signal);
      continue;
    }
    // The one that was to be read may have been taken away.
    if (number > reached.number) Object.assign(reached, { number, start: 0, inode: undefined });
    yield* readOn(segmentPath(path, number), reached, () => true);
    Object.assign(reached, { number: number + 1, start: 0, inode: undefined });
  }
}

/** @param isStillIt false when the path leads to the next file by now */
function* readOn(
  path: string,
  reached: Reached,
  isStillIt: () => boolean,
): Generator<Followed> {
  const inode = inodeOf(path);
  if (inode === undefined) return;
  let file: ReceiptsFile;
  try {
    file = ReceiptsFile.open(path);
  } catch (error) {
    if (error instanceof UnsafeFile && error.missing) return;
    throw error;
  }
  try {
    if (!isStillIt()) return;
    if (reached.inode !== undefined && inode !== reached.inode) {
      yield { notice: `${path} was replaced` };
      reached.start = startAfter(file, reached.last);
    } else if (file.end < reached.start) {
      yield { notice: `${path} is shorter than it was` };
      reached.start = file.end;
    }
    reached.inode = inode;
    for (const { bytes, fault, offset } of file.lines(reached.start)) {
      reached.start = offset;
      if (fault === "unfinished") break;
      // Where a line that is too long ends is known when another one follows it.
      reached.start = fault === "too long" ? file.end : offset + bytes.length + 1;
      reached.last = bytes;
      yield { line: bytes };
    }
  } finally {
    file.close();
  }
}

/** Behind the line in another copy of the file; its beginning when it is not there. */
function startAfter(file: ReceiptsFile, last: Uint8Array | undefined): number {
  for (const { bytes, offset } of last === undefined ? [] : file.lines()) {
    if (isSame(bytes, last as Uint8Array)) return Math.min(offset + bytes.length + 1, file.end);
  }
  return 0;
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, at) => byte === b[at]);
}

function pause(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, pauseMilliseconds);
    signal.addEventListener("abort", end);
    if (signal.aborted) end();
  });
}
