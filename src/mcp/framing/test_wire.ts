/** Two wires that are each other's other side, for tests: what one sends, the other is told. */
import type { FrameProblem, Message } from "./message.ts";
import { readFrame } from "./read_frame.ts";
import type { Wire } from "./wire.ts";
import { writeFrame } from "./write_frame.ts";

export class TestWire implements Wire {
  onmessage?: (message: Message) => void;
  onproblem?: (problem: FrameProblem) => void;
  onclose?: (why: string) => void;
  /** Whatever the other side was sent. */
  readonly sent: Message[] = [];
  /** The version that was agreed on. */
  version: string | undefined;
  #other: TestWire | undefined;
  #waiting: Uint8Array[] = [];
  #isStarted = false;
  #isClosed = false;

  /** Two wires that are connected with each other. */
  static pair(): [TestWire, TestWire] {
    const [one, other] = [new TestWire(), new TestWire()];
    one.#other = other;
    other.#other = one;
    return [one, other];
  }

  /** Tells what came before it. */
  start(): Promise<void> {
    this.#isStarted = true;
    for (const line of this.#waiting.splice(0)) queueMicrotask(() => this.#read(line));
    return Promise.resolve();
  }

  /** @throws {Error} when the wire is closed */
  async send(message: Message): Promise<void> {
    if (this.#isClosed) throw new Error("The wire is closed");
    this.sent.push(message);
    await this.#other?.receive(writeFrame(message).subarray(0, -1));
  }

  /** A line as the other side could have sent it, a message or not. */
  receive(line: Uint8Array | string): Promise<void> {
    const bytes = typeof line === "string" ? new TextEncoder().encode(line) : line;
    if (this.#isStarted) queueMicrotask(() => this.#read(bytes));
    else this.#waiting.push(bytes);
    return Promise.resolve();
  }

  #read(line: Uint8Array): void {
    if (this.#isClosed) return;
    const message = readFrame(line);
    if ("why" in message) this.onproblem?.(message);
    else this.onmessage?.(message);
  }

  /** Ends both sides. @param why what the other one is told */
  async close(why = "The other side has closed the connection"): Promise<void> {
    this.#end("Closed");
    await this.#other?.lose(why);
  }

  /** As if the other side had gone without a word. */
  lose(why: string): Promise<void> {
    queueMicrotask(() => this.#end(why));
    return Promise.resolve();
  }

  #end(why: string): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.onclose?.(why);
  }

  setProtocolVersion(version: string): void {
    this.version = version;
  }
}
