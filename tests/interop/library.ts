/** The published library as a process, and the virtual environment it lives in. */
import { hex } from "../../src/protocol/keys.ts";
import type { RuleOf } from "./samples.ts";

const folder = new URL("./", import.meta.url);
const environment = new URL(".venv/", folder);
const python = new URL("bin/python", environment);
const release = "tenuo==0.3.3";

/** One call under a chain. Without `proof`, `key` signs one. */
export interface Call {
  readonly tool: string;
  readonly args: Readonly<Record<string, unknown>>;
  readonly now: number;
  readonly key?: number;
  readonly proof?: string;
}

export interface Link {
  readonly holder: number;
  readonly tools: Readonly<Record<string, Readonly<Record<string, RuleOf>>>>;
  readonly ttl: number;
}

export interface Answers {
  /** Null for an allowed call, else the name of the library's error. */
  readonly answers: readonly (string | null)[];
  readonly proofs: readonly string[];
}

export type Made =
  | { readonly chain: readonly string[] }
  | { readonly unmade: string }
  | { readonly refused: string };

async function run(command: string, ...args: string[]): Promise<boolean> {
  try {
    const { success } = await new Deno.Command(command, { args, stdout: "null", stderr: "null" })
      .output();
    return success;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/** Whether the library can be asked without installing it. */
export async function isInstalled(): Promise<boolean> {
  return await run(python.pathname, "-c", "import tenuo_core");
}

/** Installs the library when it is not there yet. Returns why it cannot be used, if it cannot. */
export async function install(): Promise<string | undefined> {
  if (await isInstalled()) return undefined;
  if (!await run("python3", "--version")) return "Python is not installed";
  if (!await run("python3", "-m", "venv", environment.pathname)) {
    return "Python makes no virtual environment";
  }
  await run(python.pathname, "-m", "pip", "install", "--quiet", release);
  return await isInstalled() ? undefined : `${release} cannot be installed`;
}

/** Asks the library, one question at a time. */
export class Library {
  readonly #child = new Deno.Command(python.pathname, {
    args: [new URL("driver.py", folder).pathname],
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  readonly #writer = this.#child.stdin.getWriter();
  readonly #reader = this.#child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  #rest = "";

  async #ask(question: unknown): Promise<unknown> {
    await this.#writer.write(new TextEncoder().encode(JSON.stringify(question) + "\n"));
    while (!this.#rest.includes("\n")) {
      const { value, done } = await this.#reader.read();
      if (done) throw new Error("The library's process ended");
      this.#rest += value;
    }
    const [line = "", ...more] = this.#rest.split("\n");
    this.#rest = more.join("\n");
    return JSON.parse(line);
  }

  /** A chain from the root key's seed byte and its links, root first. */
  async mint(root: number, links: readonly Link[]): Promise<Made> {
    return await this.#ask({ op: "mint", root, links }) as Made;
  }

  /** What the library says of calls under one chain. */
  async decide(
    roots: readonly number[],
    chain: readonly string[],
    calls: readonly Call[],
    revoked?: string,
  ): Promise<Answers> {
    return await this.#ask({ op: "decide", roots, chain, calls, revoked }) as Answers;
  }

  /** Microseconds of one allowed call in the library, the mean of `count`. */
  async measure(
    root: string,
    chain: readonly string[],
    call: Call,
    count: number,
  ): Promise<number> {
    return await this.#ask({ op: "measure", root, chain, call, count }) as number;
  }

  /**
   * What the library makes of an event.
   *
   * @param seed the signer's seed byte
   * @param message what is signed, its domain included
   * @param stack warrants, base64
   */
  async event(
    seed: number,
    message: Uint8Array,
    stack: string,
  ): Promise<{ readonly signature: string; readonly ids: readonly string[] }> {
    const question = { op: "event", key: seed, message: hex(message), stack };
    return await this.#ask(question) as { signature: string; ids: string[] };
  }

  async close(): Promise<void> {
    await this.#writer.close();
    await this.#child.status;
  }
}
