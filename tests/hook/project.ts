/**
 * Throw-away projects for tests through the real program. It runs from source, or as the compiled
 * file that TENUO_BINARY names; the hooks run as `init` wired them.
 */
import { equal, ok } from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { genesis, lineDigest, openReceipt, type Receipt } from "../../src/receipts/receipt.ts";
import { type StateFile, statePath } from "../../src/state/layout.ts";
import { narrow } from "./policies.ts";
import { type Outcome, type Verdict, verdictOf } from "./verdict.ts";

export { narrow, wide } from "./policies.ts";

const source = fileURLToPath(new URL("../../", import.meta.url)).replace(/\/$/, "");
const binary = Deno.env.get("TENUO_BINARY");

/** The program's own command line, without arguments of its own. */
const program: readonly string[] = binary !== undefined
  ? [Deno.realPathSync(binary)]
  : [Deno.execPath(), "run", "-A", "--quiet", "--no-prompt", "--frozen=false", "--config"]
    .concat(`${source}/deno.json`, `${source}/main.ts`);

export interface Plan {
  /** The text of tenuo.yaml. */
  readonly policy?: string;
  readonly files?: Readonly<Record<string, string>>;
  /** Symbolic links, by name: what they point to. */
  readonly links?: Readonly<Record<string, string>>;
  /** False leaves `init` to the test. */
  readonly init?: boolean;
}

export interface Run {
  /** Instead of the wired arguments `--project` and `--root`. */
  readonly args?: readonly string[];
  /** Instead of the wired command line. */
  readonly line?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** A command line to run the program under; `$@` is the program in a shell's `-c`. */
  readonly under?: readonly string[];
}

const decoder = new TextDecoder();

/** What the program gets of the environment: nothing of the session that runs the tests. */
function environment(home: string, more: Readonly<Record<string, string>> = {}) {
  const kept = ["PATH", "DENO_DIR", "DENORT_BIN", "NPM_CONFIG_REGISTRY", "SSL_CERT_FILE"];
  const entries = kept.flatMap((name): [string, string][] => {
    const value = Deno.env.get(name);
    return value === undefined ? [] : [[name, value]];
  });
  const cache = `${Deno.env.get("HOME") ?? ""}/.cache/deno`;
  return { DENO_DIR: cache, NO_COLOR: "1", ...Object.fromEntries(entries), HOME: home, ...more };
}

