/** The state of the receipts as `status` tells it, from the end of the log alone. */
import { readEnd } from "../receipts/newest.ts";
import type { Receipt } from "../receipts/receipt.ts";
import { latestSegment } from "../receipts/segments.ts";
import { statePath } from "../state/layout.ts";
import { openRegular, readRegularText, UnsafeFile } from "../state/read_file.ts";

export interface Log {
  /** How many receipts there are, as the newest one counts. */
  readonly count: number;
  /** How many finished files lie before the one that is written to. */
  readonly segments: number;
  readonly newest?: Receipt;
  /** Half a line stands after the newest receipt; the next receipt will name it. */
  readonly torn?: true;
  /** Why no further receipt can follow, or why the newest one cannot be trusted. */
  readonly broken?: string;
}

/** Opens the file as the next receipt will, without writing or locking. @throws {UnsafeFile} */
function requireWritable(path: string): void {
  try {
    openRegular(path, { read: true, append: true }).file.close();
  } catch (error) {
    // Between two segments there is a moment without the file; the next receipt makes it.
    const isBetween = error instanceof UnsafeFile && error.missing &&
      latestSegment(path) !== undefined;
    if (!isBetween) throw error;
  }
}

/** Reads the newest receipt and verifies its signature. */
export function readNewest(project: string): Log {
  const path = statePath(project, "receipts");
  try {
    requireWritable(path);
    const key = readRegularText(statePath(project, "receiptPublic"), 256);
    const { newest, after, segments } = readEnd(path, key);
    if (after === "forged") {
      const broken = "the last line is not a receipt that this project's key signed";
      return { count: 0, segments, broken };
    }
    return {
      count: newest?.seq ?? 0,
      segments,
      ...(newest === undefined ? {} : { newest }),
      ...(after === "torn" ? { torn: true } : {}),
    };
  } catch (error) {
    const broken = error instanceof Error ? error.message : "unreadable";
    return { count: 0, segments: 0, broken };
  }
}
