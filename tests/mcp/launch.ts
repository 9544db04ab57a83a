/** How a server, or the proxy before it, is started by a client. */

export interface Launch {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
}

const KEPT = ["PATH", "LANG", "DENO_DIR", "DENO_TLS_CA_STORE", "SSL_CERT_FILE"];

/** The environment of everything that tests start: nothing of the session that runs them. */
export function environment(home: string): Record<string, string> {
  const kept = KEPT.flatMap((name): [string, string][] => {
    const value = Deno.env.get(name);
    return value === undefined ? [] : [[name, value]];
  });
  const cache = `${Deno.env.get("HOME") ?? ""}/.cache/deno`;
  return { DENO_DIR: cache, NO_COLOR: "1", ...Object.fromEntries(kept), HOME: home };
}

/** A program in TypeScript, run by this very Deno. */
export function script(path: string, args: readonly string[], cwd: string): Launch {
  const options = ["run", "-A", "--quiet", "--no-config", "--no-lock"];
  return { command: Deno.execPath(), args: [...options, path, ...args], env: {}, cwd };
}
