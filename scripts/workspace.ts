import { dirname } from "node:path";

/** The repository's root. */
export const root = dirname(import.meta.dirname ?? ".");

/** Everything the build makes: ignored by git, removed at will. */
export const dist = `${root}/dist`;

/** The file that people install. */
export const builtFile = `${dist}/tenuo-claude`;

/** What is embedded in the built file: bundled code under `code`, data folders at their own names. */
export const stage = `${dist}/build`;

/**
 * Where the bundled code lies in the stage: as deep as `src/<room>/`, so that
 * `new URL("../../policy/…", import.meta.url)` means the same file from source and compiled.
 */
export const code = `${stage}/src/bundle`;

/** The data that commands read: embedded as it lies in the repository. */
export const dataFolders = ["policy", "sandbox"] as const;

/** What a finished sub-process left. */
export interface Finished {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** How a sub-process is started. */
export interface Starting {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Show its output as it comes instead of collecting it. */
  readonly shown?: boolean;
}

/** Runs this very Deno with `args`; whatever `deno` is on PATH plays no part. */
export async function deno(args: readonly string[], starting: Starting = {}): Promise<Finished> {
  const stream = starting.shown === true ? "inherit" : "piped";
  const child = new Deno.Command(Deno.execPath(), {
    args: [...args],
    cwd: starting.cwd ?? root,
    env: starting.env ?? {},
    stdin: "null",
    stdout: stream,
    stderr: stream,
  });
  const output = await child.output();
  if (starting.shown === true) return { code: output.code, stdout: "", stderr: "" };
  const decoder = new TextDecoder();
  return {
    code: output.code,
    stdout: decoder.decode(output.stdout),
    stderr: decoder.decode(output.stderr),
  };
}

/** Whether a file or folder is there. */
export function isPresent(path: string): boolean {
  try {
    Deno.lstatSync(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/** A number of bytes with thousands marked: `1,234 B`. */
export function bytes(count: number): string {
  return `${count.toLocaleString("en")} B`;
}
