/**
 * A stream of server-sent events on its way to the SDK. The messages in it are read here, strictly;
 * the SDK, which keeps the sessions and takes up streams that break, is only told what it needs for
 * that: the ids of events, when to try again, and that there was an answer.
 */
import { LineSplitter } from "../framing/line_splitter.ts";
import {
  errorCodes,
  type FrameProblem,
  isResponse,
  type Message,
  type RequestId,
} from "../framing/message.ts";
import { type FrameLimits, readFrame, tooLong } from "../framing/read_frame.ts";
import { concatenate } from "./concatenate.ts";

export interface EventListener {
  message(message: Message): void;
  problem(problem: FrameProblem): void;
}

const longestEventId = 1024;
/** Milliseconds: who says less would have us ask without a pause. */
const [shortestRetry, longestRetry] = [100, 60_000];
const lineFeed = Uint8Array.of(0x0a);

export class EventScreen {
  readonly #limits: FrameLimits;
  readonly #listener: EventListener;
  readonly #splitter: LineSplitter;
  #data: Uint8Array[] = [];
  #size = 0;
  #isTooLong = false;
  #type = "";
  #fields: string[] = [];
  #output: string[] = [];
  /** An event had an id, so that the stream can be taken up again where it broke. */
  canResume = false;

  constructor(limits: FrameLimits, listener: EventListener) {
    this.#limits = limits;
    this.#listener = listener;
    // The name of the field and the blank after it are no part of the message.
    this.#splitter = new LineSplitter(limits.bytes + "data: ".length, {
      line: (line) => this.#line(line),
      problem: (problem) => listener.problem({ ...problem, ...tooLong(limits.bytes) }),
    }, true);
  }

  /** The next bytes. @returns the events that the SDK is given for them, empty for none */
  push(bytes: Uint8Array): Uint8Array {
    this.#splitter.push(bytes);
    return new TextEncoder().encode(this.#output.splice(0).join(""));
  }

  #line(line: Uint8Array): void {
    if (line.length === 0) return this.#dispatch();
    const colon = line.indexOf(0x3a);
    const end = colon === -1 ? line.length : colon;
    const start = colon !== -1 && line[colon + 1] === 0x20 ? end + 2 : end + 1;
    const [name, value] = [textOf(line.subarray(0, Math.min(end, 16))), line.subarray(start)];
    if (name === "data") this.#append(value);
    else if (name === "event") this.#type = textOf(value.subarray(0, 64));
    else if (name === "id" && value.length <= longestEventId && !value.includes(0)) {
      this.canResume ||= value.length > 0;
      this.#fields.push(`id: ${textOf(value)}\n`);
    } else if (name === "retry" && value.length < 10 && /^[0-9]+$/.test(textOf(value))) {
      const delay = Math.min(Math.max(Number(textOf(value)), shortestRetry), longestRetry);
      this.#fields.push(`retry: ${delay}\n`);
    }
  }

  #append(value: Uint8Array): void {
    this.#size += value.length + 1;
    if (this.#size > this.#limits.bytes + 1) this.#isTooLong = true;
    if (this.#isTooLong) this.#data = [];
    else this.#data.push(value.slice());
  }

  #dispatch(): void {
    const isMessage = this.#type === "" || this.#type === "message";
    const answered = isMessage && this.#size > 1 ? this.#read() : undefined;
    if (answered !== undefined) {
      const stub = { jsonrpc: "2.0", id: answered, result: {} };
      this.#fields.push(`data: ${JSON.stringify(stub)}\n`);
    } else if (this.#fields.length > 0) {
      // An event without data is none, and its id would be lost.
      this.#fields.push("data:\n");
    }
    if (this.#fields.length > 0) this.#output.push(...this.#fields.splice(0), "\n");
    this.#data = [];
    this.#size = 0;
    this.#isTooLong = false;
    this.#type = "";
  }

  /** @returns the id of the request that was answered */
  #read(): RequestId | undefined {
    if (this.#isTooLong) {
      this.#listener.problem(tooLong(this.#limits.bytes));
      return undefined;
    }
    const lines = this.#data.flatMap((line, index) => index === 0 ? [line] : [lineFeed, line]);
    const message = readFrame(
      lines.length === 1 ? lines[0] as Uint8Array : concatenate(lines),
      this.#limits,
    );
    if ("why" in message) {
      this.#listener.problem(message);
      return undefined;
    }
    this.#listener.message(message);
    return isResponse(message) ? message.id ?? undefined : undefined;
  }
}

/** What is reported of a request whose answer ended without one. */
export function unanswered(id: RequestId): FrameProblem {
  return { code: errorCodes.internal, why: "The server ended its answer before it was whole", id };
}

function textOf(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}
