/** How this program is started again: the compiled file itself, or Deno with main.ts. */

export interface Program {
  readonly kind: "compiled" | "source";
  /** Absolute; free of links, but for the fixed path of an installation. */
  readonly command: string;
  /** Arguments before this program's own. */
  readonly args: readonly string[];
  /** The files it consists of, free of links; nobody under its rule may write them. */
  readonly files: readonly string[];
}

/** Where an installation puts the compiled file, or a link to the release in use. */
export const installedPath = "/opt/tenuo/tenuo-claude";

/** The fixed path when it leads to the very file; else the file. Wiring by it outlives an upgrade. */
export function nameOfFile(file: string, installed = installedPath): string {
  try {
    return Deno.realPathSync(installed) === file ? installed : file;
  } catch {
    return file;
  }
}

/** The running program. */
export function thisProgram(): Program {
  const command = Deno.realPathSync(Deno.execPath());
  if (Deno.build.standalone) {
    return { kind: "compiled", command: nameOfFile(command), args: [], files: [command] };
  }
  const root = Deno.realPathSync(new URL("../..", import.meta.url).pathname).replace(/\/$/, "");
  return {
    kind: "source",
    command,
    args: [
      "run",
      "--quiet",
      "--no-prompt",
      "--config",
      `${root}/deno.json`,
      "--allow-read",
      "--allow-write",
      "--allow-env",
      // Where a policy has the names of hosts resolved.
      "--allow-net",
      `${root}/main.ts`,
    ],
    files: [command, `${root}/main.ts`, `${root}/src`, `${root}/deno.json`, `${root}/deno.lock`],
  };
}

/** The arguments before those of an entry point that starts processes and asks about the system. */
export function argumentsWithProcesses({ kind, args }: Program): readonly string[] {
  if (kind === "compiled") return args;
  return [...args.slice(0, -1), "--allow-run", "--allow-sys", ...args.slice(-1)];
}
