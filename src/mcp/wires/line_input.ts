/** Messages off a stream of bytes, each a line. */
import { LineSplitter } from "../framing/line_splitter.ts";
import type { FrameProblem, Message } from "../framing/message.ts";
import { type FrameLimits, readFrame } from "../framing/read_frame.ts";
import { turn } from "./event_turn.ts";

export interface LineInputListener {
  message(message: Message): void;
  problem(problem: FrameProblem): void;
}

export class LineInput {
  readonly #read: () => Promise<Uint8Array | null>;
  readonly #listener: LineInputListener;
  readonly #limits: FrameLimits;
  readonly #holds: Promise<unknown>[] = [];

  /** @param read the next bytes, valid until the next call; null at the end */
  constructor(
    read: () => Promise<Uint8Array | null>,
    limits: FrameLimits,
    listener: LineInputListener,
  ) {
    this.#read = read;
    this.#limits = limits;
    this.#listener = listener;
  }

  /** Reads nothing more before the promise has settled. */
  hold(until: Promise<unknown>): void {
    this.#holds.push(until);
  }

  /** Resolves at the end of the stream. @throws what `read` or the listener throws */
  async run(): Promise<void> {
    const splitter = new LineSplitter(this.#limits.bytes, {
      line: (bytes) => {
        const message = readFrame(bytes, this.#limits);
        if ("why" in message) this.#listener.problem(message);
        else this.#listener.message(message);
      },
      problem: (problem) => this.#listener.problem(problem),
    });
    for (;;) {
      await turn();
      const piece = await this.#read();
      if (piece === null) break;
      splitter.push(piece);
      while (this.#holds.length > 0) await Promise.allSettled(this.#holds.splice(0));
    }
    splitter.end();
  }
}
