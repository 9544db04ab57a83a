/** Programs that do more than their name says, so that granting one by itself grants nearly all. */

const shells =
  "ash bash busybox cmd csh dash elvish fish ksh mksh nu powershell pwsh rbash sh tcsh " +
  "toybox xonsh yash zsh";

const interpreters =
  "bun bunx deno elixir erl expect ghci gjs groovy guile iex irb java jruby jshell " +
  "julia lua luajit node nodejs npx ocaml octave osascript perl php pipx pnpx pry pypy pypy3 python " +
  "python2 python3 r racket rscript ruby runghc sbcl scala swift tclsh ts-node tsx uvx wish";

const textPrograms = "awk ed ex gawk mawk nawk sed";

const wrappers =
  "at batch builtin caffeinate chroot command doas dbus-run-session entr env eval exec " +
  "fakeroot faketime flock ionice nice nohup nsenter parallel perf prlimit proot runuser script setpriv " +
  "setsid source stdbuf strace su sudo systemd-run taskset time timeout unbuffer unshare watch xargs .";

const launchers =
  "cargo docker emacs find git kubectl less ltrace gdb lldb make man more nano npm nvim pip pip3 pnpm podman " +
  "rsync screen socat ssh tar tmux uv vi view vim vimdiff yarn zip";

type Kind = "shell" | "interpreter" | "text" | "wrapper" | "launcher";

const kinds: ReadonlyMap<string, Kind> = new Map(
  ([
    [shells, "shell"],
    [interpreters, "interpreter"],
    [textPrograms, "text"],
    [wrappers, "wrapper"],
    [launchers, "launcher"],
  ] as const).flatMap(([words, kind]) => words.split(" ").map((word) => [word, kind] as const)),
);

/** Launchers that the verbs form lets do no more than their own work. */
const judged: ReadonlySet<string> = new Set("find git less man more rsync ssh tar zip".split(" "));

/** What runs other programs only under some of its subcommands, with one that is sound. */
const withSubcommands: ReadonlyMap<string, string> = new Map([
  ["cargo", "cargo check"],
  ["docker", "docker ps"],
  ["git", "git status"],
  ["kubectl", "kubectl get"],
  ["make", "make check"],
  ["npm", "npm test"],
  ["pip", "pip list"],
  ["pip3", "pip3 list"],
  ["pnpm", "pnpm test"],
  ["podman", "podman ps"],
  ["uv", "uv tree"],
  ["yarn", "yarn test"],
]);

const why: { readonly [kind in Kind]: (program: string) => string } = {
  shell: (program) => `${program} runs any command that it is given; list the commands themselves`,
  interpreter: (program) =>
    `${program} runs any program text that it is given; write the whole command that is meant, ` +
    `for example ${program} scripts/check`,
  text: (program) =>
    `${program} can run commands and write files by its program text; write the verbs form, which ` +
    "looks at that text",
  wrapper: (program) =>
    `${program} runs whatever its words name, and the warrant carries the name alone; list the ` +
    "commands that it would run",
  launcher: (program) =>
    `${program} can start other programs by its options or files; ` +
    (withSubcommands.has(program)
      ? `write the words that are meant, for example ${withSubcommands.get(program)}`
      : judged.has(program)
      ? "write the verbs form, which knows its options"
      : "leave it out"),
};

/** The name that tells what a program is; a script of the project may have any name. */
function nameOf(program: string): string {
  const parts = program.split("/");
  const isInstalled = parts.length === 1 || /^s?bin$/.test(parts.at(-2) ?? "");
  return isInstalled ? parts.at(-1) ?? "" : program;
}

function kindOf(program: string): Kind | undefined {
  const name = nameOf(program).toLowerCase().replace(/\.exe$/, "");
  return kinds.get(name) ?? kinds.get(name.replace(/\d[\d.]*$/, ""));
}

/** Options after which a program takes program text, or the name of any module. */
const programText: { readonly [kind in Kind]?: RegExp } = {
  shell: /^-[A-Za-z]*[cs]$|^-?-?Command$/i,
  interpreter: /^(-[A-Za-z]*[cerE]|--eval|--print|-p|-m|eval|exec)$/,
  text: /^-/,
};

/**
 * Why granting these words grants nearly everything; undefined when it does not.
 *
 * @param words a program, and the words that must follow it
 * @param isStructured the form whose judge looks at the words of the programs it knows
 */
export function broadProgram(
  words: readonly string[],
  isStructured: boolean,
): string | undefined {
  const [program = "", next, ...others] = words;
  const kind = kindOf(program);
  if (kind === undefined) return undefined;
  const name = nameOf(program);
  if (isStructured && (kind === "text" || judged.has(name))) return undefined;
  // Every option of find comes after its paths.
  if (next === undefined || name === "find") return why[kind](name);
  if (kind !== "wrapper") {
    const takesText = programText[kind]?.test(next) === true && others.length === 0;
    return takesText ? why[kind](`${name} ${next}`) : undefined;
  }
  // What a wrapper runs is judged in its place; options and numbers are not it yet.
  const inner = [next, ...others].findIndex((word) => /^[A-Za-z_./][^=]*$/.test(word));
  return inner < 0 ? why.wrapper(name) : broadProgram(words.slice(inner + 1), isStructured);
}
