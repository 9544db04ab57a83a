/**
 * The proxy of one MCP server: the client talks to it and never to the server. What the client asks
 * is answered, handed on or decided first (client_requests.ts), what the server asks is handed on
 * where the policy grants it (server_requests.ts), and lines that are no messages go nowhere.
 */
import type { Place } from "../authorizer/authority.ts";
import { answerClient } from "./session/client_requests.ts";
import { type ClientSession, isSubscribed } from "./session/client_session.ts";
import {
  errorCodes,
  failure,
  type FrameProblem,
  isNotification,
  isRequest,
  type Members,
  type Message,
  type Notification,
  type Request,
  type RequestId,
  result,
} from "./framing/message.ts";
import type { Wire } from "./framing/wire.ts";
import { GovernedServer, type OpenServer } from "./gate/governed_server.ts";
import { isGranted } from "./gate/granted_lists.ts";
import { methodOf } from "./methods.ts";
import { errorAnswer, Refusal } from "./session/refusal.ts";
import { requireInForce } from "./gate/in_force.ts";
import { ServerRequests } from "./session/server_requests.ts";
import { presentable } from "./session/results.ts";
import { recordProblem } from "./gate/tool_gate.ts";
import { UsedIds } from "./session/used_ids.ts";

export interface ProxyOptions {
  /** The server's name in the policy. */
  readonly server: string;
  /** Finds the project and its pinned root. @throws {Denial} */
  readonly locate: () => Place;
  readonly client: Wire;
  readonly open: OpenServer;
}

/** Receipts for lines that are no messages, and such lines before the connection is given up. */
const [mostRecorded, mostProblems] = [100, 10_000];
/** Messages that may wait for a client that does not read, before the server has to wait too. */
const mostUnsent = 1_000;

export class Proxy {
  readonly #client: Wire;
  readonly #locate: () => Place;
  readonly #server: GovernedServer;
  readonly #asked: ServerRequests;
  readonly #ids = new UsedIds();
  readonly #cancelled = new Set<RequestId>();
  readonly #session: ClientSession;
  #capabilities: unknown;
  #greeted: "no" | "begun" | "yes" = "no";
  #problems = { client: 0, server: 0 };
  #unsent = 0;
  #end: (why: string) => void = () => {};

