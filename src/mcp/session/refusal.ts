/** A request that is answered with a JSON-RPC error. */
import { denialOf } from "../../authorizer/denial.ts";
import {
  errorCodes,
  type Failure,
  failure,
  type RequestId,
  type ResponseError,
} from "../framing/message.ts";
import { ServerUnavailable } from "../connection/server_question.ts";

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

/** The answer to a request that has no result; undefined when nobody waits for one. */
export function errorAnswer(id: RequestId, error: unknown): Failure | undefined {
  if (error instanceof Cancelled) return undefined;
  if (error instanceof Refusal || error instanceof ServerRefusal) {
    return { jsonrpc: "2.0", id, error: error.error };
  }
  if (error instanceof ServerUnavailable) return failure(id, errorCodes.internal, error.message);
  const { code, message } = denialOf(error);
  return failure(id, errorCodes.refused, `Tenuo refused (${code}): ${message}`);
}
