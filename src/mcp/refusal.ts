/** A request that is answered with a JSON-RPC error. */
import { errorCodes, type ResponseError } from "./framing/message.ts";

export class Refusal extends Error {
  readonly error: ResponseError;

  constructor(code: keyof typeof errorCodes, message: string) {
    super(message);
    this.name = "Refusal";
    this.error = { code: errorCodes[code], message };
  }
}

/** What a server answered instead of a result; handed on as it is. */
export class ServerRefusal extends Error {
  constructor(readonly error: ResponseError) {
    super(error.message);
    this.name = "ServerRefusal";
  }
}

/** Nobody waits for the answer any more. */
export class Cancelled extends Error {
  constructor() {
    super("Cancelled by the client");
    this.name = "Cancelled";
  }
}
