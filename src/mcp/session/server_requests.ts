/** What a server asks of the client, as far as the policy grants it. */
import { denialOf } from "../../authorizer/denial.ts";
import {
  errorCodes,
  failure,
  type Members,
  objectIn,
  type Request,
  type RequestId,
  type Response,
} from "../framing/message.ts";
import { progressTokenOf } from "./meta.ts";
import { type Grant, methodOf } from "../methods.ts";
import { isUnanswered, RequestTable } from "../connection/request_table.ts";

/** What a server may have asked without an answer yet. */
const mostOpen = 64;

export interface ServerRequestsOptions {
  /** The client's capabilities, as it told them. */
  readonly capabilities: () => unknown;
  readonly grants: () => ReadonlySet<Grant>;
  /** Throws a Denial when nothing is in force that grants anything. */
  readonly requireInForce: () => Promise<void>;
  readonly sendToClient: (message: Request) => Promise<void>;
  readonly notifyClient: (method: string, params: Members) => void;
  readonly answerServer: (response: Response) => void;
}

/** The capability that a client has when it answers a method. */
const needed: { readonly [method: string]: string } = {
  "sampling/createMessage": "sampling",
  "elicitation/create": "elicitation",
  "roots/list": "roots",
};

function inUse(id: RequestId): Response {
  return failure(null, errorCodes.invalidRequest, `The id ${JSON.stringify(id)} is in use`);
}

function tooMany(id: RequestId): Response {
  return failure(id, errorCodes.internal, `${mostOpen} requests have no answer yet`);
}

/** The requests of one server to the client. */
export class ServerRequests {
  readonly #options: ServerRequestsOptions;
  readonly #table = new RequestTable();
  /** Ids of those that are looked at: a server may take one back before it is handed on. */
  readonly #looked = new Set<RequestId>();
  /** Which start of the server asked; answers to an earlier one have nobody to go to. */
  #start = 0;

  constructor(options: ServerRequestsOptions) {
    this.#options = options;
  }

  /** Answers a request, or hands it on. */
  async take(request: Request): Promise<void> {
    const { id, method, params } = request;
    const { answerServer, sendToClient } = this.#options;
    if (method === "ping") return answerServer({ jsonrpc: "2.0", id, result: {} });
    if (this.#looked.has(id)) return answerServer(inUse(id));
    if (this.#looked.size >= mostOpen) return answerServer(tooMany(id));
    this.#looked.add(id);
    const start = this.#start;
    const outOfForce = await this.#outOfForce(request);
    if (start !== this.#start || !this.#looked.delete(id)) return;
    const refusal = outOfForce ?? this.#refusal(request);
    if (refusal !== undefined) return answerServer(refusal);
    const progressToken = progressTokenOf(params);
    const own = this.#table.enter({
      method,
      from: id,
      ...(progressToken === undefined ? {} : { progressToken }),
      settle: (answer) => {
        if (start !== this.#start || isUnanswered(answer)) return;
        answerServer({ ...answer, id });
      },
    });
    const failed = () => this.#table.settle(own, failure(own, errorCodes.internal, "No client"));
    void sendToClient({ ...request, id: own }).catch(failed);
  }

  async #outOfForce({ id, method }: Request): Promise<Response | undefined> {
    if (methodOf("request", "server", method)?.grant === undefined) return undefined;
    try {
      await this.#options.requireInForce();
      return undefined;
    } catch (error) {
      return failure(id, errorCodes.refused, denialOf(error).message);
    }
  }

  #refusal({ id, method }: Request): Response | undefined {
    const known = methodOf("request", "server", method);
    const name = method.slice(0, 100);
    const refuse = (code: keyof typeof errorCodes, why: string) =>
      failure(id, errorCodes[code], why);
    if (known === undefined || known.handling === "refuse") {
      return refuse("methodNotFound", `${name} is not passed on`);
    }
    try {
      if (known.grant !== undefined && !this.#options.grants().has(known.grant)) {
        return refuse("methodNotFound", `${name} is not granted by the policy`);
      }
    } catch (error) {
      return refuse("refused", denialOf(error).message);
    }
    const capability = Object.hasOwn(needed, method) ? needed[method] : undefined;
    const capabilities = this.#options.capabilities();
    if (capability !== undefined && objectIn(capabilities, capability) === undefined) {
      return refuse("methodNotFound", `The client has no ${capability}`);
    }
    if (this.#table.idOf(id) !== undefined) return inUse(id);
    return this.#table.size >= mostOpen ? tooMany(id) : undefined;
  }

  /** Whether a person or a model has yet to answer: nobody says how long that takes. */
  get isWaiting(): boolean {
    return this.#table.open().some((id) => {
      const method = this.#table.at(id)?.method ?? "";
      return methodOf("request", "server", method)?.grant !== undefined;
    });
  }

  /** The client's answer. False when nobody asked. */
  settle(response: Response): boolean {
    return this.#table.settle(response.id, response) || this.#table.isLate(response.id);
  }

  /** The server takes a request back. */
  cancel(params: Members | undefined): void {
    const from = params?.requestId;
    if (typeof from !== "string" && typeof from !== "number") return;
    const id = this.#table.idOf(from);
    if (id === undefined) return void this.#looked.delete(from);
    this.#options.notifyClient("notifications/cancelled", { ...params, requestId: id });
    this.#table.settle(id, { unanswered: "cancelled", why: "cancelled by the server" });
  }

  /** Whether the client may report progress under this token. */
  progressed(token: unknown): boolean {
    return this.#table.progressed(token);
  }

  /** The server that asked is gone: nobody waits any more. */
  abandon(): void {
    this.#start++;
    this.#looked.clear();
    for (const id of this.#table.open()) {
      const reason = "the server is gone";
      this.#options.notifyClient("notifications/cancelled", { requestId: id, reason });
    }
    this.#table.settleAll({ unanswered: "gone", why: "the server is gone" });
  }
}
