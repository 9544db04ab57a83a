/** A client that says exactly what it is told to, byte for byte, and keeps all it hears. */
import { ok } from "node:assert/strict";
import type { Launch } from "./launch.ts";
import { type Members, until } from "./session.ts";

export interface Told {
  readonly jsonrpc?: string;
  readonly id?: unknown;
  readonly method?: string;
  readonly params?: Members;
  readonly result?: Members;
  readonly error?: { readonly code: number; readonly message: string };
}

const encoder = new TextEncoder();

export class RawPeer implements AsyncDisposable {
  /** Every message that came, in its order. */
  readonly told: Told[] = [];
  /** Lines that are no JSON: there may be none, whatever happens. */
  readonly garbage: string[] = [];
  stderr = "";
  readonly pid: number;
  readonly status: Promise<Deno.CommandStatus>;
  readonly #input: WritableStreamDefaultWriter<Uint8Array>;
  readonly #heard: Promise<unknown>;
  #next = 0;
  #hasEnded = false;

  constructor({ command, args, env, cwd }: Launch) {
    const child = new Deno.Command(command, {
      ...{ args: [...args], cwd, env: { ...env }, clearEnv: true },
      ...{ stdin: "piped", stdout: "piped", stderr: "piped" },
    }).spawn();
    this.pid = child.pid;
    this.status = child.status;
    void child.status.then(() => this.#hasEnded = true);
    this.#input = child.stdin.getWriter();
    // A peer that is gone is seen by what comes back, or does not.
    this.#input.closed.catch(() => {});
    this.#heard = Promise.all([this.#listen(child.stdout), this.#gather(child.stderr)]);
  }

  async #gather(stream: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<void> {
    for await (const piece of stream.pipeThrough(new TextDecoderStream())) this.stderr += piece;
  }

  async #listen(stream: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<void> {
    let pieces: string[] = [];
    for await (const piece of stream.pipeThrough(new TextDecoderStream())) {
      const lines = piece.split("\n");
      const last = lines.pop() ?? "";
      for (const line of lines) {
        this.#read(pieces.join("") + line);
        pieces = [];
      }
      pieces.push(last);
    }
    if (pieces.join("") !== "") this.garbage.push(pieces.join(""));
  }

  #read(line: string): void {
    try {
      this.told.push(JSON.parse(line));
    } catch {
      this.garbage.push(line.slice(0, 200));
    }
  }

  /** Text is sent as it is, anything else as one line of JSON. */
  async send(what: unknown): Promise<void> {
    const bytes = what instanceof Uint8Array
      ? what
      : encoder.encode(typeof what === "string" ? what : `${JSON.stringify(what)}\n`);
    await this.#input.write(bytes).catch(() => {});
  }

  notify(method: string, params?: Members): Promise<void> {
    return this.send({ jsonrpc: "2.0", method, ...(params === undefined ? {} : { params }) });
  }

  /** Asks under an id of its own and waits. @throws {Error} when there is no answer in time */
  async ask(method: string, params?: Members, seconds = 20): Promise<Told> {
    const id = `raw-${this.#next++}`;
    const request = { jsonrpc: "2.0", id, method, ...(params === undefined ? {} : { params }) };
    await this.send(request);
    return await this.answer(id, seconds);
  }

  call(name: string, args: Members = {}, more: Members = {}): Promise<Told> {
    return this.ask("tools/call", { name, arguments: args, ...more });
  }

  /** The answer under this id; null stands for the one that names none. */
  async answer(id: unknown, seconds = 20): Promise<Told> {
    await this.heard(`the answer to ${JSON.stringify(id)}`, (one) => isAnswer(one, id), seconds);
    return this.told.find((one) => isAnswer(one, id)) as Told;
  }

  answers(id: unknown): readonly Told[] {
    return this.told.filter((one) => isAnswer(one, id));
  }

  /** Waits for a message. */
  async heard(what: string, is: (one: Told) => boolean, seconds = 20): Promise<Told> {
    await until(what, () => this.told.some(is) || this.#hasEnded, seconds);
    const found = this.told.find(is);
    ok(found, `${what} came before the end; stderr: ${this.stderr.slice(-500)}`);
    return found;
  }

  async initialize(version = "2025-11-25", capabilities: Members = {}): Promise<Told> {
    const clientInfo = { name: "raw", version: "1.0.0" };
    const answer = await this.ask("initialize", {
      ...{ protocolVersion: version, capabilities, clientInfo },
    });
    await this.notify("notifications/initialized");
    return answer;
  }

  /** Ends its input and waits for the end of the process. */
  async end(seconds = 15): Promise<Deno.CommandStatus> {
    await this.#input.close().catch(() => {});
    await until(`the end of process ${this.pid}`, () => this.#hasEnded, seconds);
    return await this.status;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      await this.end();
    } catch {
      Deno.kill(this.pid, "SIGKILL");
    }
    await this.#heard;
  }
}

function isAnswer(one: Told, id: unknown): boolean {
  return one.method === undefined && one.id === id;
}
