/** Keeps count of one part of a log while its lines are verified. */
import type { LogLine } from "../read.ts";
import type { PartResult } from "./verify_parts.ts";
import { type Finding, type Missing, noCounts } from "./verify_result.ts";
import { Disproved, type Walked } from "../walk.ts";

/** A receipt says what is not so. The message follows the words "line N". */
export class Untrue extends Error {
  constructor(why: string) {
    super(why);
    this.name = "Untrue";
  }
}

export class Tally {
  readonly #counts = noCounts();
  #lines = 0;
  #line = 0;
  #first: PartResult["first"];
  #last: PartResult["last"];
  #bad: PartResult["bad"];

  /** The same lines, counted. */
  *lines(lines: Iterable<LogLine>): Generator<LogLine> {
    for (const line of lines) {
      this.#lines = line.number;
      yield line;
    }
  }

  /** A line has form, signature and place. */
  begin({ receipt: { seq, prev }, line }: Walked): void {
    this.#line = line;
    this.#first ??= { seq, prev, line };
  }

  /** It holds. @param finding of a decision */
  count({ receipt, digest }: Walked, finding: Finding | undefined): void {
    const counts = this.#counts;
    this.#last = { seq: receipt.seq, digest };
    counts.receipts++;
    if (finding === undefined) {
      counts[
        receipt.kind === "outcome" ? "outcomes" : receipt.kind === "act" ? "acts" : "repairs"
      ]++;
      if (receipt.mismatch !== undefined) counts.mismatched++;
      else if (receipt.outcome === "unknown") counts.untold++;
      return;
    }
    counts.decisions++;
    counts[finding]++;
    if (receipt.observed === true) counts.observed++;
  }

  /** A line does not hold: the one that the error names, or the one that was begun last. */
  stop(error: unknown): void {
    if (error instanceof Disproved) {
      this.#bad = { line: error.line, why: error.message };
      return;
    }
    const what = error instanceof Error ? error.message : String(error);
    // The key's holder can sign what no reader expects.
    const why = error instanceof Untrue ? what : `cannot be judged: ${what}`;
    this.#bad = { line: this.#line, why };
  }

  result(missing: readonly Missing[]): PartResult {
    return {
      lines: this.#lines,
      counts: this.#counts,
      missing,
      ...(this.#first === undefined ? {} : { first: this.#first }),
      ...(this.#last === undefined ? {} : { last: this.#last }),
      ...(this.#bad === undefined ? {} : { bad: this.#bad }),
    };
  }
}
