/** Reads a whole log, segment by segment, without ever holding more than one line of it. */
import { UnsafeFile } from "../state/read_file.ts";
import { type LogLine, ReceiptsFile } from "./read.ts";
import { segmentsOf } from "./segments.ts";

/** One line and the file it stands in. */
export interface PlacedLine extends LogLine {
  readonly path: string;
}

/**
 * The files of the log at `path` that are there, oldest first.
 *
 * @throws {UnsafeFile} missing, when there is none
 */
export function filesOf(path: string): string[] {
  const files = segmentsOf(path);
  try {
    Deno.lstatSync(path);
    files.push(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw new UnsafeFile(`Cannot look at ${path}`);
  }
  if (files.length === 0) throw new UnsafeFile(`Missing ${path}`, true);
  return files;
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
