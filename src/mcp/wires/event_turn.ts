/**
 * Room for everything else. A sender that never pauses has the next piece ready whenever one is
 * read, and timers, signals and other connections would wait for its end.
 */
import { setImmediate } from "node:timers";

/** Milliseconds that one reader may go on without a pause. */
const longest = 10;
let last = 0;

/** Resolves at once most of the time, and once in a while after everything else had its turn. */
export async function turn(): Promise<void> {
  const now = performance.now();
  if (now - last < longest) return;
  await new Promise((resolve) => setImmediate(resolve));
  last = performance.now();
}
