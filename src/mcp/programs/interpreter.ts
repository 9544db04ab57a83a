/** Programs that run other files: which word of their command line is the script. */
import { basename } from "node:path";

interface Kind {
  /** Options that are followed by a value. */
  readonly valued: readonly string[];
  /** Options whose value, or whose rest, is the code itself. */
  readonly code: readonly string[];
  /** Words before the script. */
  readonly words?: readonly string[];
}

const shell: Kind = { valued: ["-o", "+o", "-O", "+O"], code: ["-c"] };
const node: Kind = {
  valued: [
    ...["-r", "--require", "--import", "--loader", "--experimental-loader", "-C", "--conditions"],
  ],
  code: ["-e", "--eval", "-p", "--print", "-pe", "-"],
};
const python: Kind = { valued: ["-W", "-X"], code: ["-c", "-"] };

const kinds: readonly (readonly [name: RegExp, kind: Kind])[] = [
  [/^((node|nodejs)(-?\d+)?|tsx|ts-node)$/, node],
  [/^(python|pypy)(\d+(\.\d+)*)?$/, python],
  [/^(sh|bash|dash|zsh|ash|ksh|fish)$/, shell],
  [/^deno$/, {
    valued: ["-c", "--config", "--import-map", "--lock", "--cert", "--location", "--preload"],
    code: ["eval", "task", "-"],
    words: ["run", "serve"],
  }],
  [/^bun$/, {
    valued: ["-r", "--preload", "--require", "-c", "--config", "--cwd", "--env-file"],
    code: ["-e", "--eval", "-p", "--print", "-"],
    words: ["run"],
  }],
  [/^(ruby|perl)(\d+(\.\d+)*)?$/, { valued: ["-I", "-r"], code: ["-e", "-E", "-"] }],
  [/^php(\d+(\.\d+)*)?$/, { valued: ["-c", "-d"], code: ["-r", "-"] }],
  [/^java$/, { valued: ["-cp", "-classpath", "--class-path", "-p", "--module-path"], code: [] }],
  [/^(dotnet|lua|luajit|Rscript|julia|elixir)$/, { valued: [], code: ["-e"] }],
];

/** Python's `-m`, behind others in one word, and with its value. */
const moduleOption = /^-[bBdEiIOPqsSuvx]*m(.*)$/s;

/** What an interpreter is told to run. */
export type Told =
  /** The word at `at` names the script. */
  | { readonly runs: "script"; readonly at: number }
  /** Python: the module of this name, which the word at `at` asks for. */
  | { readonly runs: "module"; readonly name: string; readonly at: number }
  /** The code stands in the policy itself. */
  | { readonly runs: "code" }
  | { readonly runs: "nothing" };

function kindOf(command: string): Kind | undefined {
  return kinds.find(([name]) => name.test(basename(command)))?.[1];
}

/** True for a program that runs what others write. */
export function isInterpreter(command: string): boolean {
  return kindOf(command) !== undefined;
}

/** True for a program that runs command lines. */
export function isShell(command: string): boolean {
  return kindOf(command) === shell;
}

/** True for a program that loads more when the folder it is started in says so. */
export function readsSettings(command: string, args: readonly string[]): boolean {
  const name = basename(command);
  return /^(bun|tsx|ts-node)$/.test(name) || name === "deno" && !args.includes("--no-config");
}

/** Reads the words that an interpreter is given. @param command a name or path of one */
export function toldTo(command: string, args: readonly string[]): Told {
  const kind = kindOf(command);
  if (kind === undefined) return { runs: "nothing" };
  const words = new Set(kind.words);
  for (let at = 0; at < args.length; at++) {
    const word = args[at] as string;
    if (kind.code.includes(word)) return { runs: "code" };
    const module = kind === python ? moduleOption.exec(word)?.[1] : undefined;
    if (module !== undefined) {
      const name = module === "" ? args[at + 1] : module;
      return name === undefined ? { runs: "nothing" } : { runs: "module", name, at };
    }
    if (kind.valued.includes(word)) at++;
    else if (word === "--") return at + 1 < args.length ? script(at + 1) : { runs: "nothing" };
    else if (words.delete(word)) words.clear();
    else if (!word.startsWith("-") && !word.startsWith("+")) return script(at);
  }
  return { runs: "nothing" };
}

function script(at: number): Told {
  return { runs: "script", at };
}
