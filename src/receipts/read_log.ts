/** Reads a whole log, segment by segment, without ever holding more than one line of it. */
import { openRegular, UnsafeFile } from "../state/read_file.ts";
import { type LogLine, ReceiptsFile } from "./read.ts";
import { isActive, segmentsOf } from "./segments.ts";
import { settled } from "./settled.ts";

/** One line and the file it stands in. */
export interface PlacedLine extends LogLine {
  readonly path: string;
}

/** A file of a log, as it was when the log was looked at. */
export interface LogFile {
  readonly path: string;
  /** How far it reached, in bytes. */
  readonly size: number;
  readonly device: number;
  readonly inode: number | null;
}

/** How often the file that is written to may become a segment before a reader gives up. */
const maxTurns = 16;

/**
 * The files of the log at `path` that are there, oldest first.
 *
 * @throws {UnsafeFile} missing, when there is none
 */
export function filesOf(path: string): string[] {
  return logFiles(path).map((file) => file.path);
}

/**
 * The same with their sizes, all as they were at one moment.
 *
 * @throws {UnsafeFile} missing, when there is none
 */
export function logFiles(path: string): LogFile[] {
  for (let turn = 0; turn < maxTurns; turn++) {
    const files = lookAt(path);
    if (files !== undefined) return files;
  }
  throw new UnsafeFile(`${path} is replaced again and again`);
}

/** Undefined when the file that is written to was replaced meanwhile. */
function lookAt(path: string): LogFile[] | undefined {
  let file: Deno.FsFile;
  try {
    ({ file } = openRegular(path, { read: true }));
  } catch (error) {
    if (!(error instanceof UnsafeFile && error.missing)) throw error;
    const segments = segmentsOf(path);
    if (segments.length === 0) throw error;
    return segments.map(fileAt);
  }
  try {
    // While writers wait, none of them makes a segment of it.
    return settled(
      file,
      path,
      () => isActive(file, path) ? [...segmentsOf(path), path].map(fileAt) : undefined,
    );
  } finally {
    file.close();
  }
}

/** One file as it is now. @throws {UnsafeFile} when it is missing or not a regular file */
export function fileAt(path: string): LogFile {
  let found: Deno.FileInfo;
  try {
    found = Deno.lstatSync(path);
  } catch (error) {
    const missing = error instanceof Deno.errors.NotFound;
    throw new UnsafeFile(missing ? `Missing ${path}` : `Cannot look at ${path}`, missing);
  }
  if (!found.isFile) throw new UnsafeFile(`${path} is not a regular file`);
  return { path, size: found.size, device: found.dev, inode: found.ino };
}

/**
 * Opens the file that was looked at, which may have become a segment since; the caller closes it.
 *
 * @throws {UnsafeFile} when it is gone or shorter than it was
 */
export function openLogFile(file: LogFile): ReceiptsFile {
  for (const path of [file.path, ...segmentsOf(file.path).reverse()]) {
    let opened: ReceiptsFile;
    try {
      opened = ReceiptsFile.open(path);
    } catch (error) {
      if (error instanceof UnsafeFile && error.missing) continue;
      throw error;
    }
    if (opened.is(file) && opened.end >= file.size) return opened;
    opened.close();
  }
  throw new UnsafeFile(`${file.path} changed while it was read`);
}

/**
 * The lines of these files in their order.
 *
 * @param tail how many lines, counted from the end; all when undefined
 * @throws {UnsafeFile} when one cannot be read
 */
export function* readLog(files: readonly string[], tail?: number): Generator<PlacedLine> {
  const from = tail === undefined ? { index: 0, start: 0 } : startOfLast(files, tail);
  for (const [index, path] of files.entries()) {
    if (index < from.index) continue;
    // Not through `ReceiptsFile.use`: a generator's caller may leave in the middle.
    const file = ReceiptsFile.open(path);
    try {
      const start = index === from.index ? from.start : 0;
      for (const line of file.lines(start)) yield { ...line, path };
    } finally {
      file.close();
    }
  }
}

/** Where the last lines begin. */
function startOfLast(files: readonly string[], count: number): { index: number; start: number } {
  let left = count;
  for (let index = files.length - 1; index >= 0; index--) {
    const [start, held] = ReceiptsFile.use(files[index] as string, (file) => {
      const at = file.startOfLast(left);
      // Counted only where the file ends the search or has fewer lines than are left.
      return [at, at > 0 ? left : file.countLines()];
    });
    if (held >= left) return { index, start };
    left -= held;
  }
  return { index: 0, start: 0 };
}
