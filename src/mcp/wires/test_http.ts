/** Servers on loopback for the tests of the wire to servers over HTTP. */
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import {
  WebStandardStreamableHTTPServerTransport,
} from "@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js";
import type { FrameProblem, Message } from "../framing/message.ts";
import { ServerHttp, type ServerHttpOptions } from "./server_http.ts";

export type Handler = (request: Request) => Response | Promise<Response>;

export interface Told {
  readonly wire: ServerHttp;
  readonly messages: Message[];
  readonly problems: FrameProblem[];
  readonly closed: string[];
}

/** Runs `body` beside a server that answers as `handler` does. @param url without a path */
export async function withHttp(
  handler: Handler,
  body: (url: string) => Promise<void>,
): Promise<void> {
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, handler);
  try {
    await body(`http://127.0.0.1:${server.addr.port}`);
  } finally {
    await server.shutdown();
  }
}

/** A started wire, with whatever it tells; it is closed afterwards. */
export async function withWire(
  url: string,
  body: (told: Told) => Promise<void>,
  options: ServerHttpOptions & { readonly headers?: { readonly [name: string]: string } } = {},
): Promise<void> {
  const wire = new ServerHttp({ url, headers: options.headers ?? {} }, {
    patience: 200,
    ...options,
  });
  const told: Told = { wire, messages: [], problems: [], closed: [] };
  wire.onmessage = (message) => told.messages.push(message);
  wire.onproblem = (problem) => told.problems.push(problem);
  wire.onclose = (why) => told.closed.push(why);
  await wire.start();
  try {
    await body(told);
  } finally {
    await wire.close();
  }
}

interface Extra {
  readonly requestInfo?: { readonly headers: { readonly [name: string]: unknown } };
}

export interface RealServer {
  readonly handler: Handler;
  /** Method and session of each request. */
  readonly seen: string[];
  /** Forgets every session, as a restart does. */
  restart(): void;
  close(): Promise<void>;
  readonly servers: McpServer[];
}

/** The SDK's own server, with sessions. @param isJson answers as JSON instead of event streams */
export function realServer(isJson = false): RealServer {
  const sessions = new Map<string, WebStandardStreamableHTTPServerTransport>();
  const servers: McpServer[] = [];
  const seen: string[] = [];
  async function open(): Promise<WebStandardStreamableHTTPServerTransport> {
    const transport = new WebStandardStreamableHTTPServerTransport({
      sessionIdGenerator: () => crypto.randomUUID(),
      onsessioninitialized: (id: string) => void sessions.set(id, transport),
      onsessionclosed: (id: string) => void sessions.delete(id),
      enableJsonResponse: isJson,
    });
    const server = new McpServer({ name: "real", version: "1" }, { capabilities: { logging: {} } });
    server.registerTool("echo", { description: "Echoes" }, (extra: Extra) => ({
      content: [{ type: "text", text: `${extra.requestInfo?.headers["x-test"]}` }],
    }));
    await server.connect(transport as Parameters<typeof server.connect>[0]);
    servers.push(server);
    return transport;
  }
  const handler: Handler = async (request) => {
    const id = request.headers.get("mcp-session-id");
    seen.push(`${request.method} ${id === null ? "none" : "session"}`);
    if (id === null) return (await open()).handleRequest(request);
    return sessions.get(id)?.handleRequest(request) ??
      Response.json(
        { jsonrpc: "2.0", id: null, error: { code: -1, message: "Session not found" } },
        {
          status: 404,
        },
      );
  };
  return {
    handler,
    seen,
    servers,
    restart: () => sessions.clear(),
    close: async () => void await Promise.all(servers.map((server) => server.close())),
  };
}

export const initialize: Message = {
  jsonrpc: "2.0",
  id: "i",
  method: "initialize",
  params: {
    protocolVersion: "2025-06-18",
    capabilities: {},
    clientInfo: { name: "test", version: "1" },
  },
};
export const initialized: Message = { jsonrpc: "2.0", method: "notifications/initialized" };
export const echo = (id: number): Message => ({
  jsonrpc: "2.0",
  id,
  method: "tools/call",
  params: { name: "echo", arguments: {} },
});
