/** One side of a connection: a stream of messages in and out, over whatever carries them. */
import type { FrameProblem, Message } from "./message.ts";

export interface Wire {
  /** Begins to read. Resolves when messages can be sent. */
  start(): Promise<void>;
  /** Sends in the order of the calls. Resolves when the message has been handed to the system. */
  send(message: Message): Promise<void>;
  /** Ends the connection in an orderly way; what it started is gone when it resolves. */
  close(): Promise<void>;
  /** Reads nothing more before the promise has settled: who is flooded makes the sender wait. */
  hold?(until: Promise<unknown>): void;
  /** Told once a version has been agreed on. */
  setProtocolVersion?(version: string): void;
  onmessage?: (message: Message) => void;
  /** A line that is no message; the connection goes on. */
  onproblem?: (problem: FrameProblem) => void;
  /** The other side is gone. Called once, also after `close`. @param why for people */
  onclose?: (why: string) => void;
}
