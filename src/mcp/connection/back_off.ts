/** When a server that has ended is started again: sooner at first, later each time it fails in a row. */

/** Milliseconds. */
const [first, longest] = [250, 30_000];
/** A server that ran for as many milliseconds has not failed in a row. */
const steady = 60_000;
/** Restarts without anybody asking. */
const mostOwn = 5;

export class BackOff {
  readonly #now: () => number;
  #failures = 0;
  #at = 0;

  /** @param now milliseconds, for tests */
  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  /** The server has ended, or could not be started. @param since when it was started, if it was */
  failed(since?: number): void {
    const now = this.#now();
    if (since !== undefined && now - since >= steady) this.#failures = 0;
    this.#failures++;
    this.#at = now + Math.min(longest, first * 2 ** (this.#failures - 1));
  }

  /** Milliseconds until the next start; 0 when it may be now. */
  get wait(): number {
    return Math.max(0, this.#at - this.#now());
  }

  /** True when only somebody who asks for the server gets it started again. */
  get isTired(): boolean {
    return this.#failures > mostOwn;
  }

  /** A person, or the policy, wants it otherwise. */
  forget(): void {
    [this.#failures, this.#at] = [0, 0];
  }
}
