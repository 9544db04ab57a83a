/**
 * Where the tour takes place: a folder that is thrown away, with a project and a home of its own.
 * The program is run in it as people and the client run it, in processes that see nothing else.
 */
import { resolve } from "node:path";
import { readMcpJson } from "../claude/mcp_json.ts";
import { type Program, thisProgram } from "../claude/program.ts";
import { settingsPath } from "../claude/settings.ts";
import { layTourFiles } from "./tour_files.ts";
import { TourProxy } from "./tour_proxy.ts";

export interface Finished {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** What a hook told the client; `broken` for anything the client would not understand. */
export interface HookAnswer {
  readonly decision: "allow" | "deny" | "broken";
  readonly reason: string;
}

/** The tour was told to end. */
export class Interrupted extends Error {}

const patience = 30_000;
const passedOn = ["PATH", "LANG", "TMPDIR", "DENO_TLS_CA_STORE"];

export class TourPlace {
  readonly folder: string;
  readonly project: string;
  readonly #keep: boolean;
  #interrupted = false;
  #mayServe = false;

  constructor(keep: boolean) {
    this.#keep = keep;
    this.folder = Deno.realPathSync(Deno.makeTempDirSync({ prefix: "tenuo-demo-" }));
    this.project = `${this.folder}/project`;
    try {
      Deno.mkdirSync(`${this.folder}/home`);
      layTourFiles(this.project);
    } catch (error) {
      Deno.removeSync(this.folder, { recursive: true });
      throw error;
    }
  }

  /** Makes what runs now the last that runs. */
  interrupt(): void {
    this.#interrupted = true;
  }

  /** Runs a command of the program, as a person in the project's folder would. */
  async command(...args: readonly string[]): Promise<Finished> {
    if (args[0] === "up") this.#mayServe = true;
    const { command, args: before } = withAllPermissions(thisProgram());
    return await this.#unlessInterrupted(() => this.#run(command, [...before, ...args], ""));
  }

  /** Asks about a tool call as the client does: by the PreToolUse hook that `init` wired. */
  async hook(
    tool: string,
    input: Readonly<Record<string, unknown>>,
    call = `toolu_${crypto.randomUUID()}`,
  ): Promise<HookAnswer> {
    const { command, args } = wiredHook(this.project);
    const event = {
      session_id: "00000000-0000-4000-8000-000000000000",
      transcript_path: `${this.folder}/home/transcript.jsonl`,
      cwd: this.project,
      permission_mode: "bypassPermissions",
      hook_event_name: "PreToolUse",
      tool_name: tool,
      tool_input: input,
      tool_use_id: call,
    };
    const run = () => this.#run(command, args, JSON.stringify(event));
    return answerOf(await this.#unlessInterrupted(run));
  }

  /** Talks to an MCP server as the client does: through the proxy that `.mcp.json` names. */
  async withServer<T>(name: string, use: (server: TourProxy) => Promise<T>): Promise<T> {
    return await this.#unlessInterrupted(async () => {
      const { entries } = readMcpJson(this.project);
      const { command, args } = entries[name] as Pick<Program, "command" | "args">;
      const server = new TourProxy(this.#spawn(command, args));
      try {
        await server.begin();
        return await use(server);
      } finally {
        await server.end();
      }
    });
  }

  /** Runs something while tenuo.yaml is not there. */
  async withoutPolicy<T>(use: () => Promise<T>): Promise<T> {
    const path = `${this.project}/tenuo.yaml`;
    Deno.renameSync(path, `${path}.away`);
    try {
      return await use();
    } finally {
      Deno.renameSync(`${path}.away`, path);
    }
  }