export class Project implements AsyncDisposable {
  /** Free of links. */
  readonly root: string;
  /** The home directory of everything that runs here. */
  readonly home: string;
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
    this.root = `${folder}/project`;
    this.home = `${folder}/home`;
  }

  static async create(plan: Plan = {}): Promise<Project> {
    const project = new Project(Deno.realPathSync(Deno.makeTempDirSync({ prefix: "hook_" })));
    Deno.mkdirSync(project.root);
    Deno.mkdirSync(project.home);
    project.write("tenuo.yaml", plan.policy ?? narrow);
    project.write("sandbox/notes.txt", "notes\n");
    for (const [name, text] of Object.entries(plan.files ?? {})) project.write(name, text);
    for (const [name, to] of Object.entries(plan.links ?? {})) {
      Deno.symlinkSync(to, project.path(name));
    }
    try {
      if (plan.init !== false) await project.must("init");
    } catch (error) {
      await project[Symbol.asyncDispose]();
      throw error;
    }
    return project;
  }

  [Symbol.asyncDispose](): Promise<void> {
    Deno.removeSync(this.#folder, { recursive: true });
    return Promise.resolve();
  }

  path(name: string): string {
    return `${this.root}/${name}`;
  }

  /** A place beside the project, outside of it. */
  outside(name: string): string {
    return `${this.#folder}/${name}`;
  }

  state(file: StateFile): string {
    return statePath(this.root, file);
  }

  write(name: string, text: string): void {
    const path = this.path(name);
    Deno.mkdirSync(path.slice(0, path.lastIndexOf("/")), { recursive: true });
    Deno.writeTextFileSync(path, text);
  }

  read(name: string): string {
    return Deno.readTextFileSync(this.path(name));
  }

  /** The pinned root, as recorded. */
  get pinned(): string {
    return Deno.readTextFileSync(this.state("issuerPublic")).trim();
  }

  /** Runs a command of the program, as a person would. */
  command(...args: readonly string[]): Promise<Outcome> {
    return this.#run([...program, ...args], new Uint8Array(), {});
  }

  /** The same with more variables, such as those of a session. */
  commandWith(env: Readonly<Record<string, string>>, ...args: readonly string[]): Promise<Outcome> {
    return this.#run([...program, ...args], new Uint8Array(), { env });
  }

  /** Runs a command that has to succeed. */
  async must(...args: readonly string[]): Promise<string> {
    const { code, stdout, stderr } = await this.command(...args);
    equal(code, 0, `${args.join(" ")} ended with ${code}\n${stdout}${stderr}`);
    return stdout;
  }

  /** Asks the wired PreToolUse hook. Checks the form that every answer has. */
  async hook(event: unknown, run: Run = {}): Promise<Verdict> {
    return verdictOf(await this.raw(event, run));
  }

  /** The same for a call of a tool. */
  ask(tool: string, input: Record<string, unknown>, run: Run = {}): Promise<Verdict> {
    return this.hook(this.event(tool, input), run);
  }

  /** The same for a call that the policy allows. */
  inside(run: Run = {}): Promise<Verdict> {
    return this.ask("Read", { file_path: this.path("sandbox/notes.txt") }, run);
  }

  /** The same without a look at what comes back. */
  raw(event: unknown, run: Run = {}): Promise<Outcome> {
    return this.#entry("PreToolUse", "_hook", event, run);
  }

  post(event: unknown, run: Run = {}): Promise<Outcome> {
    return this.#entry("PostToolUse", "_post", event, run);
  }

  config(event: unknown, run: Run = {}): Promise<Outcome> {
    return this.#entry("ConfigChange", "_config", event, run);
  }

  /** The event of a tool call, as the client sends it. */
  event(tool: string, input: Record<string, unknown>): Record<string, unknown> {
    return {
      session_id: "session-1",
      transcript_path: "/dev/null",
      cwd: this.root,
      permission_mode: "bypassPermissions",
      hook_event_name: "PreToolUse",
      tool_name: tool,
      tool_input: input,
      tool_use_id: "toolu_1",
    };
  }

  /** The wired command line of an event's hook. */
  wired(event: string): readonly string[] {
    return this.lineOf(this.read(".claude/settings.json"), event);
  }

  /** The same from a settings file's text. */
  lineOf(text: string, event: string): readonly string[] {
    const settings = JSON.parse(text) as {
      hooks: Record<string, { hooks: { command: string; args: string[] }[] }[]>;
    };
    const hook = settings.hooks[event]?.at(-1)?.hooks[0];
    ok(hook, `${event} is wired`);
    return [hook.command, ...hook.args];
  }

  #entry(event: string, entry: string, input: unknown, run: Run): Promise<Outcome> {
    const wired = run.line ?? this.wired(event);
    const line = run.args === undefined
      ? wired
      : [...wired.slice(0, wired.indexOf(entry) + 1), ...run.args];
    const bytes = input instanceof Uint8Array
      ? input
      : new TextEncoder().encode(typeof input === "string" ? input : JSON.stringify(input));
    return this.#run([...run.under ?? [], ...line], bytes, run);
  }

  async #run(line: readonly string[], stdin: Uint8Array, run: Run): Promise<Outcome> {
    const [command, ...args] = line;
    const child = new Deno.Command(command as string, {
      args,
      cwd: run.cwd ?? this.root,
      env: environment(this.home, run.env),
      clearEnv: true,
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    const output = child.output();
    const writer = child.stdin.getWriter();
    try {
      await writer.write(stdin);
      await writer.close();
    } catch {
      // It has seen enough.
    }
    const { code, stdout, stderr } = await output;
    return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
  }

  /** The receipts, each signature and the chain verified. */
  receipts(): readonly Receipt[] {
    const key = Deno.readTextFileSync(this.state("receiptPublic")).trim();
    const lines = Deno.readTextFileSync(this.state("receipts")).split("\n");
    equal(lines.pop(), "", "The last receipt ends with a line feed");
    let prev = genesis;
    return lines.map((line, index) => {
      const receipt = openReceipt(line, key);
      ok(receipt, `Receipt ${index + 1} verifies`);
      equal(receipt.seq, index + 1);
      equal(receipt.prev, prev, `Receipt ${receipt.seq} names the one before`);
      prev = lineDigest(line);
      return receipt;
    });
  }

  /** The newest receipt. */
  last(): Receipt {
    const receipt = this.receipts().at(-1);
    ok(receipt, "There is a receipt");
    return receipt;
  }
}
