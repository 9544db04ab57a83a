import { type Executable, readExecutableFile } from "./executable.ts";
import { deno, isPresent } from "./workspace.ts";

/** The most that may be appended to the runtime: it is read whole at every start. */
export const PAYLOAD_LIMIT = 1_500_000;

// Reading and writing files with any name, sockets and processes are the product's work; of the
// system only whose process it is and on which machine. No ffi.
const PERMISSIONS = [
  "--allow-read",
  "--allow-write",
  "--allow-env",
  "--allow-run",
  "--allow-net",
  "--allow-sys=uid,gid,hostname,homedir",
];

// Without a code cache nobody can change what the file does by writing into TMPDIR. Nearly every
// function of a call runs once, so the baseline compiler (sparkplug) does not pay for itself; nor does
// making machine code of an expression that is run a second time.
const FLAGS = [
  "--no-code-cache",
  "--no-prompt",
  "--v8-flags=--no-sparkplug,--regexp-tier-up-ticks=50",
  "--no-config",
  "--no-lock",
  "--no-npm",
  "--no-remote",
  "--no-check",
];

/** Everything that decides what `deno compile` makes of the same files. */
export const recipe = [...FLAGS, ...PERMISSIONS].join(" ");

/** A program in one file. */
export interface Standalone {
  readonly path: string;
  readonly fileBytes: number;
  /** What is appended to the runtime; the embedded files' sum where the format does not tell. */
  readonly payloadBytes: number;
}

function explain(stderr: string): string {
  const chosen = Deno.env.get("DENORT_BIN");
  const version = Deno.version.deno;
  if (chosen !== undefined && stderr.includes("Could not find denort")) {
    return `DENORT_BIN names "${chosen}", where no compile runtime of Deno ${version} is`;
  }
  if (stderr.includes("denort") || stderr.includes("Setting up base binary")) {
    return `The compile runtime of Deno ${version} could not be downloaded; ` +
      "set DENORT_BIN to the path of a denort of that version";
  }
  return `deno compile failed:\n${stderr.trim()}`;
}

function check(path: string, { system, architecture }: Executable): void {
  if (system === Deno.build.os && architecture === Deno.build.arch) return;
  throw new Error(
    `${path} is for ${system} on ${architecture}, ` +
      `this machine is ${Deno.build.os} on ${Deno.build.arch}`,
  );
}

function folderBytes(folder: string): number {
  const sizes = [...Deno.readDirSync(folder)].map(({ name, isDirectory }) =>
    isDirectory ? folderBytes(`${folder}/${name}`) : Deno.statSync(`${folder}/${name}`).size
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

/**
 * Measures the file at `path` that was compiled with all of the folder `embedded`.
 * @throws {Error} when it is missing or not for this machine
 */
export function inspectStandalone(path: string, embedded: string): Standalone {
  if (!isPresent(path)) throw new Error(`${path} is missing; build it with: deno task compile`);
  const executable = readExecutableFile(path);
  check(path, executable);
  const fileBytes = Deno.statSync(path).size;
  const { runtimeBytes } = executable;
  const payloadBytes = runtimeBytes === undefined
    ? folderBytes(embedded)
    : fileBytes - runtimeBytes;
  return { path, fileBytes, payloadBytes };
}

/**
 * Compiles the JavaScript at `entry`, and all of the folder `embedded` with it, to one file.
 * @throws {Error} when it cannot be compiled or is not for this machine
 */
export async function compileStandalone(
  entry: string,
  embedded: string,
  path: string,
): Promise<Standalone> {
  const target = ["--include", embedded, "--output", path, entry];
  const { code, stderr } = await deno(["compile", ...FLAGS, ...PERMISSIONS, ...target]);
  if (code !== 0) throw new Error(explain(stderr));
  return inspectStandalone(path, embedded);
}