  /** Stops the service and removes the folder, unless it is to be kept. */
  async leave(): Promise<void> {
    if (this.#mayServe) {
      const { command, args } = withAllPermissions(thisProgram());
      await this.#run(command, [...args, "down"], "");
    }
    if (!this.#keep) await Deno.remove(this.folder, { recursive: true });
  }

  async #unlessInterrupted<T>(run: () => Promise<T>): Promise<T> {
    if (this.#interrupted) throw new Interrupted();
    const result = await run();
    if (this.#interrupted) throw new Interrupted();
    return result;
  }

  #spawn(command: string, args: readonly string[]): Deno.ChildProcess {
    return new Deno.Command(command, {
      args: [...args],
      cwd: this.project,
      env: this.#environment(),
      clearEnv: true,
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
      // In a group of its own, so that Ctrl-C ends the tour after this step, and not this step.
      detached: true,
      signal: AbortSignal.timeout(patience),
    }).spawn();
  }

  async #run(command: string, args: readonly string[], input: string): Promise<Finished> {
    const child = this.#spawn(command, args);
    const output = child.output();
    const writer = child.stdin.getWriter();
    try {
      await writer.write(new TextEncoder().encode(input));
      await writer.close();
    } catch {
      // It has ended without reading; its output says why.
    }
    const { code, stdout, stderr } = await output;
    const decoder = new TextDecoder();
    return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
  }

  #environment(): Record<string, string> {
    const home = `${this.folder}/home`;
    const kept = passedOn.flatMap((name): [string, string][] => {
      const value = Deno.env.get(name);
      return value === undefined ? [] : [[name, value]];
    });
    return {
      ...Object.fromEntries(kept),
      HOME: home,
      CLAUDE_CONFIG_DIR: `${home}/.claude`,
      CLAUDE_PROJECT_DIR: this.project,
      ...denoCache(),
    };
  }
}

/** From source, Deno finds its packages where they are, not below the home of the tour. */
function denoCache(): Record<string, string> {
  if (Deno.build.standalone) return {};
  const named = Deno.env.get("DENO_DIR");
  const caches = Deno.env.get("XDG_CACHE_HOME");
  const home = Deno.env.get("HOME");
  const fallback = caches !== undefined && caches !== ""
    ? `${caches}/deno`
    : Deno.build.os === "darwin"
    ? `${home}/Library/Caches/deno`
    : `${home}/.cache/deno`;
  return { DENO_DIR: resolve(named ?? fallback) };
}

/** The wired hook needs to read and write only; commands start processes and listen. */
function withAllPermissions({ command, args }: Program): Pick<Program, "command" | "args"> {
  const kept = args.filter((arg) => !arg.startsWith("--allow-"));
  return { command, args: kept.flatMap((arg) => arg === "run" ? [arg, "--allow-all"] : [arg]) };
}

interface Settings {
  readonly hooks?: {
    readonly PreToolUse?: readonly {
      readonly hooks: readonly { readonly command: string; readonly args: readonly string[] }[];
    }[];
  };
}

function wiredHook(project: string) {
  const { hooks } = JSON.parse(Deno.readTextFileSync(settingsPath(project))) as Settings;
  const hook = hooks?.PreToolUse?.[0]?.hooks[0];
  if (hook === undefined) throw new Error("init wired no PreToolUse hook");
  return hook;
}

interface HookOutput {
  readonly hookSpecificOutput?: {
    readonly permissionDecision?: string;
    readonly permissionDecisionReason?: string;
  };
}

function answerOf({ code, stdout, stderr }: Finished): HookAnswer {
  const broken = {
    decision: "broken",
    reason: `exit code ${code}, ${JSON.stringify(stdout)}, ${JSON.stringify(stderr)}`,
  } as const;
  let output: HookOutput;
  try {
    output = JSON.parse(stdout) as HookOutput;
  } catch {
    return broken;
  }
  const { permissionDecision: decision, permissionDecisionReason: reason = "" } =
    output.hookSpecificOutput ?? {};
  if (decision === "allow" && code === 0) return { decision, reason };
  if (decision === "deny" && code === 2 && stderr.trim() === reason) return { decision, reason };
  return broken;
}
