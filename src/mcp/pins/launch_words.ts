/** A launch as it really starts: the program on the disk, and the files that it consists of. */
import { basename, resolve } from "node:path";
import type { ServerLaunch } from "../../policy/snapshot.ts";
import { type Environment, fileNamed, findProgram, Unresolved } from "./find_program.ts";
import { isInterpreter, toldTo } from "./interpreter.ts";
import { installedFolder } from "./node_package.ts";
import { npxScript, npxWords } from "./npx_command.ts";
import { moduleFolder } from "./python_module.ts";
import { runtimeOf } from "./script_runtime.ts";

export type CommandLaunch = Extract<ServerLaunch, { readonly kind: "command" }>;

/** Everything about a program but its digests. */
export interface Resolved {
  readonly command: string;
  readonly leadsTo?: string;
  readonly args: readonly string[];
  /** Absolute, free of links. */
  readonly files: readonly string[];
  /** The folder of an installed package of node. */
  readonly packageFolder?: string;
  /** The folder or file of a module of Python. */
  readonly module?: { readonly name: string; readonly folder: string };
  readonly unpinned: readonly string[];
}

const scriptName = /\.([cm]?[jt]sx?|py|rb|sh|pl|php)$/;
const npmRunners = /^(npx|npm)$/;
const launchers = /^(pnpm|pnpx|yarn|bunx|uv|uvx|pipx|poetry|pipenv|docker|podman|nix|conda|mise)$/;

/** Scripts among the words that a launcher hands on. */
function scriptsAmong(args: readonly string[], cwd: string): string[] {
  return args.filter((word) => scriptName.test(word)).flatMap((word) => fileNamed(word, cwd) ?? []);
}

/** The words after `npx`, and the words that start it. */
function npxLine(command: string, args: readonly string[]) {
  if (basename(command) === "npx") return { line: [command], words: npxWords(args) };
  const [verb = "", ...rest] = args;
  return { line: [command, verb], words: /^(exec|x)$/.test(verb) ? npxWords(rest) : undefined };
}

async function resolveNpx(
  command: string,
  { args, cwd }: CommandLaunch,
  environment: Environment,
): Promise<Resolved | undefined> {
  const { line, words } = npxLine(command, args);
  if (words === undefined) return undefined;
  const found = await npxScript(line, words, cwd, environment);
  if (found === undefined) return undefined;
  const { script, folder } = found;
  const node = findProgram("node", environment, cwd);
  const starts = node !== undefined && isForNode(script);
  return {
    command: starts ? node : script,
    args: starts ? [script, ...words.rest] : words.rest,
    files: scriptsAmong(words.rest, cwd),
    packageFolder: folder,
    unpinned: [],
  };
}

/** The words of a script's first line after `#!`, without `env` and its options. */
export function shebangOf(path: string): readonly string[] {
  try {
    const file = Deno.openSync(path);
    try {
      const head = new Uint8Array(512);
      const count = file.readSync(head) ?? 0;
      const line = new TextDecoder().decode(head.subarray(0, count)).split("\n", 1)[0] ?? "";
      if (!line.startsWith("#!")) return [];
      const words = line.slice(2).trim().split(/\s+/);
      return basename(words[0] ?? "") === "env" ? words.slice(words[1] === "-S" ? 2 : 1) : words;
    } finally {
      file.close();
    }
  } catch {
    return [];
  }
}

function isForNode(script: string): boolean {
  const words = shebangOf(script);
  if (words.length === 0) return /\.[cm]?js$/.test(script);
  return words.length === 1 && basename(words[0] ?? "") === "node";
}

/** A script by itself, or the package that it was installed with. */
function scriptFiles(script: string): Pick<Resolved, "files" | "packageFolder"> {
  const folder = installedFolder(script);
  return folder === undefined ? { files: [script] } : { files: [], packageFolder: folder };
}

