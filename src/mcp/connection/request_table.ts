/**
 * Requests that one peer was sent and has not answered, under ids of the proxy's own: the sides of a
 * proxy number their requests independently.
 */
import type { RequestId, Response } from "../framing/message.ts";

/** What the other peer was asked. */
export interface Asked {
  readonly method: string;
  /** The id that the asking side gave it; undefined for the proxy's own requests. */
  readonly from?: RequestId;
  /** The token under which the asked side may report progress. */
  readonly progressToken?: RequestId;
  /** Called once, with the answer or with why there will be none. */
  readonly settle: (answer: Response | Unanswered) => void;
}

/** Why a request has no answer. */
export interface Unanswered {
  readonly unanswered: "gone" | "timeout" | "cancelled" | "malformed";
  /** One sentence, for people. */
  readonly why: string;
}

export function isUnanswered(answer: object): answer is Unanswered {
  return "unanswered" in answer;
}

interface Entry extends Asked {
  timer?: ReturnType<typeof setTimeout>;
  readonly restart?: () => void;
}

const mostAbandoned = 1024;

/** The open requests to one peer. */
export class RequestTable {
  #next = 1;
  readonly #open = new Map<RequestId, Entry>();
  readonly #byOrigin = new Map<RequestId, number>();
  readonly #byToken = new Map<RequestId, number>();
  readonly #isPaused: () => boolean;
  /** Ids given up on, whose answers may still be under way. */
  readonly #abandoned = new Set<RequestId>();

  /** @param isPaused true while the time of open requests does not run out */
  constructor(isPaused: () => boolean = () => false) {
    this.#isPaused = isPaused;
  }

  get size(): number {
    return this.#open.size;
  }

  /**
   * Enters a request and returns the id to send it under.
   *
   * @param seconds how long the answer, or a word of progress, may take
   * @param expired called when it took longer, before the request is settled
   */
  enter(asked: Asked, seconds?: number, expired?: (id: number) => void): number {
    const id = this.#next++;
    if (asked.from !== undefined) this.#byOrigin.set(asked.from, id);
    if (asked.progressToken !== undefined) this.#byToken.set(asked.progressToken, id);
    if (seconds === undefined) {
      this.#open.set(id, asked);
      return id;
    }
    const arm = (): ReturnType<typeof setTimeout> =>
      setTimeout(() => {
        if (this.#isPaused()) {
          entry.timer = arm();
          return;
        }
        expired?.(id);
        this.settle(id, { unanswered: "timeout", why: `no answer within ${seconds} s` });
      }, seconds * 1000);
    const entry: Entry = {
      ...asked,
      timer: arm(),
      restart: () => {
        clearTimeout(entry.timer);
        entry.timer = arm();
      },
    };
    this.#open.set(id, entry);
    return id;
  }

  /** Settles a request. False when none is open under this id. */
  settle(id: RequestId | null, answer: Response | Unanswered): boolean {
    const entry = id === null ? undefined : this.#open.get(id);
    if (id === null || entry === undefined) return false;
    this.#open.delete(id);
    const { from, progressToken } = entry;
    if (from !== undefined && this.#byOrigin.get(from) === id) this.#byOrigin.delete(from);
    if (progressToken !== undefined && this.#byToken.get(progressToken) === id) {
      this.#byToken.delete(progressToken);
    }
    if (isUnanswered(answer)) this.#abandon(id);
    clearTimeout(entry.timer);
    entry.settle(answer);
    return true;
  }

  #abandon(id: RequestId): void {
    this.#abandoned.add(id);
    if (this.#abandoned.size <= mostAbandoned) return;
    for (const oldest of this.#abandoned) {
      this.#abandoned.delete(oldest);
      return;
    }
  }

  /** Whether an answer comes to a request that was given up on. True once for each. */
  isLate(id: RequestId | null): boolean {
    return id !== null && this.#abandoned.delete(id);
  }

  /** Settles all open requests in the order they were made. */
  settleAll(answer: Unanswered): void {
    for (const id of this.open()) this.settle(id, answer);
  }

  /** Our ids of the open requests, oldest first. */
  open(): RequestId[] {
    return [...this.#open.keys()];
  }

  /** The open request under one of our ids. */
  at(id: RequestId): Asked | undefined {
    return this.#open.get(id);
  }

  /** Our id of the open request that the asking side knows as `from`. */
  idOf(from: RequestId): RequestId | undefined {
    return this.#byOrigin.get(from);
  }

  /** Whether an open request may be reported on under this token; if so its time starts anew. */
  progressed(token: unknown): boolean {
    if (typeof token !== "string" && typeof token !== "number") return false;
    const id = this.#byToken.get(token);
    const entry = id === undefined ? undefined : this.#open.get(id);
    entry?.restart?.();
    return entry !== undefined;
  }
}
