/** Which files a log consists of, for those who verify it. */
import { basename, dirname, resolve } from "node:path";
import { UnsafeFile } from "../../state/read_file.ts";
import { fileAt, type LogFile, logFiles } from "../read_log.ts";
import { segmentPath } from "../segments.ts";

/** The name of a log in a folder. */
const usualName = "receipts.jsonl";
const segmentName = /^(.+)\.(\d{6,15})(\.[^.]+)$/;

interface Named {
  readonly path: string;
  /** The file that is written to, whose name the segments' are made of. */
  readonly log: string;
  /** Undefined for the file that is written to itself. */
  readonly number: number | undefined;
}

function named(path: string): Named {
  const match = segmentName.exec(basename(path));
  if (match === null) return { path, log: path, number: undefined };
  const [, stem, number, extension] = match;
  return { path, log: `${dirname(path)}/${stem}${extension}`, number: Number(number) };
}

/**
 * Sorts what was named by log: a folder stands for the log in it, and so does the file that is written
 * to; a segment stands for itself.
 *
 * @returns for each log the paths that were named
 */
export function logsOf(operands: readonly string[]): string[][] {
  const logs = new Map<string, string[]>();
  for (const operand of operands) {
    const path = resolve(operand);
    const one = named(isFolder(path) ? `${path}/${usualName}` : path);
    logs.set(one.log, [...logs.get(one.log) ?? [], one.path]);
  }
  return [...logs.values()];
}

function isFolder(path: string): boolean {
  try {
    return Deno.statSync(path).isDirectory;
  } catch {
    return false;
  }
}

/**
 * The files to verify, oldest first.
 *
 * @param paths of one log: segments, or the file that is written to, with which all its segments come
 * @throws {UnsafeFile} when one is missing, a link or not a regular file
 */
export function filesToVerify(paths: readonly string[]): LogFile[] {
  const all = paths.map(named);
  const active = all.find(({ number }) => number === undefined);
  if (active !== undefined) return logFiles(active.path);
  if (all.length === 0) throw new UnsafeFile("No log is named", true);
  return all.toSorted((a, b) => (a.number ?? 0) - (b.number ?? 0)).map(({ path }) => fileAt(path));
}

/** True when these paths stand for a log up to its end, not for finished segments of it. */
export function namesEnd(paths: readonly string[]): boolean {
  return paths.some((path) => named(path).number === undefined);
}

/** The first segment that is missing between two files of a log; undefined when none is. */
export function segmentBetween(before: string, after: string): string | undefined {
  const [one, two] = [named(before), named(after)];
  if (one.number === undefined || two.number === undefined) return undefined;
  return two.number > one.number + 1 ? basename(segmentPath(one.log, one.number + 1)) : undefined;
}
