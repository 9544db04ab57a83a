import { bytes } from "./workspace.ts";

/** Counts what passed, failed and was skipped, says the failures, and closes with one line. */
export class Tally {
  #passed = 0;
  #failed = 0;
  #skipped = 0;

  /** Adds `passed` and `failed` results that were shown elsewhere. */
  count(passed: number, failed: number): void {
    this.#passed += passed;
    this.#failed += failed;
  }

  /** Adds one result: it passed when nothing is `wrong`. */
  add(name: string, wrong: readonly string[]): void {
    this.count(wrong.length === 0 ? 1 : 0, wrong.length === 0 ? 0 : 1);
    console.log(`${wrong.length === 0 ? "ok    " : "FAILED"} ${name}`);
    for (const line of wrong) console.log(`         ${line}`);
  }

  /** Adds a size that must not exceed its limit. */
  limit(name: string, size: number, most: number): void {
    const text = `${name}: ${bytes(size)}, limit ${bytes(most)}`;
    this.add(text, size <= most ? [] : [`over the limit by ${bytes(size - most)}`]);
  }

  /** Says by name what was not run, and why. */
  skip(name: string, why: string): void {
    this.#skipped += 1;
    console.log(`skipped ${name}: ${why}`);
  }

  /** Prints the closing line and returns the exit code. */
  close(): number {
    const skipped = this.#skipped === 0 ? "" : `, ${this.#skipped} skipped`;
    console.log(`${this.#passed} passed, ${this.#failed} failed${skipped}`);
    return this.#failed === 0 ? 0 : 1;
  }
}
