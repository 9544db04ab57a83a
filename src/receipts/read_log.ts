/** The files of a log as they are at one moment, and how they are opened later. */
import { openRegular, UnsafeFile } from "../state/read_file.ts";
import { ReceiptsFile } from "./read.ts";
import { isActive, segmentsOf } from "./segments.ts";
import { settled } from "./settled.ts";

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