  constructor({ server, locate, client, open }: ProxyOptions) {
    [this.#client, this.#locate] = [client, locate];
    this.#server = new GovernedServer(server, locate, open, {
      request: (request) => void this.#asked.take(request),
      notification: (notification) => void this.#fromServer(notification),
      problem: (problem) => void this.#problem("server", problem),
      lost: () => this.#asked.abandon(),
      returned: () => void this.#restored(),
      isWaiting: () => this.#asked.isWaiting,
      changed: () => this.#notify("notifications/tools/list_changed"),
    });
    const { connection } = this.#server;
    this.#asked = new ServerRequests({
      capabilities: () => this.#capabilities,
      grants: () => this.#server.served().grants,
      requireInForce: () => requireInForce(this.#locate(), this.#server, true),
      sendToClient: (request) => this.#send(request),
      notifyClient: (method, params) => this.#notify(method, params),
      answerServer: (response) => void connection.exchange.answer(response),
    });
    this.#session = {
      server: this.#server,
      locate,
      subscribed: new Set(),
      isCancelled: ({ id }) => this.#cancelled.has(id),
    };
  }

  /** Ends the session; `run` returns. */
  stop(why: string): void {
    this.#end(why);
  }

  /** Serves the client until it leaves. Returns why it ended. */
  async run(): Promise<string> {
    const ended = new Promise<string>((done) => this.#end = done);
    const client = this.#client;
    client.onmessage = (message) => this.#fromClient(message);
    client.onproblem = (problem) => void this.#problem("client", problem);
    client.onclose = (why) => this.#end(why);
    await client.start();
    const unwatch = this.#server.watch();
    const why = await ended;
    unwatch();
    await this.#server.connection.close();
    await client.close();
    return why;
  }

  async #send(message: Message): Promise<void> {
    this.#unsent++;
    const sent = this.#client.send(message).finally(() => this.#unsent--);
    if (this.#unsent > mostUnsent) this.#server.connection.hold(sent);
    await sent;
  }

  #notify(method: string, params?: Members): void {
    const message = { jsonrpc: "2.0", method, ...(params === undefined ? {} : { params }) };
    void this.#send(message as Notification).catch(() => {});
  }

  #fromClient(message: Message): void {
    if (isRequest(message)) void this.#request(message);
    else if (isNotification(message)) this.#clientNotification(message);
    else if (!this.#asked.settle(message)) {
      const why = `An answer to ${JSON.stringify(message.id)}, which nobody asked`;
      void this.#problem("client", { code: errorCodes.invalidRequest, why });
    }
  }

  async #request(request: Request): Promise<void> {
    const { id } = request;
    const before = this.#ids.begin(id);
    if (before !== undefined) {
      const why = `The id ${JSON.stringify(id)} was used before`;
      // Answered under its own id, the one that is open would seem to be meant.
      const named = before === "open" ? {} : { id };
      return await this.#problem("client", { code: errorCodes.invalidRequest, why, ...named });
    }
    let answer: Message | undefined;
    try {
      answer = result(id, await this.#result(request));
    } catch (error) {
      answer = errorAnswer(id, error);
    }
    this.#ids.end(id);
    this.#cancelled.delete(id);
    if (answer !== undefined) await this.#send(answer).catch(() => {});
  }

  async #result(request: Request): Promise<Members> {
    const { method, params = {} } = request;
    if (method === "ping") return {};
    if (method === "initialize") return await this.#greet(params);
    if (this.#greeted === "no" && methodOf("request", "client", method)?.handling !== "refuse") {
      throw new Refusal("invalidRequest", `${method.slice(0, 100)} comes before initialize`);
    }
    return await answerClient(this.#session, request);
  }

  async #greet(params: Members): Promise<Members> {
    if (this.#greeted !== "no") throw new Refusal("invalidRequest", "initialize came before");
    this.#greeted = "begun";
    this.#capabilities = params.capabilities;
    try {
      const hello = await this.#server.greet(params);
      this.#greeted = "yes";
      return hello;
    } catch (error) {
      this.#greeted = "no";
      throw error;
    }
  }

  #clientNotification({ method, params }: Notification): void {
    const { connection } = this.#server;
    const known = methodOf("notification", "client", method);
    if (known === undefined || known.handling === "refuse") return;
    if (method === "notifications/cancelled") return this.#cancelFromClient(params);
    if (method === "notifications/progress" && !this.#asked.progressed(params?.progressToken)) {
      return;
    }
    void connection.exchange.notify(method, params);
  }

  #cancelFromClient(params: Members | undefined): void {
    const id = params?.requestId;
    if ((typeof id !== "string" && typeof id !== "number") || !this.#ids.isOpen(id)) return;
    const reason = typeof params?.reason === "string" ? params.reason : "";
    if (!this.#server.connection.exchange.cancel(id, reason)) this.#cancelled.add(id);
  }

  async #fromServer({ method, params }: Notification): Promise<void> {
    const known = methodOf("notification", "server", method);
    if (known === undefined || known.handling === "refuse") return;
    if (method === "notifications/cancelled") return this.#asked.cancel(params);
    const { connection } = this.#server;
    if (
      method === "notifications/progress" && !connection.exchange.progressed(params?.progressToken)
    ) {
      return;
    }
    if (method === "notifications/tools/list_changed") this.#server.invalidate();
    try {
      const { grants, resources, server, policy } = this.#server.served();
      if (known.grant !== undefined) {
        if (!grants.has(known.grant)) return;
        await requireInForce(this.#locate(), this.#server, false);
      }
      if (method === "notifications/resources/updated") {
        const uri = params?.uri;
        if (typeof uri !== "string" || !isSubscribed(this.#session, uri)) return;
        if (resources === undefined || !await isGranted(resources, uri)) return;
      }
      const { mask } = policy.snapshot.receipts;
      this.#notify(method, params && await presentable(params, server, mask));
    } catch {
      // Without an authority nothing passes, and neither does what cannot be searched for secrets.
    }
  }

  /** The server was started again: what the client had set holds for it too. */
  async #restored(): Promise<void> {
    const { connection } = this.#server;
    const { level, subscribed } = this.#session;
    const seconds = 30;
    if (level !== undefined) {
      await connection.ask({ method: "logging/setLevel", params: level, seconds });
    }
    for (const uri of subscribed) {
      await connection.ask({ method: "resources/subscribe", params: { uri }, seconds });
    }
    this.#server.invalidate();
    this.#notify("notifications/tools/list_changed");
  }

  /** A line that is no message: its sender is told, a receipt is written, nothing else happens. */
  async #problem(side: "client" | "server", problem: FrameProblem): Promise<void> {
    const count = ++this.#problems[side];
    if (side === "client") {
      const { id = null, code, why } = problem;
      void this.#send(failure(id, code, why)).catch(() => {});
    }
    if (count > mostProblems) return this.#end(`more than ${mostProblems} faulty lines`);
    if (count > mostRecorded) return;
    const last = count === mostRecorded ? "; further ones are not recorded" : "";
    const who = side === "client" ? "the client" : `the MCP server ${this.#server.name}`;
    await recordProblem(this.#locate, `From ${who}: ${problem.why}${last}`);
  }
}
