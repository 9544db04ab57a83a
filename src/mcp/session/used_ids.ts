/** Ids that a peer has used: within a session each of its requests must have one of its own. */
import type { RequestId } from "../framing/message.ts";

/** Older ids are forgotten: beyond this nobody waits for an answer any more. */
const mostKept = 65_536;

export class UsedIds {
  readonly #used = new Set<RequestId>();
  readonly #open = new Set<RequestId>();

  /** Enters a new request. @returns how the id was used before; undefined when it was not */
  begin(id: RequestId): "open" | "used" | undefined {
    if (this.#open.has(id)) return "open";
    if (this.#used.has(id)) return "used";
    this.#open.add(id);
    this.#used.add(id);
    if (this.#used.size > mostKept) this.#forgetOldest();
    return undefined;
  }

  #forgetOldest(): void {
    for (const id of this.#used) {
      this.#used.delete(id);
      return;
    }
  }

  end(id: RequestId): void {
    this.#open.delete(id);
  }

  isOpen(id: RequestId): boolean {
    return this.#open.has(id);
  }
}
