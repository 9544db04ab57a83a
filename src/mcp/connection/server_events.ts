/** What comes from a server of its own accord. */
import type { FrameProblem, Notification, Request } from "../framing/message.ts";

/** What the proxy does with what a server says of its own accord. */
export interface ServerEvents {
  request(request: Request): void;
  notification(notification: Notification): void;
  /** A line that is no message, or an answer to nothing. */
  problem(problem: FrameProblem): void;
  /** The server is gone. */
  lost(why: string): void;
  /** It has been started again, with the same handshake. */
  returned(): void;
  /** True while it waits for a person or a model. */
  isWaiting?(): boolean;
}
