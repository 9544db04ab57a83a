/** The state of the receipts file as `status` tells it, from its last line alone. */
import { openReceipt, parseReceipt, type Receipt } from "../receipts/receipt.ts";
import { statePath } from "../state/layout.ts";
import { openRegular, readRegularText } from "../state/read_file.ts";

export interface Log {
  /** How many receipts there are, as the newest one counts. */
  readonly count: number;
  readonly newest?: Receipt;
  /** Half a line stands after the newest receipt; the next receipt will name it. */
  readonly torn?: true;
  /** Why no further receipt can follow, or why the newest one cannot be trusted. */
  readonly broken?: string;
}

/** No two lines are longer. */
const tailBytes = 1 << 20;

/** The last two lines, the newer one first. */
function lastLines(path: string): string[] {
  // Opened for writing too, as the next receipt will be, but nothing is written or locked.
  const { file, size } = openRegular(path, { read: true, append: true });
  try {
    const bytes = new Uint8Array(Math.min(size, tailBytes));
    file.seekSync(size - bytes.length, Deno.SeekMode.Start);
    for (let at = 0; at < bytes.length;) {
      const count = file.readSync(bytes.subarray(at));
      if (count === null) break;
      at += count;
    }
    return new TextDecoder().decode(bytes).replace(/\n$/, "").split("\n").slice(-2).reverse();
  } finally {
    file.close();
  }
}

/** Reads the newest receipt and verifies its signature. */
export function readNewest(project: string): Log {
  try {
    const [last = "", before = ""] = lastLines(statePath(project, "receipts"));
    if (last === "") return { count: 0 };
    const key = readRegularText(statePath(project, "receiptPublic"), 256);
    const isTorn = parseReceipt(last) === undefined;
    const newest = openReceipt(isTorn ? before : last, key);
    if (newest !== undefined) {
      return { count: newest.seq, newest, ...(isTorn ? { torn: true } : {}) };
    }
    return { count: 0, broken: "the last line is not a receipt that this project's key signed" };
  } catch (error) {
    return { count: 0, broken: error instanceof Error ? error.message : "unreadable" };
  }
}
