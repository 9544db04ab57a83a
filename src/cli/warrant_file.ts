/** What scripts hand in: a file, a pipe or standard input, never more than is asked for. */
import { UsageError } from "./command.ts";

/** Pipes that a shell opened already, such as `<(command)`. Other pipes could block for ever. */
const openedPipe = /^\/dev\/(stdin|fd\/\d+)$/;
const chunkBytes = 64 * 1024;

function readUpTo(from: { readSync(into: Uint8Array): number | null }, limit: number): Uint8Array {
  const parts: Uint8Array[] = [];
  let size = 0;
  while (size <= limit) {
    const chunk = new Uint8Array(Math.min(chunkBytes, limit + 1 - size));
    const count = from.readSync(chunk);
    if (count === null) break;
    parts.push(chunk.subarray(0, count));
    size += count;
  }
  const whole = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function openFile(path: string): Deno.FsFile {
  try {
    if (!openedPipe.test(path) && !Deno.statSync(path).isFile) {
      throw new UsageError(`${path} is not a regular file; - reads standard input`);
    }
    return Deno.openSync(path);
  } catch (error) {
    if (error instanceof UsageError) throw error;
    const missing = error instanceof Deno.errors.NotFound;
    throw new UsageError(missing ? `Missing ${path}` : `Cannot open ${path}`);
  }
}

/** An input and, for regular files, who may read it. */
export interface Input {
  readonly bytes: Uint8Array;
  /** Permission bits. */
  readonly mode?: number;
}

/**
 * Reads `path`, or standard input for `-` and for none.
 *
 * @param limit where more is there, one byte more than this is returned
 * @throws {UsageError} for what cannot be read
 */
export function readInput(path: string | undefined, limit: number): Input {
  if (path === undefined && Deno.stdin.isTerminal()) {
    throw new UsageError("Name a file, or pipe something in");
  }
  if (path === undefined || path === "-") {
    try {
      return { bytes: readUpTo(Deno.stdin, limit) };
    } catch {
      throw new UsageError("Cannot read standard input");
    }
  }
  const file = openFile(path);
  try {
    const { isFile, mode } = file.statSync();
    const bytes = readUpTo(file, limit);
    return isFile && mode !== null ? { bytes, mode: mode & 0o777 } : { bytes };
  } catch {
    throw new UsageError(`Cannot read ${path}`);
  } finally {
    file.close();
  }
}
