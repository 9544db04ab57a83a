/**
 * The client at standard input and output. Nothing else may write on standard output: the client
 * takes every line there for a message.
 */
import type { FrameProblem, Message } from "../framing/message.ts";
import { type FrameLimits, frameLimits } from "../framing/read_frame.ts";
import type { Wire } from "../framing/wire.ts";
import { LineInput } from "./line_input.ts";
import { LineOutput } from "./line_output.ts";
import { WireError } from "./wire_error.ts";

export interface PipeEnds {
  /** Fills what it is given, in part; null at the end. */
  read(into: Uint8Array): Promise<number | null>;
  /** Writes what it is given, in part. */
  write(bytes: Uint8Array): Promise<number>;
}

export interface ClientPipeOptions {
  readonly ends?: PipeEnds;
  readonly limits?: FrameLimits;
  /** Milliseconds that `close` waits for a client that does not read. */
  readonly patience?: number;
}

// Writing without waiting for it would be faster, but a client that does not read before it has
// written everything would wait for us while we wait for it.
const standardEnds: PipeEnds = {
  read: (into) => Deno.stdin.read(into),
  write: (bytes) => Deno.stdout.write(bytes),
};
const pieceSize = 1 << 16;

export class ClientPipe implements Wire {
  onmessage?: (message: Message) => void;
  onproblem?: (problem: FrameProblem) => void;
  onclose?: (why: string) => void;
  readonly #input: LineInput;
  readonly #output: LineOutput;
  readonly #patience: number;
  #isClosed = false;
  #isGone = false;

  constructor(
    { ends = standardEnds, limits = frameLimits, patience = 2000 }: ClientPipeOptions = {},
  ) {
    const buffer = new Uint8Array(pieceSize);
    const read = async () => {
      const count = await ends.read(buffer);
      return count === null ? null : buffer.subarray(0, count);
    };
    this.#input = new LineInput(read, limits, {
      message: (message) => this.#isClosed || this.onmessage?.(message),
      problem: (problem) => this.#isClosed || this.onproblem?.(problem),
    });
    this.#output = new LineOutput(async (bytes) => {
      try {
        for (let rest = bytes; rest.length > 0;) rest = rest.subarray(await ends.write(rest));
      } catch (error) {
        this.#end("The client does not read any more");
        throw new WireError(`The client cannot be written to: ${(error as Error).message}`);
      }
    });
    this.#patience = patience;
  }

  start(): Promise<void> {
    this.#input.run().then(
      () => this.#end("The client has closed its end"),
      (error) => this.#end(`The client cannot be read from: ${error.message}`),
    );
    return Promise.resolve();
  }

  /** Also works while the client has only closed its own end. @throws {WireError} */
  send(message: Message): Promise<void> {
    return this.#output.send(message);
  }

  hold(until: Promise<unknown>): void {
    this.#input.hold(until);
  }

  /** What was sent before is written first. */
  async close(): Promise<void> {
    let timer;
    const late = new Promise((resolve) => timer = setTimeout(resolve, this.#patience));
    await Promise.race([this.#output.idle, late]);
    clearTimeout(timer);
    this.#isClosed = true;
    this.#output.fail(new WireError("The connection to the client is closed"));
    this.#end("Closed");
  }

  #end(why: string): void {
    if (this.#isGone) return;
    this.#isGone = true;
    this.onclose?.(why);
  }
}
