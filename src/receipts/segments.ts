/**
 * The files of a log: `receipts.jsonl`, which is written to, and before it the segments
 * `receipts.000001.jsonl`, `receipts.000002.jsonl`, …, which are finished.
 */
import { basename, dirname } from "node:path";
import { UnsafeFile } from "../state/read_file.ts";

const digits = 6;

/** The parts of `receipts.jsonl` between which a segment's number stands. */
function partsOf(path: string): { folder: string; stem: string; extension: string } {
  const name = basename(path);
  const dot = name.lastIndexOf(".");
  return { folder: dirname(path), stem: name.slice(0, dot), extension: name.slice(dot) };
}

/** The numbers of the segments of the log at `path`, in order. */
function numbersOf(path: string): number[] {
  const { folder, stem, extension } = partsOf(path);
  const numbers: number[] = [];
  try {
    for (const { name } of Deno.readDirSync(folder)) {
      if (!name.startsWith(`${stem}.`) || !name.endsWith(extension)) continue;
      const number = name.slice(stem.length + 1, -extension.length);
      if (/^\d{6,15}$/.test(number)) numbers.push(Number(number));
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

/** Makes the file that is written to, unless another writer was faster. @throws {UnsafeFile} */
export function createActive(path: string): void {
  try {
    Deno.openSync(path, { write: true, createNew: true, mode: 0o600 }).close();
  } catch (error) {
    if (!(error instanceof Deno.errors.AlreadyExists)) {
      throw new UnsafeFile(`Cannot create ${path}`);
    }
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

/** Makes the file a segment. The caller holds its lock. @throws {UnsafeFile} */
export function seal(path: string): void {
  const next = segmentPath(path, (numbersOf(path).at(-1) ?? 0) + 1);
  try {
    Deno.renameSync(path, next);
  } catch {
    throw new UnsafeFile(`Cannot rename ${path} to ${next}`);
  }
  createActive(path);
  try {
    const folder = Deno.openSync(dirname(path));
    try {
      folder.syncSync();
    } finally {
      folder.close();
    }
  } catch {
    // Some file systems cannot; their order of changes is their own.
  }
}
