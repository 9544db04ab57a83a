/**
 * The files of a log: `receipts.jsonl`, which is written to, and before it the segments
 * `receipts.000001.jsonl`, `receipts.000002.jsonl`, …, which are finished.
 */
import { basename, dirname } from "node:path";
import { UnsafeFile } from "../state/read_file.ts";

const digits = 6;
/** No name beyond this one is told from others: see `numbersOf`. */
const lastNumber = 999_999_999_999_999;

/** The parts of `receipts.jsonl` between which a segment's number stands. */
function partsOf(path: string): { folder: string; stem: string; extension: string } {
  const name = basename(path);
  const dot = name.lastIndexOf(".");
  return { folder: dirname(path), stem: name.slice(0, dot), extension: name.slice(dot) };
}

/** The numbers of the segments of the log at `path`, in order; names that no segment gets are others'. */
function numbersOf(path: string): number[] {
  const { folder, stem, extension } = partsOf(path);
  const numbers: number[] = [];
  try {
    for (const { name } of Deno.readDirSync(folder)) {
      if (!name.startsWith(`${stem}.`) || !name.endsWith(extension)) continue;
      const number = name.slice(stem.length + 1, -extension.length);
      if (/^(?:\d{6}|[1-9]\d{6,14})$/.test(number) && Number(number) > 0) {
        numbers.push(Number(number));
      }
    }
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw new UnsafeFile(`Cannot read ${folder}`);
  }
  return numbers.sort((a, b) => a - b);
}

/** The path of one segment. */
export function segmentPath(path: string, number: number): string {
  const { folder, stem, extension } = partsOf(path);
  return `${folder}/${stem}.${String(number).padStart(digits, "0")}${extension}`;
}

/** The finished segments of the log at `path`, oldest first. @throws {UnsafeFile} */
export function segmentsOf(path: string): string[] {
  return numbersOf(path).map((number) => segmentPath(path, number));
}

/** The newest finished segment. @throws {UnsafeFile} */
export function latestSegment(path: string): string | undefined {
  return segmentsOf(path).at(-1);
}

/**
 * Makes the file that is written to, unless another writer was faster.
 *
 * @throws {UnsafeFile} when it cannot be made
 */
export function createActive(path: string): void {
  try {
    Deno.openSync(path, { write: true, createNew: true, mode: 0o600 }).close();
  } catch (error) {
    if (error instanceof Deno.errors.AlreadyExists) return;
    throw new UnsafeFile(`Cannot create ${path}; is the disk full or read-only?`);
  }
  try {
    sync(dirname(path));
  } catch {
    // Some file systems cannot; their order of changes is their own.
  }
}

function sync(path: string): void {
  const opened = Deno.openSync(path);
  try {
    opened.syncSync();
  } finally {
    opened.close();
  }
}

/** True when the path still leads to this file. */
export function isActive(file: Deno.FsFile, path: string): boolean {
  try {
    const [open, found] = [file.statSync(), Deno.lstatSync(path)];
    return open.ino === found.ino && open.dev === found.dev;
  } catch {
    return false;
  }
}

/**
 * Makes the file that is written to a segment and begins the next one. The caller holds its lock.
 *
 * @returns false when nothing changed, as in a folder that is read-only: the file has to go on
 * @throws {UnsafeFile} when the next file cannot be made
 */
export function seal(path: string): boolean {
  try {
    const number = (numbersOf(path).at(-1) ?? 0) + 1;
    if (number > lastNumber) return false;
    // Nothing after a segment's end can say that a power cut left it unfinished.
    sync(path);
    Deno.renameSync(path, segmentPath(path, number));
  } catch {
    return false;
  }
  createActive(path);
  return true;
}
