/** A server that is a program of its own: a child with messages on its standard input and output. */
import type { FrameProblem, Message } from "../framing/message.ts";
import { type FrameLimits, frameLimits } from "../framing/read_frame.ts";
import type { Wire } from "../framing/wire.ts";
import { serverEnvironment } from "../programs/server_environment.ts";
import { LineInput } from "./line_input.ts";
import { LineOutput } from "./line_output.ts";
import { endGroup, isSettled, signalGroup } from "./process_group.ts";
import { printOnStderr, StderrLines } from "./stderr_lines.ts";
import { WireError } from "./wire_error.ts";

export interface ServerCommand {
  readonly command: string;
  readonly args: readonly string[];
  /** Beside these variables it is given only those of ours that every program needs. */
  readonly env: { readonly [name: string]: string };
  readonly cwd: string;
}

export interface ServerProcessOptions {
  readonly limits?: FrameLimits;
  /** Milliseconds between the steps of ending it: its input closed, SIGTERM, SIGKILL. */
  readonly patience?: number;
  /** Is given what it writes on standard error, line by line. */
  readonly print?: (line: string) => void;
}

const pieceSize = 1 << 16;
/** Milliseconds in which what a dead server wrote is read to its end. */
const drainTime = 500;

type Child = Deno.ChildProcess;

function spawn({ command, args, env, cwd }: ServerCommand): Child {
  try {
    return new Deno.Command(command, {
      args: [...args],
      env: serverEnvironment(Deno.env.toObject(), env),
      clearEnv: true,
      cwd,
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
      detached: true, // a group of its own, so that what it starts can be ended with it
    }).spawn();
  } catch (error) {
    throw new WireError(`The server cannot be started: ${reasonFor(error as Error, command, cwd)}`);
  }
}

function reasonFor(error: Error, command: string, cwd: string): string {
  if (error.message.includes("No such cwd")) return `the folder "${cwd}" does not exist`;
  if (error.name === "NotFound") return `the program "${command}" is not found`;
  if (error.name === "PermissionDenied") return `the program "${command}" may not be executed`;
  return `the program "${command}": ${error.message}`;
}

export class ServerProcess implements Wire {
  onmessage?: (message: Message) => void;
  onproblem?: (problem: FrameProblem) => void;
  onclose?: (why: string) => void;
  readonly #command: ServerCommand;
  readonly #limits: FrameLimits;
  readonly #patience: number;
  readonly #stderr: StderrLines;
  #child: Child | undefined;
  #input: LineInput | undefined;
  #output: LineOutput | undefined;
  #closeInput: () => void = () => {};
  #ended: Promise<void> = Promise.resolve();
  /** Why it is being ended, once it is. */
  #reason: string | undefined;

  constructor(
    command: ServerCommand,
    { limits = frameLimits, patience = 2000, print = printOnStderr }: ServerProcessOptions = {},
  ) {
    this.#command = command;
    this.#limits = limits;
    this.#patience = patience;
    this.#stderr = new StderrLines(print);
  }

  /** What it last wrote on standard error, up to 4,096 characters, for messages. */
  get complaint(): string {
    return this.#stderr.kept;
  }

  /** @throws {WireError} naming the program or folder when it cannot be started */
  start(): Promise<void> {
    return new Promise((resolve) => {
      if (this.#child !== undefined) throw new WireError("The server has been started already");
      this.#child = spawn(this.#command);
      this.#ended = this.#watch(this.#child);
      resolve();
    });
  }

  /** @throws {WireError} when the server is not there */
  send(message: Message): Promise<void> {
    if (this.#output !== undefined) return this.#output.send(message);
    const failed = Promise.reject(new WireError("The server has not been started"));
    failed.catch(() => {});
    return failed;
  }

  hold(until: Promise<unknown>): void {
    this.#input?.hold(until);
  }

  async close(): Promise<void> {
    await this.#end("was ended");
    await this.#ended;
  }

  /** Asks ever less kindly until it is gone. */
  async #end(reason: string): Promise<void> {
    const child = this.#child;
    if (child === undefined || this.#reason !== undefined) return;
    this.#reason = reason;
    this.#closeInput();
    if (await isSettled(child.status, this.#patience)) return;
    signalGroup(child.pid, "SIGTERM");
    if (await isSettled(child.status, this.#patience)) return;
    signalGroup(child.pid, "SIGKILL");
  }

  /** Tells that it is gone once nothing more of it can come. */
  async #watch(child: Child): Promise<void> {
    const stdin = child.stdin.getWriter();
    stdin.closed.catch(() => {}); // told by the writes
    this.#closeInput = () => void stdin.close().catch(() => {});
    const output = this.#output = new LineOutput(async (bytes) => {
      try {
        await stdin.write(bytes);
      } catch {
        throw new WireError("The server does not read any more");
      }
    });
    const stdout = child.stdout.getReader({ mode: "byob" });
    const reading = this.#read(stdout);
    const words = this.#listen(child);
    const status = await child.status;
    const leftovers = endGroup(child.pid, this.#patience);
    if (!await isSettled(reading, drainTime)) await stdout.cancel().catch(() => {});
    await stdin.abort().catch(() => {});
    await words;
    const ending = status.signal === null
      ? `ended with exit code ${status.code}`
      : `was ended by ${status.signal}`;
    const last = this.#stderr.lastLine;
    const why = `The server ${this.#reason ?? ending}${last === "" ? "" : `: ${last}`}`;
    output.fail(new WireError(why));
    this.onclose?.(why);
    await leftovers;
  }

  async #read(stdout: ReadableStreamBYOBReader): Promise<void> {
    let buffer = new ArrayBuffer(pieceSize);
    const read = async () => {
      const { value, done } = await stdout.read(new Uint8Array(buffer));
      if (value !== undefined) buffer = value.buffer;
      return done ? null : value ?? null;
    };
    this.#input = new LineInput(read, this.#limits, {
      message: (message) => this.onmessage?.(message),
      problem: (problem) => this.onproblem?.(problem),
    });
    let trouble = "closed its output";
    try {
      await this.#input.run();
    } catch (error) {
      trouble = `cannot be read: ${(error as Error).message}`;
    }
    // A server that still runs but says nothing any more is of no use.
    const { status } = this.#child as Child;
    isSettled(status, this.#patience).then((isGone) => isGone ? undefined : this.#end(trouble));
  }

  async #listen({ stderr, status }: Child): Promise<void> {
    const reader = stderr.getReader();
    const lines = (async () => {
      for (;;) {
        const { value, done } = await reader.read();
        if (done) break;
        this.#stderr.push(value);
      }
    })();
    await status;
    if (!await isSettled(lines, drainTime)) await reader.cancel().catch(() => {});
    this.#stderr.end();
  }
}
