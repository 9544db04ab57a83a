/** Looks at a log at a moment when no writer is in the middle of a line or of a change of files. */
import { lockUntil } from "../state/lock.ts";
import { UnsafeFile } from "../state/read_file.ts";

const lockMilliseconds = 5000;

/**
 * Runs `look` while writers wait, so it must be short. Asks for no permission to write.
 *
 * @param file opened for reading at least
 * @throws {UnsafeFile} when a writer does not come to its end
 */
export function settled<T>(file: Deno.FsFile, path: string, look: () => T): T {
  const isLocked = lock(file, path);
  try {
    return look();
  } finally {
    if (isLocked) file.unlockSync();
  }
}

/** False where the file system has no locks: then nobody appends here either. */
function lock(file: Deno.FsFile, path: string): boolean {
  try {
    if (lockUntil(performance.now() + lockMilliseconds, file, false)) return true;
  } catch {
    return false;
  }
  throw new UnsafeFile(`${path} stays locked`);
}
