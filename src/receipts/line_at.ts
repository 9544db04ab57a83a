/** One line of a log by its number. Nothing is verified on the way. */
import { firstNotBefore } from "./log_position.ts";
import type { LogReader } from "./log_reader.ts";
import { lineDigest, parseReceipt, type Receipt } from "./receipt.ts";

const decoder = new TextDecoder();

/**
 * @returns the digest of the line that says it has this number. `before`: the log begins after it.
 * Undefined: it ends before it, or has a gap there
 * @throws {UnsafeFile} when a file cannot be read
 */
export function digestAt(log: LogReader, wanted: number): string | "before" | undefined {
  let isFirst = true;
  const from = firstNotBefore(log, (receipt) => isNumbered(receipt) && receipt.seq < wanted);
  for (const { bytes } of log.lines(from)) {
    const receipt = parseReceipt(decoder.decode(bytes));
    if (receipt === undefined || !isNumbered(receipt)) continue;
    if (receipt.seq === wanted) return lineDigest(bytes);
    // What is read begins with a lower number, unless the log has none.
    if (receipt.seq > wanted) return isFirst ? "before" : undefined;
    isFirst = false;
  }
  return undefined;
}

/** What is no number of a line is neither before nor after another. */
function isNumbered({ seq }: Receipt): boolean {
  return Number.isSafeInteger(seq);
}
