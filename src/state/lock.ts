/** Waiting for others: for what they hold locked, and for what they have half done. */

/**
 * Locks the file as soon as nobody else holds it. The system takes the lock back when the file is
 * closed or its holder dies, so it is never stale.
 *
 * @param deadline when to give up, by `performance.now()`
 * @param exclusive false: others may hold it likewise
 * @param milliseconds how long to wait between two attempts
 * @returns false when others hold it still
 * @throws what the system says where it has no locks
 */
export function lockUntil(
  deadline: number,
  file: Deno.FsFile,
  exclusive = true,
  milliseconds = 1,
): boolean {
  while (!file.tryLockSync(exclusive)) {
    if (performance.now() > deadline) return false;
    pause(milliseconds);
  }
  return true;
}

/** Stops this thread for so long. */
export function pause(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}
