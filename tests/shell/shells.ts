/** Runs command lines in real shells and tells which programs they started with which words. */
import { delimiter, join } from "node:path";

/** One program that was started: its name and its words. */
export type Started = readonly string[];

export interface Shell {
  readonly name: string;
  readonly args: readonly string[];
}

/** The shells a client may use, without anybody's start-up files. */
export const shells: readonly Shell[] = [
  { name: "bash", args: ["--norc", "--noprofile"] },
  { name: "sh", args: [] },
  { name: "zsh", args: ["-f"] },
];

// Arguments of one process are limited, so long runs take several.
const batchSize = 400;
const lineEnd = "\x01";

// Every line is parsed by itself, and what it starts is appended to one file: pipes swallow output.
const loop = `for line in "$@"; do eval "$line" </dev/null 2>/dev/null; ` +
  `printf '\\001\\0' >> "$STARTED"; done`;

const names = [
  "a",
  "b",
  "ab",
  "a^b",
  "~",
  "-n",
  "--",
  "#x",
  "a=b",
  "!",
  "x",
  "0",
  "[a]",
  "{a",
  "é",
  "HEAD",
];

/** Whether the shell is installed. */
export function isInstalled({ name }: Shell): boolean {
  return (Deno.env.get("PATH") ?? "").split(delimiter).some((folder) => {
    try {
      return Deno.statSync(join(folder, name)).isFile;
    } catch {
      return false;
    }
  });
}

/** Calls `use` with a folder of files whose names look like syntax and stubs of the programs. */
export async function withStubs(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = Deno.realPathSync(Deno.makeTempDirSync({ prefix: "tenuo-shells-" }));
  try {
    for (const path of ["bin", "here", "here/d", "home"]) Deno.mkdirSync(join(folder, path));
    for (const name of names) Deno.writeTextFileSync(join(folder, "here", name), "");
    for (const [program, code] of [["p", 0], ["q", 1]] as const) {
      const path = join(folder, "bin", program);
      const text = `#!/bin/sh\nprintf '%s\\0' '\x02${program}' "$@" >> "$STARTED"\nexit ${code}\n`;
      Deno.writeTextFileSync(path, text);
      Deno.chmodSync(path, 0o755);
    }
    await use(folder);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

async function runOnce(shell: Shell, folder: string, script: string, lines: readonly string[]) {
  const started = Deno.makeTempFileSync({ dir: folder });
  await new Deno.Command(shell.name, {
    args: [...shell.args, "-c", script, shell.name, ...lines],
    cwd: join(folder, "here"),
    clearEnv: true,
    env: {
      HOME: join(folder, "home"),
      PATH: `${join(folder, "bin")}:/usr/bin:/bin`,
      LC_ALL: "C.UTF-8",
      STARTED: started,
    },
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).output();
  return Deno.readTextFileSync(started).split("\0").slice(0, -1);
}

function programsIn(fields: readonly string[]): Started[] {
  const started: string[][] = [];
  for (const field of fields) {
    if (field.startsWith("\x02")) started.push([field.slice(1)]);
    else started.at(-1)?.push(field);
  }
  return started;
}

/**
 * What each line starts, in the order in which it was noted; parts of a pipeline in any order. A
 * line at which the shell gave up and all after it are missing.
 */
export async function startedBy(
  shell: Shell,
  folder: string,
  lines: readonly string[],
): Promise<Started[][]> {
  const all: Started[][] = [];
  for (let at = 0; at < lines.length; at += batchSize) {
    const fields = await runOnce(shell, folder, loop, lines.slice(at, at + batchSize));
    let from = 0;
    for (let end = fields.indexOf(lineEnd); end >= 0; end = fields.indexOf(lineEnd, from)) {
      all.push(programsIn(fields.slice(from, end)));
      from = end + 1;
    }
    if (all.length < Math.min(at + batchSize, lines.length)) return all;
  }
  return all;
}

/** What one line starts when it is the whole script of the shell, as a client hands it over. */
export async function startedByScript(shell: Shell, folder: string, line: string) {
  return programsIn(await runOnce(shell, folder, line, []));
}
