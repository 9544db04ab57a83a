/** A session of the SDK's client with a server, over whatever door it is reached. */
// The package names no types for its modules with their ending; without it they have some.
// @ts-types="@modelcontextprotocol/sdk/client"
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
// @ts-types="@modelcontextprotocol/sdk/client/stdio"
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
// @ts-types="@modelcontextprotocol/sdk/client/streamableHttp"
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import type { Transport } from "@modelcontextprotocol/sdk/shared/transport";
// @ts-types="@modelcontextprotocol/sdk/types"
import {
  type ClientCapabilities,
  CreateMessageRequestSchema,
  ElicitRequestSchema,
  ListRootsRequestSchema,
  ProgressNotificationSchema,
  ResultSchema,
} from "@modelcontextprotocol/sdk/types.js";
import type { Launch } from "./launch.ts";

export type Members = Readonly<Record<string, unknown>>;

/** A notification, or a request of the server's. */
export interface Heard {
  readonly method: string;
  readonly params?: unknown;
}

/** What a request came to: its result, or the error's code and message. */
export type Answer = { readonly result: unknown } | {
  readonly error: { readonly code: unknown; readonly message: string };
};

export interface SessionOptions {
  readonly capabilities?: ClientCapabilities;
  /** The largest line that the client takes. */
  readonly bytes?: number;
}

/** Everything that a client can be asked for. */
export const everyCapability: ClientCapabilities = {
  roots: { listChanged: true },
  sampling: {},
  elicitation: { form: {}, url: {} },
};

const sampled = {
  role: "assistant",
  content: { type: "text", text: "A sampled text" },
  model: "scripted",
  stopReason: "endTurn",
} as const;

export class Session implements AsyncDisposable {
  readonly client: Client;
  /** The notifications, in their order. */
  readonly notices: Heard[] = [];
  /** What the server asked of the client, in its order. */
  readonly asked: Heard[] = [];
  /** What the transport complained about. */
  readonly troubles: Error[] = [];
  /** Of the process that is talked to; absent over HTTP. */
  readonly pid: number | undefined;
  isClosed = false;

  private constructor(client: Client, transport: Transport) {
    this.client = client;
    this.pid = transport instanceof StdioClientTransport ? transport.pid ?? undefined : undefined;
  }

  static async #open(transport: Transport, capabilities: ClientCapabilities): Promise<Session> {
    const client = new Client({ name: "tests", version: "1.0.0" }, { capabilities });
    const notices: Heard[] = [];
    const asked: Heard[] = [];
    const troubles: Error[] = [];
    client.fallbackNotificationHandler = (notice) => Promise.resolve(void notices.push(notice));
    // The SDK hears of progress by itself and says nothing of it.
    client.setNotificationHandler(
      ProgressNotificationSchema,
      (notice) => void notices.push(notice),
    );
    client.onerror = (error) => void troubles.push(error);
    if (capabilities.roots !== undefined) {
      client.setRequestHandler(ListRootsRequestSchema, (request) => {
        asked.push(request);
        return { roots: [{ uri: "file:///a/root", name: "a root" }] };
      });
    }
    if (capabilities.sampling !== undefined) {
      client.setRequestHandler(CreateMessageRequestSchema, (request) => {
        asked.push(request);
        return sampled;
      });
    }
    if (capabilities.elicitation !== undefined) {
      client.setRequestHandler(ElicitRequestSchema, (request) => {
        asked.push(request);
        // Defaults are the SDK's own to fill in.
        const content = capabilities.elicitation?.form?.applyDefaults === true
          ? {}
          : { name: "A name", check: true };
        return { action: "accept", content };
      });
    }
    await client.connect(transport);
    const session = new Session(client, transport);
    client.onclose = () => session.isClosed = true;
    return Object.assign(session, { notices, asked, troubles });
  }

  /** Starts the program and shakes hands with it. */
  static start(launch: Launch, options: SessionOptions = {}): Promise<Session> {
    const { command, args, env, cwd } = launch;
    const transport = new StdioClientTransport({
      ...{ command, args: [...args], env: { ...env }, cwd, stderr: "ignore" },
      maxBufferSize: options.bytes ?? 256 << 20,
    });
    return Session.#open(transport, options.capabilities ?? {});
  }

  /** Reaches a server over HTTP. */
  static reach(url: string, options: SessionOptions = {}): Promise<Session> {
    // The SDK's own declaration of this transport misses an optional member's `undefined`.
    const transport = new StreamableHTTPClientTransport(new URL(url)) as Transport;
    return Session.#open(transport, options.capabilities ?? {});
  }

  /** Asks and says what came of it, errors too; nothing is left out of a result. */
  async ask(method: string, params?: Members, signal?: AbortSignal): Promise<Answer> {
    try {
      const request = params === undefined ? { method } : { method, params };
      const options = { timeout: 60_000, ...(signal === undefined ? {} : { signal }) };
      return { result: await this.client.request(request, ResultSchema, options) };
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      const { code } = error as { readonly code?: unknown };
      return { error: { code, message: error.message } };
    }
  }

  call(name: string, args: Members = {}, meta?: Members): Promise<Answer> {
    const params = { name, arguments: args, ...(meta === undefined ? {} : { _meta: meta }) };
    return this.ask("tools/call", params);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.client.close();
  }
}

/** Waits until something holds. @throws {Error} when it does not within the seconds */
export async function until(what: string, holds: () => boolean, seconds = 10): Promise<void> {
  const end = performance.now() + seconds * 1000;
  while (!holds()) {
    if (performance.now() > end) throw new Error(`${what} did not come within ${seconds} s`);
    await new Promise((next) => setTimeout(next, 10));
  }
}

/** A test that uses the SDK's transports, which leave timers behind that end by themselves. */
export function sdkTest(name: string, fn: () => Promise<void>): void {
  Deno.test({ name, fn, sanitizeOps: false, sanitizeResources: false });
}
