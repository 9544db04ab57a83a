/**
 * Appends that are cut short, as by SIGKILL: the process makes no system call after the one at which
 * it ends. Within the process that is played by calls that fail; a real one kills itself.
 */
import { equal } from "node:assert/strict";
import { Buffer } from "node:buffer";
import type { AppendOptions } from "../../src/receipts/log.ts";
import { sampleDraft } from "../../src/receipts/sample_log.ts";

/** Where a run ends. */
export type Point =
  /** Before the call with this number, counted from 1. */
  | { readonly call: number }
  /** After this many bytes of what is written. */
  | { readonly bytes: number };

export interface Crash {
  /** False when the run came to its end before the point. */
  readonly crashed: boolean;
  /** Bytes that were to be written. */
  readonly bytes: number;
}

/** What an append asks of the system, in `Deno` and in `Deno.FsFile.prototype`. */
const calls = ["openSync", "renameSync", "readDirSync", "lstatSync"] as const;
const fileCalls = [
  "tryLockSync",
  "statSync",
  "seekSync",
  "readSync",
  "writeSync",
  "syncSync",
  "syncDataSync",
  "truncateSync",
] as const;

/**
 * Runs up to the point.
 *
 * @param die called there; when it returns, each later call of the run fails. Closing does not, since
 * the system closes what a dead process had open.
 */
export function crashAt(point: Point, run: () => void, die: () => void = () => {}): Crash {
  let count = 0;
  let bytes = 0;
  let isDead = false;
  const end = () => {
    isDead = true;
    die();
    throw new Error("The process is gone");
  };
  // deno-lint-ignore no-explicit-any
  type Call = (this: any, ...args: any[]) => any;
  const cut = (name: string, call: Call): Call =>
    function (...args) {
      if (isDead) throw new Error("The process is gone");
      if ("call" in point && ++count === point.call) end();
      if (name === "writeSync") {
        const [all] = args as [Uint8Array];
        bytes += all.length;
        if ("bytes" in point && point.bytes < all.length) {
          call.call(this, all.subarray(0, point.bytes));
          end();
        }
      }
      const result = call.apply(this, args);
      if (name === "writeSync" && "bytes" in point && point.bytes === bytes) end();
      return result;
    };
  const undo = [patch(Deno, calls, cut), patch(Deno.FsFile.prototype, fileCalls, cut)];
  try {
    run();
  } catch (error) {
    if (!isDead) throw error;
  } finally {
    for (const one of undo) one();
  }
  return { crashed: isDead, bytes };
}

function patch<Name extends string, Call>(
  target: { [Key in Name]: Call },
  names: readonly Name[],
  cut: (name: string, call: Call) => Call,
): () => void {
  const kept = names.map((name): [Name, Call] => [name, target[name]]);
  for (const [name, call] of kept) target[name] = cut(name, call);
  return () => {
    for (const [name, call] of kept) target[name] = call;
  };
}

const source = (path: string) => JSON.stringify(import.meta.resolve(path));

/** The receipt whose append is killed. */
export const killed = sampleDraft({ reason: "killed" });

/**
 * Lets a process append it to a log of its own and kill itself at the point.
 *
 * @param start what the log holds before
 * @param options members of AppendOptions but the key, as JSON has them
 * @param look at the log that is left
 */
export async function whereKilled(
  point: Point,
  start: Uint8Array | string,
  options: Partial<AppendOptions>,
  look: (path: string) => void,
): Promise<void> {
  const folder = Deno.makeTempDirSync({ prefix: "tenuo-" });
  try {
    const path = `${folder}/receipts.jsonl`;
    Deno.writeFileSync(path, typeof start === "string" ? new TextEncoder().encode(start) : start);
    equal(await killedAt(point, path, options), "SIGKILL");
    look(path);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

/** Returns the signal that the process ended with; null when it came to its end. */
async function killedAt(
  point: Point,
  path: string,
  options: Partial<AppendOptions>,
): Promise<string | null> {
  const code = `
    import { append } from ${source("../../src/receipts/sample_log.ts")};
    import { crashAt } from ${source("./crash.ts")};
    const options = { sync: true, ...${JSON.stringify(options)} };
    const run = () => void append(${JSON.stringify(path)}, { reason: "killed" }, options);
    crashAt(${JSON.stringify(point)}, run, () => Deno.kill(Deno.pid, "SIGKILL"));
  `;
  const { signal, stderr, code: exit } = await new Deno.Command(Deno.execPath(), {
    args: ["eval", "--no-check", code],
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).output();
  if (signal === null && exit !== 0) throw new Error(new TextDecoder().decode(stderr));
  return signal;
}

/** Every file of the log at `path` by its name, with its bytes. */
export function filesBeside(path: string): Map<string, Buffer> {
  const folder = path.slice(0, path.lastIndexOf("/"));
  const names = [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
  return new Map(names.map((name) => [name, Buffer.from(Deno.readFileSync(`${folder}/${name}`))]));
}
