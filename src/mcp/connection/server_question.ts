/** What a server is asked, and what came of it. */
import type { Members, RequestId, Response } from "../framing/message.ts";

/** One request of the client's, or of the proxy's own. */
export interface Question {
  readonly method: string;
  readonly params?: Members;
  /** The client's id and progress token. */
  readonly from?: RequestId;
  readonly progressToken?: RequestId;
  readonly seconds: number;
  /** What the server said of itself that it was decided about; another start of it is not asked. */
  readonly meant?: Members;
}

export interface Answered {
  readonly response: Response;
}

/** The server could not be started, or does not speak the protocol. */
export class ServerUnavailable extends Error {
  constructor(message: string) {
    super(message);
    this.name = "ServerUnavailable";
  }
}
