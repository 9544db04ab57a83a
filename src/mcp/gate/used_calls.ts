/**
 * The calls that this process has begun to judge. Their receipts say so too, but later: two requests
 * may name one call at the same moment, and a receipt may be lost.
 */

/** Older ones are in the log, or nobody waits for them any more. */
const mostKept = 16_384;

export class UsedCalls {
  readonly #turns = new Map<string, symbol>();

  /** Takes the call for one request. @returns false when another request has it */
  claim(call: string, turn: symbol): boolean {
    const holder = this.#turns.get(call);
    if (holder !== undefined) return holder === turn;
    this.#turns.set(call, turn);
    if (this.#turns.size > mostKept) this.#forgetOldest();
    return true;
  }

  #forgetOldest(): void {
    for (const call of this.#turns.keys()) {
      this.#turns.delete(call);
      return;
    }
  }
}
