/** A launch as it really starts: the program on the disk, and the files that it consists of. */
import { basename, dirname, resolve } from "node:path";
import type { ServerLaunch } from "../../policy/snapshot.ts";
import { fileNamed, findProgram, Unresolved } from "./find_program.ts";
import { isInterpreter, isShell, readsSettings, toldTo } from "./interpreter.ts";
import { isLauncher, loadedBy } from "./launchers.ts";
import { installedFolder } from "./node_package.ts";
import { npmWords, npxScript, npxWords } from "./npx_command.ts";
import { findModule } from "./python_module.ts";
import { isForNode, shebangOf } from "./shebang.ts";
import { runtimeOf } from "./script_runtime.ts";
import { type Environment, passedOn, serverEnvironment } from "./server_environment.ts";

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

/** Scripts among the words that a launcher hands on. */
function scriptsAmong(args: readonly string[], cwd: string): string[] {
  return args.filter((word) => scriptName.test(word)).flatMap((word) => fileNamed(word, cwd) ?? []);
}

/** The words after `npx`, and the words that start it. */
function npxLine(command: string, args: readonly string[]) {
  if (basename(command) === "npx") return { line: [command], words: npxWords(args) };
  const [verb = "", ...rest] = args;
  return { line: [command, verb], words: /^(exec|x)$/.test(verb) ? npmWords(rest) : undefined };
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

/** A script by itself, or the package that it was installed with. */
function scriptFiles(script: string): Pick<Resolved, "files" | "packageFolder"> {
  const folder = installedFolder(script);
  return folder === undefined ? { files: [script] } : { files: [], packageFolder: folder };
}

/** What a file may start or load by its interpreter alone, in a sentence. */
function startedBy(
  { interpreter, args = [] }: { readonly interpreter: string; readonly args?: readonly string[] },
  script: string,
  cwd: string,
): string[] {
  if (isShell(interpreter)) return [`What ${script} starts is not pinned`];
  return readsSettings(interpreter, args)
    ? [`${basename(interpreter)} reads settings in and above ${cwd}, which are not pinned`]
    : [];
}

/** `-m`: the module as Python finds it now, and so that nothing else is found for it later. */
async function resolveModule(
  command: string,
  { name, at }: { readonly name: string; readonly at: number },
  { args, cwd }: CommandLaunch,
  environment: Environment,
): Promise<Resolved> {
  const plain = { command, args, files: [], unpinned: [] };
  const options = args.slice(0, at + 1).flatMap((word) => /^-[EIPsS]+(?=m?$)/.exec(word) ?? []);
  const question = { python: command, options, name, first: cwd, cwd, environment };
  const found = await findModule(question);
  if (found === undefined) {
    return { ...plain, unpinned: [`The module ${name} cannot be found, so it is not pinned`] };
  }
  const { folder, looks, isThere } = found;
  const module = { name, folder };
  if (looks === "isolated") return { ...plain, module };
  if (looks === "safe" && !isThere) {
    return { ...plain, args: ["-P", ...args], module };
  }
  const why = `Python looks for modules in ${cwd} first, so what is put there is not pinned`;
  return { ...plain, module, unpinned: [why] };
}

/** @param runs the interpreter by a name that tells which one it is */
async function resolveInterpreted(
  command: string,
  runs: string,
  launch: CommandLaunch,
  environment: Environment,
): Promise<Resolved> {
  const { args, cwd } = launch;
  const told = toldTo(runs, args);
  const plain = { command, args, files: [], unpinned: [] };
  if (told.runs === "module") return await resolveModule(command, told, launch, environment);
  if (told.runs === "script") {
    const word = args[told.at] as string;
    const script = fileNamed(word, cwd);
    if (script === undefined) {
      return { ...plain, unpinned: [`${word} is no file, so what ${command} runs is not pinned`] };
    }
    // Options may hold their value: --import=./hook.js
    const before = args.slice(0, told.at)
      .flatMap((one) => fileNamed(one.replace(/^--[\w-]+=/, ""), cwd) ?? []);
    const rest = args.slice(told.at + 1);
    const { files, packageFolder } = scriptFiles(script);
    return {
      ...plain,
      // Where a link led when it was pinned.
      args: [...args.slice(0, told.at), script, ...rest],
      files: [...before, ...files, ...packageFolder === undefined ? [] : scriptsAmong(rest, cwd)],
      ...(packageFolder === undefined ? {} : { packageFolder }),
      unpinned: startedBy({ interpreter: runs, args }, script, cwd),
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
  const [interpreter = "", ...options] = shebangOf(real);
  // Through env, which would look for it anew at each start, in whatever PATH there is then.
  const found = interpreter.includes("/") || interpreter === ""
    ? undefined
    : findProgram(interpreter, environment, cwd);
  const starts = found === undefined
    ? { command: real, args }
    : { command: found, args: [...options, real, ...args] };
  const plain = { ...starts, files: [real], unpinned: [] };
  if (interpreter !== "") {
    const { files, packageFolder } = scriptFiles(real);
    if (packageFolder !== undefined) return { ...plain, files, packageFolder };
    const module = /^(python|pypy)/.test(basename(interpreter))
      ? await stubModule(real, interpreter, cwd, environment)
      : undefined;
    if (module !== undefined) return { ...plain, module };
    return { ...plain, unpinned: startedBy({ interpreter }, real, cwd) };
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
  // A script's own folder is where its modules are looked for first.
  const question = { python, name, first: dirname(script), cwd, environment };
  const found = await findModule(question);
  return found === undefined ? undefined : { name, folder: found.folder };
}

async function resolveWords(
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
        unpinned: startedBy({ interpreter: runtime.command, args: runtime.args }, script, cwd),
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
  if (npmRunners.test(name) || isLauncher(name)) {
    const files = scriptsAmong(args, cwd);
    const held = files.length === 0
      ? `${name} itself is`
      : `${name} itself and ${files.join(", ")} are`;
    const why = `${name} decides at each start what it runs, so only ${held} pinned`;
    return { command, args, files, unpinned: [why] };
  }
  // As the server will be started: what a person has set beside that must not decide.
  const given = { ...passedOn(environment, launch.passEnv), ...launch.env };
  const started = serverEnvironment(environment, given);
  const runs = isInterpreter(name) ? name : Deno.realPathSync(command);
  return isInterpreter(runs)
    ? await resolveInterpreted(command, runs, launch, started)
    : await resolveFile(command, launch, started);
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
  const resolved = await resolveWords(launch, environment);
  return { ...resolved, unpinned: [...resolved.unpinned, ...loadedBy(launch)] };
}
