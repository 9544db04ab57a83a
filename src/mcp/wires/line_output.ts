/** Messages onto a stream of bytes, each a line, in the order in which they were sent. */
import type { Message } from "../framing/message.ts";
import { writeFrame } from "../framing/write_frame.ts";
import { concatenate } from "./concatenate.ts";

/** Lines that wait while another is written go out together, up to this many bytes. */
const gathered = 1 << 16;

interface Waiting {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

export class LineOutput {
  readonly #write: (bytes: Uint8Array<ArrayBuffer>) => Promise<void>;
  #waiting: Waiting[] = [];
  #isWriting = false;
  #written: Promise<void> = Promise.resolve();
  #failure: Error | undefined;

  /** @param write writes all of the bytes, or throws; nothing else may write meanwhile */
  constructor(write: (bytes: Uint8Array<ArrayBuffer>) => Promise<void>) {
    this.#write = write;
  }

  /** Resolves when the message has been written. A promise that nobody looks at does no harm. */
  send(message: Message): Promise<void> {
    const sent = this.#failure === undefined
      ? new Promise<void>((resolve, reject) => {
        this.#waiting.push({ bytes: writeFrame(message), resolve, reject });
        if (!this.#isWriting) this.#written = this.#drain();
      })
      : Promise.reject(this.#failure);
    sent.catch(() => {});
    return sent;
  }

  /** Resolves when nothing waits any more, whether it was written or not. */
  get idle(): Promise<void> {
    return this.#written;
  }

  /** Gives up what waits, and what is sent from now on. */
  fail(error: Error): void {
    this.#failure ??= error;
    for (const { reject } of this.#waiting.splice(0)) reject(this.#failure);
  }

  async #drain(): Promise<void> {
    this.#isWriting = true;
    while (this.#waiting.length > 0) {
      const batch = this.#waiting;
      this.#waiting = [];
      for (let start = 0; start < batch.length;) {
        const end = endOfPart(batch, start);
        await this.#writePart(batch.slice(start, end));
        start = end;
      }
    }
    this.#isWriting = false;
  }

  async #writePart(part: readonly Waiting[]): Promise<void> {
    try {
      if (this.#failure !== undefined) throw this.#failure;
      await this.#write(joined(part));
      for (const { resolve } of part) resolve();
    } catch (error) {
      this.fail(error instanceof Error ? error : new Error(String(error)));
      for (const { reject } of part) reject(this.#failure as Error);
    }
  }
}

function endOfPart(batch: readonly Waiting[], start: number): number {
  let [end, size] = [start, 0];
  while (end < batch.length) {
    size += batch[end]?.bytes.length ?? 0;
    if (size > gathered && end > start) break;
    end++;
  }
  return end;
}

function joined(part: readonly Waiting[]): Uint8Array<ArrayBuffer> {
  const [first] = part;
  if (first !== undefined && part.length === 1) return first.bytes;
  return concatenate(part.map(({ bytes }) => bytes));
}
