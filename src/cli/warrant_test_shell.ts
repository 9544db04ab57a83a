/** Runs the program's `warrant` and `key` commands for tests: in this process, or for real. */
import { Buffer } from "node:buffer";
import type { Command } from "./command.ts";
import { readCommandLine } from "./command_line.ts";

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

const root = new URL("../..", import.meta.url).pathname.replace(/\/$/, "");
const program = ["run", "-A", "--quiet", "--config", `${root}/deno.json`, `${root}/main.ts`];

/** Runs a command in this process; errors that end it are thrown. */
export async function within(command: Command, args: readonly string[]): Promise<Ran> {
  const [out, err]: [string[], string[]] = [[], []];
  const terminal = {
    colour: false,
    print: (...lines: string[]) => void out.push(...lines),
    warn: (...lines: string[]) => void err.push(...lines),
    paint: (_: unknown, text: string) => text,
  };
  const code = await command.run({ ...readCommandLine(command, args), terminal });
  return { code, stdout: out.join("\n"), stderr: err.join("\n") };
}

async function finish(child: Deno.ChildProcess, stdin: Uint8Array): Promise<Ran> {
  const writer = child.stdin.getWriter();
  // A program that does not want all of its input closes it early.
  const fed = writer.write(stdin).then(() => writer.close()).catch(() => {});
  const { code, stdout, stderr } = await child.output();
  await fed;
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, stdout: text(stdout), stderr: text(stderr) };
}

/** Runs the real program. */
export async function runProgram(
  args: readonly string[],
  stdin: Uint8Array | string = "",
): Promise<Ran> {
  const child = new Deno.Command(Deno.execPath(), {
    args: [...program, ...args],
    env: { NO_COLOR: "1" },
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  return await finish(child, typeof stdin === "string" ? new TextEncoder().encode(stdin) : stdin);
}

/** Runs a shell script in `folder`, with the real program as `tenuo-claude`. */
export async function shell(script: string, folder: string): Promise<Ran> {
  const words = [Deno.execPath(), ...program].map((word) => `'${word}'`).join(" ");
  const child = new Deno.Command("bash", {
    args: ["-c", `set -o pipefail\ntenuo-claude() { ${words} "$@"; }\n${script}`],
    cwd: folder,
    env: { NO_COLOR: "1" },
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  return await finish(child, new Uint8Array());
}

/** A folder that is gone afterwards. */
export async function inFolder(body: (folder: string) => Promise<void>): Promise<void> {
  const folder = Deno.realPathSync(Deno.makeTempDirSync({ prefix: "tenuo-" }));
  try {
    await body(folder);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

export function unhex(text: string): Uint8Array {
  return Uint8Array.from(Buffer.from(text, "hex"));
}
