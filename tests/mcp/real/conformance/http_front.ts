/**
 * Streamable HTTP on loopback before a server on stdin and stdout, since the conformance suite speaks
 * HTTP only. Each session has a process of its own; messages pass unchanged.
 */
// @ts-types="@modelcontextprotocol/sdk/client/stdio"
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
// @ts-types="@modelcontextprotocol/sdk/server/webStandardStreamableHttp"
import { WebStandardStreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js";
import type { JSONRPCMessage, RequestId } from "@modelcontextprotocol/sdk/types";
import type { Launch } from "../../launch.ts";

type Front = WebStandardStreamableHTTPServerTransport;

export class HttpFront implements AsyncDisposable {
  readonly url: string;
  readonly #launch: Launch;
  readonly #server: Deno.HttpServer<Deno.NetAddr>;
  readonly #sessions = new Map<string, Front>();
  readonly #processes = new Set<StdioClientTransport>();
  readonly #closing: Promise<void>[] = [];

  constructor(launch: Launch) {
    this.#launch = launch;
    this.#server = Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen: () => {} },
      (request) => this.#answer(request),
    );
    this.url = `http://localhost:${this.#server.addr.port}/mcp`;
  }

  async #answer(request: Request): Promise<Response> {
    const id = request.headers.get("mcp-session-id");
    const front = id === null ? await this.#open() : this.#sessions.get(id);
    return await front?.handleRequest(request) ?? new Response("No such session", { status: 404 });
  }

  async #open(): Promise<Front> {
    const { port } = this.#server.addr;
    const front: Front = new WebStandardStreamableHTTPServerTransport({
      sessionIdGenerator: () => crypto.randomUUID(),
      onsessioninitialized: (id) => void this.#sessions.set(id, front),
      enableDnsRebindingProtection: true,
      allowedHosts: [`localhost:${port}`, `127.0.0.1:${port}`],
      allowedOrigins: [`http://localhost:${port}`, `http://127.0.0.1:${port}`],
    });
    const { command, args, env, cwd } = this.#launch;
    const child = new StdioClientTransport({
      ...{ command, args: [...args], env: { ...env }, cwd, stderr: "ignore" },
    });
    // What a server says while it works on a request belongs on that request's stream.
    const open: RequestId[] = [];
    front.onmessage = (message) => {
      if ("method" in message && "id" in message) open.push(message.id);
      void child.send(message);
    };
    child.onmessage = (message: JSONRPCMessage) => {
      const isAnswer = !("method" in message);
      const relatedRequestId = isAnswer ? undefined : open.at(-1);
      if (isAnswer && message.id !== undefined) open.splice(open.indexOf(message.id), 1);
      void front.send(message, relatedRequestId === undefined ? {} : { relatedRequestId })
        // Its stream was given up by the suite.
        .catch(() => {});
    };
    front.onclose = () => this.#closing.push(child.close());
    await Promise.all([front.start(), child.start()]);
    this.#processes.add(child);
    return front;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const front of this.#sessions.values()) await front.close();
    await Promise.all([...this.#closing, ...[...this.#processes].map((child) => child.close())]);
    await this.#server.shutdown();
  }
}
