/** Throw-away governed projects, their commands as processes, and callers of their service. */
import { Buffer } from "node:buffer";
import { spawnSync } from "node:child_process";
import { thisProgram } from "../claude/program.ts";
import type { Cbor } from "../protocol/cbor.ts";
import { readChain } from "../protocol/chain.ts";
import { prove } from "../protocol/pop.ts";
import type { Receipt } from "../receipts/receipt.ts";
import { openKey, openWarrant, type Place } from "./authority.ts";

type Environment = Readonly<Record<string, string>>;

export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Headers and body of a call, for `ask`. */
export interface SignedCall {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface SignOptions {
  readonly args?: Readonly<Record<string, Cbor>>;
  readonly warrant?: Uint8Array;
  /** Whose holder key signs, by default the project's own. */
  readonly holder?: Place;
  /** Unix seconds of the proof. */
  readonly now?: number;
  readonly encoding?: "base64url" | "base64" | "hex";
}

export interface TestProject {
  readonly place: Place;
  readonly folder: string;
  /** Runs a command of this program in the project. */
  readonly run: (args: readonly string[], input?: string) => Outcome;
  /** The same, beside whatever else happens. */
  readonly begin: (args: readonly string[], env?: Environment) => Promise<Outcome>;
  readonly sign: (capability: string, options?: SignOptions) => SignedCall;
  readonly receipts: () => Receipt[];
}

export const stockPolicy = `name: service
sandbox: ./sandbox
enforce:
  Read: subpath:{sandbox}
  Bash: shlex:ls
default: deny
`;

/** What a test that runs inside the client or with an own port must not pass on. */
const foreign = [
  "CLAUDECODE",
  "CLAUDE_PROJECT_DIR",
  "TENUO_PROJECT_DIR",
  "TENUO_AUTHORIZER_PORT",
  "PORT",
];

let cache: string | undefined;

/** Where Deno keeps packages: it must not depend on the project's own HOME. */
function denoFolder(): string {
  cache ??= String(
    JSON.parse(spawnSync(Deno.execPath(), ["info", "--json"], { encoding: "utf8" }).stdout).denoDir,
  );
  return cache;
}

function environment(folder: string): Record<string, string> {
  const inherited = Object.entries(Deno.env.toObject())
    .filter(([name]) => !foreign.includes(name));
  return {
    ...Object.fromEntries(inherited),
    HOME: `${folder}/home`,
    CLAUDE_CONFIG_DIR: `${folder}/home/.claude`,
    DENO_DIR: denoFolder(),
    NO_COLOR: "1",
    XDG_RUNTIME_DIR: "",
    TMPDIR: folder,
  };
}

/** How a command of this program is started as a process of its own. */
function invocation(folder: string, args: readonly string[]) {
  const { command, args: before } = thisProgram();
  const main = before.at(-1) as string;
  const all = ["run", "--quiet", "--no-prompt", "-A", main, ...args];
  return { command, args: all, env: environment(folder) };
}

function runProgram(folder: string, cwd: string, args: readonly string[], input: string): Outcome {
  const { command, args: all, env } = invocation(folder, args);
  const options = { cwd, env, input, encoding: "utf8", timeout: 60_000 } as const;
  const { status, stdout, stderr } = spawnSync(command, all, options);
  return { code: status ?? -1, stdout, stderr };
}

async function beginProgram(
  folder: string,
  cwd: string,
  args: readonly string[],
  more: Environment,
): Promise<Outcome> {
  const { command, args: all, env: own } = invocation(folder, args);
  const env = { ...own, ...more };
  const options = { args: all, cwd, env, clearEnv: true, stdin: "null" } as const;
  const { code, stdout, stderr } = await new Deno.Command(command, options).output();
  const decoder = new TextDecoder();
  return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
}

function sign(place: Place, capability: string, options: SignOptions): SignedCall {
  const { args = {}, warrant = openWarrant(place), encoding = "base64url" } = options;
  const leaf = readChain(warrant).at(-1);
  const now = options.now ?? Date.now() / 1000;
  const key = openKey(options.holder ?? place, "holderKey");
  const proof = prove(key, leaf?.id ?? "", capability, new Map(Object.entries(args)), now);
  return {
    headers: {
      "x-tenuo-warrant": Buffer.from(warrant).toString("base64url"),
      "x-tenuo-pop": Buffer.from(proof).toString(encoding),
    },
    body: JSON.stringify(args),
  };
}

function readReceipts(project: string): Receipt[] {
  const text = Deno.readTextFileSync(`${project}/.state/receipts.jsonl`);
  return text.split("\n").filter((line) => line !== "").map((line) => JSON.parse(line));
}

/** Runs `body` in a project that `init` has prepared; stops its service and removes it afterwards. */
export async function withProject(
  body: (project: TestProject) => void | Promise<void>,
  { policy = stockPolicy, name = "project" } = {},
): Promise<void> {
  const folder = Deno.realPathSync(Deno.makeTempDirSync({ prefix: "tenuo-service-" }));
  const root = `${folder}/${name}`;
  const run = (args: readonly string[], input = "") => runProgram(folder, root, args, input);
  try {
    for (const path of [`${root}/sandbox`, `${folder}/home`]) {
      Deno.mkdirSync(path, { recursive: true });
    }
    Deno.writeTextFileSync(`${root}/tenuo.yaml`, policy);
    Deno.writeTextFileSync(`${root}/sandbox/notes.txt`, "a note\n");
    const { code, stderr } = run(["init"]);
    if (code !== 0) throw new Error(`init ended with ${code}: ${stderr}`);
    const hexRoot = Deno.readTextFileSync(`${root}/.state/issuer_pub.hex`).trim();
    const place = { project: root, root: hexRoot };
    await body({
      place,
      folder,
      run,
      begin: (args, env = {}) => beginProgram(folder, root, args, env),
      sign: (capability, options = {}) => sign(place, capability, options),
      receipts: () => readReceipts(root),
    });
  } finally {
    run(["down"]);
    Deno.removeSync(folder, { recursive: true });
  }
}

/** A port that nobody listens on. */
export function freePort(): number {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  listener.close();
  return port;
}

/** Sends these bytes to a loopback port and returns all that comes back, up to its end. */
export async function sendRaw(port: number, text: string): Promise<string> {
  const connection = await Deno.connect({ hostname: "127.0.0.1", port });
  try {
    const bytes = new TextEncoder().encode(text);
    try {
      for (let at = 0; at < bytes.length;) at += await connection.write(bytes.subarray(at));
    } catch {
      // The service may have answered and hung up already.
    }
    let answer = "";
    const buffer = new Uint8Array(16384);
    for (;;) {
      const count = await connection.read(buffer).catch(() => null);
      if (count === null) return answer;
      answer += new TextDecoder().decode(buffer.subarray(0, count));
    }
  } finally {
    connection.close();
  }
}

/** Waits until a condition holds. @throws when it does not within `milliseconds` */
export async function until(
  what: string,
  condition: () => boolean | Promise<boolean>,
  milliseconds = 8000,
): Promise<void> {
  const deadline = performance.now() + milliseconds;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`Not in time: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}
