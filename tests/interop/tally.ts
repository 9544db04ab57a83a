/** Counts of a run, and what went wrong in it. */
import { type Case, explained } from "./disagreements.ts";

interface Count {
  allowed: number;
  denied: number;
  explained: number;
  near: number;
}

export class Tally {
  readonly #counts = new Map<string, Count>();
  readonly #reasons = new Map<string, number>();
  readonly #failures: string[] = [];
  passed = 0;

  #count(group: string): Count {
    const count = this.#counts.get(group) ?? { allowed: 0, denied: 0, explained: 0, near: 0 };
    this.#counts.set(group, count);
    return count;
  }

  fail(message: string): void {
    this.#failures.push(message);
  }

  check(holds: boolean, message: string): void {
    if (holds) this.passed++;
    else this.fail(message);
  }

  /** Compares two answers to one case; null is an allowed call. */
  compare(
    group: string,
    here: string | null,
    library: string | null,
    one: Case,
    near = false,
  ): void {
    const count = this.#count(group);
    if (near) count.near++;
    const text = JSON.stringify({ ...one, here, library });
    const reason = library === null ? explained(one) : undefined;
    if (here === null && library !== null) {
      return this.fail(`${group}: wider than the library: ${text}`);
    }
    if (here !== null && library === null) {
      if (reason === undefined) return this.fail(`${group}: stricter without a reason: ${text}`);
      count.explained++;
      this.#reasons.set(reason, (this.#reasons.get(reason) ?? 0) + 1);
    } else {
      if (reason !== undefined) return this.fail(`${group}: ${reason} does not hold: ${text}`);
      if (here === null) count.allowed++;
      else count.denied++;
    }
    this.passed++;
  }

  get total(): number {
    return [...this.#counts.values()].reduce(
      (sum, { allowed, denied, explained }) => sum + allowed + denied + explained,
      0,
    );
  }

  get allowed(): number {
    return [...this.#counts.values()].reduce((sum, { allowed }) => sum + allowed, 0);
  }

  near(group: string): number {
    return this.#counts.get(group)?.near ?? 0;
  }

  /** Prints everything; returns whether nothing failed. */
  report(): boolean {
    for (const [group, { allowed, denied, explained, near }] of this.#counts) {
      console.log(
        `${
          group.padEnd(34)
        } ${allowed} allowed, ${denied} denied, ${explained} stricter here, ${near} near misses`,
      );
    }
    for (const [reason, count] of this.#reasons) console.log(`stricter here: ${reason}: ${count}`);
    for (const failure of this.#failures.slice(0, 40)) console.log(`FAILED ${failure}`);
    console.log(`${this.passed} passed, ${this.#failures.length} failed`);
    return this.#failures.length === 0;
  }
}
