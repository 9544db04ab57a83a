/** A server that is reached over Streamable HTTP. The SDK keeps the session and the streams. */
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { type FrameProblem, isRequest, type Message } from "../framing/message.ts";
import { type FrameLimits, frameLimits } from "../framing/read_frame.ts";
import type { Wire } from "../framing/wire.ts";
import { guardedFetch } from "./guarded_fetch.ts";
import { isSettled } from "./process_group.ts";
import { WireError } from "./wire_error.ts";

export interface ServerAddress {
  readonly url: string;
  /** Header -> name of the variable that holds its value. */
  readonly headers: { readonly [header: string]: string };
}

export interface ServerHttpOptions {
  readonly limits?: FrameLimits;
  /** Milliseconds that `close` waits for the server to end the session. */
  readonly patience?: number;
  readonly variable?: (name: string) => string | undefined;
}

type Variable = NonNullable<ServerHttpOptions["variable"]>;

function headersOf(named: ServerAddress["headers"], variable: Variable): Record<string, string> {
  return Object.fromEntries(
    Object.entries(named).map(([header, name]) => {
      const value = variable(name);
      if (value === undefined || value === "") {
        throw new WireError(`The variable ${name} for the header ${header} is not set`);
      }
      try {
        new Headers([[header, value]]);
      } catch { // whose message would quote the value
        throw new WireError(`The variable ${name} holds what cannot be the header ${header}`);
      }
      return [header, value];
    }),
  );
}

/** The same message, a request with its members in the order that `guardedFetch` expects. */
function inOrder(message: Message): Message {
  if (!isRequest(message)) return message;
  const { jsonrpc, id, method, ...rest } = message;
  return { jsonrpc, id, method, ...rest };
}

export class ServerHttp implements Wire {
  onmessage?: (message: Message) => void;
  onproblem?: (problem: FrameProblem) => void;
  onclose?: (why: string) => void;
  readonly #address: ServerAddress;
  readonly #limits: FrameLimits;
  readonly #patience: number;
  readonly #variable: Variable;
  #transport: StreamableHTTPClientTransport | undefined;
  #before: Promise<unknown> = Promise.resolve();
  #held: Promise<unknown> = Promise.resolve();
  #isGone = false;

  constructor(address: ServerAddress, options: ServerHttpOptions = {}) {
    const { limits = frameLimits, patience = 2000, variable = Deno.env.get } = options;
    this.#address = address;
    this.#limits = limits;
    this.#patience = patience;
    this.#variable = variable;
  }

  /** Asks nothing of the server yet. @throws {WireError} naming a variable that is not set */
  async start(): Promise<void> {
    const url = new URL(this.#address.url);
    const headers = headersOf(this.#address.headers, this.#variable);
    const listener = {
      message: (message: Message) => this.#isGone || this.onmessage?.(message),
      problem: (problem: FrameProblem) => this.#isGone || this.onproblem?.(problem),
      lost: () => this.#end("The server does not know the session any more"),
      ready: () => this.#held,
    };
    const fetch = guardedFetch(url, this.#limits, listener);
    const transport = new StreamableHTTPClientTransport(url, { requestInit: { headers }, fetch });
    transport.onerror = ({ message }: Error) => {
      // The one word of the SDK that the stream of the server's own messages is gone for good.
      if (message.startsWith("Maximum reconnection attempts")) {
        this.#end("The server's stream of messages broke and could not be opened again");
      }
    };
    await transport.start();
    this.#transport = transport;
  }

  /**
   * Resolves when the server has begun to answer a request, or has answered as JSON; has taken
   * another message. Requests wait for what was sent before them and is no request.
   *
   * @throws {WireError} when there is no connection, or the server refuses the message
   */
  send(message: Message): Promise<void> {
    const sent = this.#before.then(() => this.#send(message));
    sent.catch(() => {});
    if (!isRequest(message)) this.#before = sent.catch(() => {});
    return sent;
  }

  async #send(message: Message): Promise<void> {
    const transport = this.#transport;
    if (transport === undefined) throw new WireError("The server has not been started");
    if (this.#isGone) throw new WireError("The connection to the server is closed");
    try {
      await transport.send(inOrder(message) as Parameters<typeof transport.send>[0]);
    } catch (error) {
      throw this.#explain(error as Error);
    }
  }

  #explain(error: Error): Error {
    if (error.name === "WireError") return error;
    if (this.#isGone) return new WireError("The connection to the server is closed");
    const { origin, pathname } = new URL(this.#address.url);
    const reason = error.message.split(": ").at(-1);
    return new WireError(`The server at ${origin}${pathname} cannot be reached: ${reason}`);
  }

  hold(until: Promise<unknown>): void {
    this.#held = Promise.allSettled([this.#held, until]);
  }

  setProtocolVersion(version: string): void {
    this.#transport?.setProtocolVersion(version);
  }

  async close(): Promise<void> {
    if (!this.#isGone && this.#transport !== undefined) {
      await isSettled(this.#transport.terminateSession(), this.#patience);
    }
    await this.#end("Closed");
  }

  async #end(why: string): Promise<void> {
    if (this.#isGone) return;
    this.#isGone = true;
    await this.#transport?.close();
    this.onclose?.(why);
  }
}
