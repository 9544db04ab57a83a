import { fields, items, type JsonObject, text } from "./json.ts";
import { type Block, streamed, whole } from "./message_stream.ts";

/** A tool call as a scenario writes it. */
export interface ToolCall {
  readonly name: string;
  readonly input: JsonObject;
}

/** One answer of the scripted model: calls that the client may run in parallel. */
export interface Turn {
  readonly calls: readonly ToolCall[];
  /** Done after the results of the turn before have come back and before these calls are sent. */
  readonly before?: () => Promise<void>;
  /** Started as soon as these calls have been sent. */
  readonly during?: () => Promise<void>;
}

/** What the model says in conversations whose first user message holds the text of `when`. */
export interface Script {
  readonly when: string;
  readonly turns: readonly Turn[];
}

/** What a call came to, as the client told the model. */
export interface CallOutcome {
  readonly id: string;
  /** Position of its script. */
  readonly script: number;
  readonly name: string;
  readonly input: JsonObject;
  /** Undefined as long as no result has come back. */
  result?: { readonly isError: boolean; readonly content: string };
}

const NOT_FOUND = { type: "error", error: { type: "not_found_error", message: "Not scripted" } };

function textOf(content: unknown): string {
  if (typeof content === "string") return content;
  return items(content).map(fields)
    .map((block) => typeof block.text === "string" ? block.text : textOf(block.content ?? []))
    .join("\n");
}

/**
 * A Messages API on 127.0.0.1 that plays scripts. Which turn comes next is read from the
 * conversation the client sends, so a request sent again gets the same answer.
 */
export class MessagesApi implements AsyncDisposable {
  /** Every scripted call sent, in order. */
  readonly outcomes: CallOutcome[] = [];
  /** The tools announced by the client, by script. */
  readonly announced = new Map<number, readonly string[]>();
  /** What went wrong in `before` and `during`. */
  readonly troubles: unknown[] = [];
  readonly url: string;
  readonly #scripts: readonly Script[];
  readonly #server: Deno.HttpServer<Deno.NetAddr>;
  readonly #begun = new Map<string, Promise<readonly Block[]>>();
  readonly #running: Promise<void>[] = [];
  readonly #tag = crypto.randomUUID().slice(0, 8);

  constructor(scripts: readonly Script[]) {
    this.#scripts = scripts;
    this.#server = Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen: () => {} },
      (request) => this.#answer(request),
    );
    this.url = `http://127.0.0.1:${this.#server.addr.port}`;
  }

  /** Waits for what `during` started, then stops listening. */
  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#running);
    await this.#server.shutdown();
  }

  async #answer(request: Request): Promise<Response> {
    const { pathname } = new URL(request.url);
    const raw = await request.text();
    if (request.method !== "POST") return Response.json(NOT_FOUND, { status: 404 });
    if (pathname === "/v1/messages/count_tokens") return Response.json({ input_tokens: 1 });
    if (pathname !== "/v1/messages") return Response.json(NOT_FOUND, { status: 404 });
    const body = fields(JSON.parse(raw));
    const blocks = await this.#next(body);
    return (body.stream === true ? streamed : whole)(text(body.model), blocks);
  }

  async #next(body: Record<string, unknown>): Promise<readonly Block[]> {
    const messages = items(body.messages).map(fields);
    const opening = textOf(messages.find((message) => message.role === "user")?.content);
    const tools = items(body.tools).map(fields);
    // Side requests of the client (titles, page summaries) bring no tools.
    const script = tools.length === 0
      ? -1
      : this.#scripts.findIndex(({ when }) => opening.includes(when));
    if (script < 0) return [{ type: "text", text: "ok" }];
    if (!this.announced.has(script)) this.announced.set(script, tools.map((t) => text(t.name)));
    this.#gather(messages);
    const turn = this.#turnsIn(messages);
    const key = `${script}/${turn}`;
    const begun = this.#begun.get(key) ?? this.#begin(script, turn);
    this.#begun.set(key, begun);
    return await begun;
  }

  #isOurs(block: Record<string, unknown>): boolean {
    return block.type === "tool_use" && text(block.id).startsWith(`toolu_${this.#tag}_`);
  }

  #turnsIn(messages: readonly Record<string, unknown>[]): number {
    return messages.filter((message) =>
      message.role === "assistant" &&
      items(message.content).map(fields).some((b) => this.#isOurs(b))
    ).length;
  }

  #gather(messages: readonly Record<string, unknown>[]): void {
    for (const block of messages.flatMap((message) => items(message.content)).map(fields)) {
      if (block.type !== "tool_result") continue;
      const outcome = this.outcomes.find(({ id }) => id === block.tool_use_id);
      if (outcome === undefined || outcome.result !== undefined) continue;
      outcome.result = { isError: block.is_error === true, content: textOf(block.content) };
    }
  }

  async #begin(script: number, turn: number): Promise<readonly Block[]> {
    const step = this.#scripts[script]?.turns[turn];
    if (step === undefined) return [{ type: "text", text: "done" }];
    try {
      await step.before?.();
    } catch (trouble) {
      this.troubles.push(trouble);
      return [{ type: "text", text: "The script broke off" }];
    }
    const blocks = step.calls.map(({ name, input }, index): Block & { type: "tool_use" } => (
      { type: "tool_use", id: `toolu_${this.#tag}_${script}_${turn}_${index}`, name, input }
    ));
    for (const { id, name, input } of blocks) this.outcomes.push({ id, script, name, input });
    if (step.during !== undefined) {
      this.#running.push(step.during().catch((trouble) => void this.troubles.push(trouble)));
    }
    return blocks;
  }
}
