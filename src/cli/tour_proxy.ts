/** The client's side of the proxy, as far as the tour needs it: lines of JSON, one request at a time. */
import type { Json } from "../claude/json_file.ts";

/** What the proxy answered to a call of a tool. */
export interface CallAnswer {
  readonly isError: boolean;
  readonly text: string;
}

interface Answer {
  readonly id?: number;
  readonly result?: Json;
  readonly error?: { readonly message: string };
}

interface CallResult {
  readonly isError?: boolean;
  readonly content?: readonly { readonly text?: string }[];
}

const version = "2025-11-25";

export class TourProxy {
  readonly #child: Deno.ChildProcess;
  readonly #lines: ReadableStreamDefaultReader<string>;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;
  readonly #said: Promise<string>;
  #rest = "";
  #id = 0;

  /** @param child started with all three streams piped */
  constructor(child: Deno.ChildProcess) {
    this.#child = child;
    this.#lines = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
    this.#writer = child.stdin.getWriter();
    this.#said = new Response(child.stderr).text().catch(() => "");
  }

  /** Agrees on a version, as the client does first. */
  async begin(): Promise<void> {
    const clientInfo = { name: "tenuo-claude demo", version: "1" };
    await this.request("initialize", { protocolVersion: version, capabilities: {}, clientInfo });
    await this.#send({ method: "notifications/initialized" });
  }

  /** The names of the tools that the proxy shows. */
  async tools(): Promise<string[]> {
    const { tools } = await this.request("tools/list", {});
    return (tools as readonly { readonly name: string }[]).map(({ name }) => name);
  }

  /** @param call the client's id of the call, which the hook is told too */
  async call(name: string, input: Json, call: string): Promise<CallAnswer> {
    const params = { name, arguments: input, _meta: { "claudecode/toolUseId": call } };
    const { isError, content } = await this.request("tools/call", params) as CallResult;
    return { isError: isError === true, text: content?.[0]?.text ?? "" };
  }

  /** @throws {Error} for an error, or when the proxy ends without an answer */
  async request(method: string, params: Json): Promise<Json> {
    const id = ++this.#id;
    await this.#send({ id, method, params });
    for (;;) {
      const answer = JSON.parse(await this.#line()) as Answer;
      if (answer.id !== id) continue; // a notification
      if (answer.result !== undefined) return answer.result;
      throw new Error(`The proxy refused ${method}: ${answer.error?.message}`);
    }
  }

  /** Ends the proxy, and with it the server. */
  async end(): Promise<void> {
    await this.#writer.close().catch(() => {});
    await this.#lines.cancel().catch(() => {});
    await this.#child.status;
    await this.#said;
  }

  async #send(message: Json): Promise<void> {
    const text = `${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`;
    await this.#writer.write(new TextEncoder().encode(text));
  }

  async #line(): Promise<string> {
    for (;;) {
      const end = this.#rest.indexOf("\n");
      if (end >= 0) {
        const line = this.#rest.slice(0, end);
        this.#rest = this.#rest.slice(end + 1);
        return line;
      }
      const { value, done } = await this.#lines.read();
      if (done) throw new Error(`The proxy ended without an answer: ${await this.#said}`);
      this.#rest += value;
    }
  }
}
