/** One release of the Python program as a process. */
import { foldersOf, python, type Release } from "./releases.ts";

/** A call of a tool. */
export interface Call {
  readonly tool: string;
  readonly input: { readonly [field: string]: unknown };
  readonly cwd: string;
  /** The subagent type that makes it. */
  readonly role?: string;
}

/** What a release makes of a policy. */
export type Loaded =
  | {
    readonly observes: boolean;
    /** Seconds. */
    readonly ttl: number;
    /** Tools granted without constraints, the bundle among them. */
    readonly allow: readonly string[];
    readonly sandbox: string;
  }
  | { readonly error: string };

export class Program {
  readonly #child: Deno.ChildProcess;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;
  readonly #reader: ReadableStreamDefaultReader<string>;
  #rest = "";

  constructor(readonly release: Release, isPinned: boolean, home: string) {
    this.#child = new Deno.Command(python, {
      args: ["-B", new URL("driver.py", import.meta.url).pathname],
      clearEnv: true,
      env: {
        PYTHONPATH: foldersOf(release, isPinned).join(":"),
        HOME: home,
        PATH: "/usr/bin:/bin",
      },
      stdin: "piped",
      stdout: "piped",
    }).spawn();
    this.#writer = this.#child.stdin.getWriter();
    this.#reader = this.#child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  }

  async #ask(question: unknown): Promise<unknown> {
    await this.#writer.write(new TextEncoder().encode(`${JSON.stringify(question)}\n`));
    while (!this.#rest.includes("\n")) {
      const { value, done } = await this.#reader.read();
      if (done) throw new Error(`The process of ${this.release.version} ended`);
      this.#rest += value;
    }
    const [line = "", ...more] = this.#rest.split("\n");
    this.#rest = more.join("\n");
    return JSON.parse(line);
  }

  /** Loads the policy of a project, `text` as its tenuo.yaml, and mints its warrants. */
  async load(project: string, text: string): Promise<Loaded> {
    await Deno.writeTextFile(`${project}/tenuo.yaml`, text);
    return await this.#ask({ op: "load", project }) as Loaded;
  }

  /** Null for an allowed call, else the reason. */
  async decide(calls: readonly Call[]): Promise<readonly (string | null)[]> {
    return await this.#ask({ op: "decide", calls }) as (string | null)[];
  }

  async close(): Promise<void> {
    await this.#writer.close();
    await this.#child.status;
  }
}
