import type { Json } from "./json.ts";
import { readReceipts, type Receipt } from "./receipts.ts";

/** What a throw-away project holds before `init` runs in it. */
export interface ProjectPlan {
  /** The text of tenuo.yaml. */
  readonly policy: string;
  readonly files?: Readonly<Record<string, string>>;
  /** Symbolic links, by name: what they point to. */
  readonly links?: Readonly<Record<string, string>>;
  /** `.claude/settings.json` as it was before the product came. */
  readonly settings?: Json;
  /** Governed by a copy of the binary that the scenario may delete or replace. */
  readonly ownBinary?: boolean;
}

/** What a command of the product came to. */
export interface CommandOutcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Whether `hookProcesses` works on this system. */
export const CAN_LIST_PROCESSES = Deno.build.os === "linux";

async function argumentsOf(pid: string): Promise<readonly string[]> {
  try {
    return (await Deno.readTextFile(`/proc/${pid}/cmdline`)).split("\0");
  } catch {
    // It ended while the list was read, or belongs to somebody else.
    return [];
  }
}

/** A governed project in a temporary folder, with a home folder of its own beside it. */
export class Project implements AsyncDisposable {
  readonly root: string;
  readonly home: string;
  /** The binary that governs it. */
  readonly binary: string;
  readonly policy: string;
  readonly #folder: string;

  private constructor(folder: string, binary: string, plan: ProjectPlan) {
    this.#folder = folder;
    this.root = `${folder}/project`;
    this.home = `${folder}/home`;
    this.binary = plan.ownBinary === true ? `${folder}/bin/tenuo-claude` : binary;
    this.policy = plan.policy;
  }

  /** Writes the project and runs `init` in it; throws when that fails. */
  static async create(binary: string, plan: ProjectPlan): Promise<Project> {
    const folder = await Deno.realPath(await Deno.makeTempDir({ prefix: "tenuo-e2e-" }));
    const project = new Project(folder, binary, plan);
    try {
      await project.#write(binary, plan);
      const { code, stdout, stderr } = await project.command("init");
      if (code !== 0) throw new Error(`init ended with ${code}\n${stdout}${stderr}`);
    } catch (error) {
      await project[Symbol.asyncDispose]();
      throw error;
    }
    return project;
  }

  /** Removes everything. */
  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.#folder, { recursive: true });
  }

  /** The absolute path of a file of the project. */
  path(name: string): string {
    return `${this.root}/${name}`;
  }

  /** A place beside the project, outside of it. */
  outside(name: string): string {
    return `${this.#folder}/${name}`;
  }

  read(name: string): Promise<string> {
    return Deno.readTextFile(this.path(name));
  }

  async write(name: string, content: string): Promise<void> {
    const path = this.path(name);
    await Deno.mkdir(path.slice(0, path.lastIndexOf("/")), { recursive: true });
    await Deno.writeTextFile(path, content);
  }

  /** Whether something of that name is there, a broken link included. */
  async exists(name: string): Promise<boolean> {
    try {
      await Deno.lstat(this.path(name));
      return true;
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return false;
      throw error;
    }
  }

  /** The 1-based line of the policy that holds the text. */
  line(text: string): number {
    const index = this.policy.split("\n").findIndex((line) => line.includes(text));
    if (index < 0) throw new Error(`The policy has no line with ${text}`);
    return index + 1;
  }

  receipts(): Promise<readonly Receipt[]> {
    return readReceipts(this.path(".state/receipts.jsonl"));
  }

  /** The ids of the processes that judge a call of this project right now. */
  async hookProcesses(): Promise<readonly number[]> {
    const found: number[] = [];
    for await (const { name } of Deno.readDir("/proc")) {
      const args = /^\d+$/.test(name) ? await argumentsOf(name) : [];
      if (args.includes("_hook") && args.includes(this.root)) found.push(Number(name));
    }
    return found;
  }

  /** Runs a command of the product in the project, as a person's script would. */
  async command(...args: readonly string[]): Promise<CommandOutcome> {
    const { code, stdout, stderr } = await new Deno.Command(this.binary, {
      args: [...args],
      cwd: this.root,
      env: { HOME: this.home, PATH: "/usr/local/bin:/usr/bin:/bin", LANG: "C.UTF-8", TERM: "dumb" },
      clearEnv: true,
      stdin: "null",
    }).output();
    const decoder = new TextDecoder();
    return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
  }

  async #write(binary: string, plan: ProjectPlan): Promise<void> {
    await Deno.mkdir(this.root);
    await Deno.mkdir(`${this.home}/.claude`, { recursive: true });
    // Without it the client asks its maker about each host before it fetches a page.
    await Deno.writeTextFile(
      `${this.home}/.claude/settings.json`,
      JSON.stringify({ skipWebFetchPreflight: true }),
    );
    if (plan.ownBinary === true) {
      await Deno.mkdir(this.outside("bin"));
      await Deno.copyFile(binary, this.binary);
    }
    await this.write("tenuo.yaml", plan.policy);
    for (const [name, content] of Object.entries(plan.files ?? {})) await this.write(name, content);
    for (const [name, target] of Object.entries(plan.links ?? {})) {
      await Deno.symlink(target, this.path(name));
    }
    if (plan.settings !== undefined) {
      await this.write(".claude/settings.json", JSON.stringify(plan.settings, null, 2));
    }
  }
}
