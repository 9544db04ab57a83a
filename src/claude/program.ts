/** How this program is started again: the compiled file itself, or Deno with main.ts. */

export interface Program {
  readonly kind: "compiled" | "source";
  /** Absolute, link-free. */
  readonly command: string;
  /** Arguments before this program's own. */
  readonly args: readonly string[];
  /** The files it consists of; nobody under its rule may write them. */
  readonly files: readonly string[];
}

/** The running program. */
export function thisProgram(): Program {
  const command = Deno.realPathSync(Deno.execPath());
  if (Deno.build.standalone) return { kind: "compiled", command, args: [], files: [command] };
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