async function resolveInterpreted(
  command: string,
  { args, cwd }: CommandLaunch,
  environment: Environment,
): Promise<Resolved> {
  const told = toldTo(command, args);
  const plain = { command, args, files: [], unpinned: [] };
  if (told.runs === "module") {
    const folder = await moduleFolder(command, told.name, cwd, environment);
    if (folder !== undefined) return { ...plain, module: { name: told.name, folder } };
    return { ...plain, unpinned: [`The module ${told.name} cannot be found, so it is not pinned`] };
  }
  if (told.runs === "script") {
    const word = args[told.at] as string;
    const script = fileNamed(word, cwd);
    if (script === undefined) {
      return { ...plain, unpinned: [`${word} is no file, so what ${command} runs is not pinned`] };
    }
    const before = args.slice(0, told.at).flatMap((one) => fileNamed(one, cwd) ?? []);
    const rest = args.slice(told.at + 1);
    const { files, packageFolder } = scriptFiles(script);
    return {
      ...plain,
      // Where a link led when it was pinned.
      args: [...args.slice(0, told.at), script, ...rest],
      files: [...before, ...files, ...packageFolder === undefined ? [] : scriptsAmong(rest, cwd)],
      ...(packageFolder === undefined ? {} : { packageFolder }),
    };
  }
  const code = "What the code in its arguments loads or starts is not pinned";
  return { ...plain, unpinned: [told.runs === "code" ? code : `${command} is given no script`] };
}

/** A program of its own, or a script that names its interpreter. */
async function resolveFile(
  command: string,
  { args, cwd }: CommandLaunch,
  environment: Environment,
): Promise<Resolved> {
  const real = Deno.realPathSync(command);
  const plain = { command: real, args, files: [real], unpinned: [] };
  const [interpreter = ""] = shebangOf(real);
  if (interpreter !== "") {
    const { files, packageFolder } = scriptFiles(real);
    if (packageFolder !== undefined) return { ...plain, files, packageFolder };
    const module = /^(python|pypy)/.test(basename(interpreter))
      ? await stubModule(real, interpreter, cwd, environment)
      : undefined;
    return module === undefined ? plain : { ...plain, module };
  }
  // Some programs go by the name that they are started with.
  if (basename(command) === basename(real)) return plain;
  return { ...plain, command, leadsTo: real };
}

/** What the short script of an installed Python program starts. */
async function stubModule(
  script: string,
  interpreter: string,
  cwd: string,
  environment: Environment,
): Promise<Resolved["module"]> {
  if (Deno.statSync(script).size > 2048) return undefined;
  const name = /^from ([\w.]+) import /m.exec(Deno.readTextFileSync(script))?.[1]?.split(".")[0];
  const python = findProgram(interpreter, environment, cwd);
  if (name === undefined || python === undefined) return undefined;
  const folder = await moduleFolder(python, name, cwd, environment);
  return folder === undefined ? undefined : { name, folder };
}

/**
 * What a command of the policy really starts.
 *
 * @param environment the variables the launcher may need; the launch's own come over them
 * @throws {Unresolved} when there is no such command, or nothing that could run it
 */
export async function resolveCommand(
  launch: CommandLaunch,
  environment: Environment,
): Promise<Resolved> {
  const { command: written, cwd, args } = launch;
  const variables = { ...environment, ...launch.env };
  if (scriptName.test(written)) {
    const script = fileNamed(written, cwd);
    const own = findProgram(resolve(cwd, written), variables, cwd);
    if (script !== undefined && (own === undefined || shebangOf(script).length === 0)) {
      const runtime = await runtimeOf(script, variables, cwd);
      return {
        ...runtime,
        args: [...runtime.args, script, ...args],
        unpinned: [],
        ...scriptFiles(script),
      };
    }
  }
  const command = findProgram(written, variables, cwd);
  if (command === undefined) throw new Unresolved(`There is no program ${written}`);
  const name = basename(written);
  if (npmRunners.test(name)) {
    const resolved = await resolveNpx(command, launch, variables);
    if (resolved !== undefined) return resolved;
  }
  if (npmRunners.test(name) || launchers.test(name)) {
    const why = `${name} decides at each start what it runs, so only ${name} itself is pinned`;
    return { command, args, files: scriptsAmong(args, cwd), unpinned: [why] };
  }
  return isInterpreter(name)
    ? await resolveInterpreted(command, launch, variables)
    : await resolveFile(command, launch, variables);
}
