/** Joins what was found in the parts of a log to one finding: each must continue the one before. */
import { genesis } from "../receipt.ts";
import type { Seen } from "./verify_checkpoints.ts";
import { segmentBetween } from "./verify_files.ts";
import type { Part, PartResult } from "./verify_parts.ts";
import { addCounts, BadLine, type Counts, type Missing, noCounts } from "./verify_result.ts";
import { type Place, placeFault } from "../walk.ts";

export class Join {
  readonly counts: Counts = noCounts();
  /** Evidence that was not there, by digest, in the order it was met. */
  readonly missing = new Map<string, Missing>();
  readonly #checkpoints: readonly Seen[];
  /** Where the next receipt must stand; undefined before the first. */
  #next: Place | undefined;
  #first = 1;
  #file: string | undefined;
  #fileBefore: string | undefined;
  /** Lines of the file before the part that is joined next. */
  #lines = 0;

  readonly #hasEnd: boolean;

  /** @param hasEnd false for segments alone, after which the log may go on */
  constructor(checkpoints: readonly Seen[], hasEnd = true) {
    this.#checkpoints = checkpoints;
    this.#hasEnd = hasEnd;
  }

  /** The number of the first receipt; above 1 when the log goes on from what is not there. */
  get first(): number {
    return this.#first;
  }

  /** The number that the next receipt has. */
  get next(): number {
    return this.#next?.seq ?? 1;
  }

  /** True when the log begins at its beginning, or right after what a checkpoint saw. */
  get isAnchored(): boolean {
    return this.#first === 1 || this.#before(this.#first) !== undefined;
  }

  /** The checkpoints that the log can be held against: it has their lines. */
  get reached(): number {
    const end = this.#hasEnd ? Infinity : this.next;
    return this.#checkpoints.filter(({ count }) => count >= this.#first - 1 && count < end).length;
  }

  /** @throws {BadLine} at the part's first bad line; `next` is its number then */
  add({ file: { path } }: Part, { first, last, bad, lines, counts, missing }: PartResult): void {
    if (path !== this.#file) [this.#fileBefore, this.#file, this.#lines] = [this.#file, path, 0];
    if (first !== undefined && first.line <= (bad?.line ?? Infinity)) {
      const fault = this.#joinFault(first);
      if (fault !== undefined) throw new BadLine(path, this.#lines + first.line, fault);
    }
    addCounts(this.counts, counts);
    for (const { digest, kind, rows } of missing) {
      this.missing.set(digest, {
        kind,
        digest,
        rows: rows + (this.missing.get(digest)?.rows ?? 0),
      });
    }
    if (last !== undefined) this.#next = { seq: last.seq + 1, prev: last.digest };
    if (bad !== undefined) throw new BadLine(path, this.#lines + bad.line, bad.why);
    this.#lines += lines;
  }

  /** The log must reach as far as each checkpoint saw it. @throws {BadLine} */
  requireReached(): void {
    const newest = this.#checkpoints.toSorted((a, b) => b.count - a.count)[0];
    if (!this.#hasEnd || newest === undefined || newest.count < this.next) return;
    const { count, time, file } = newest;
    throw new BadLine(
      this.#file ?? "",
      this.#lines + 1,
      `is missing: the tail was cut off; at ${time} there were ${count} receipts (${file})`,
    );
  }

  #joinFault(first: Place): string | undefined {
    if (this.#next !== undefined) {
      const fault = placeFault(first, this.#next);
      if (fault === undefined || this.#fileBefore === undefined || this.#lines > 0) return fault;
      const gap = segmentBetween(this.#fileBefore, this.#file ?? "");
      return gap === undefined ? fault : `${fault}; the segment ${gap} before it is missing`;
    }
    const { seq } = first;
    // Whatever the number is, a log that says it is the first must begin like one.
    if (!Number.isSafeInteger(seq) || seq <= 1) return placeFault(first, { seq: 1, prev: genesis });
    this.#first = seq;
    this.#next = { seq, prev: first.prev };
    const seen = this.#before(seq);
    return seen === undefined || seen.head === first.prev
      ? undefined
      : `does not continue the line that the checkpoint in ${seen.file} names`;
  }

  /** The checkpoint of the receipt before this number. */
  #before(seq: number): Seen | undefined {
    return this.#checkpoints.find(({ count }) => count === seq - 1);
  }
}
