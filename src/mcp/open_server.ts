/** Starts or reaches an MCP server, as a person approved it. */
import type { Wire } from "./framing/wire.ts";
import type { PinnedServer } from "./pins/pin.ts";
import { verifyProgram } from "./pins/not_pinned.ts";
import { commandLine, resolveProgram } from "./programs/pinned_program.ts";
import { passedOn } from "./programs/server_environment.ts";
import type { ServedPolicy } from "./gate/served_policy.ts";
import { frameLimits } from "./framing/read_frame.ts";
import { ServerProcess } from "./wires/server_process.ts";
import { printOnStderr } from "./wires/stderr_lines.ts";

/** Milliseconds. The client ends us after two seconds: our servers have to be gone by then. */
const patience = 700;

/** Where this program runs from source, its runtime finds packages by these. */
const ofRuntime = ["DENO_DIR", "DENO_TLS_CA_STORE"];

/** The variables of a server: its own, and those that it is handed on from the proxy's. */
function environmentOf(
  env: { readonly [name: string]: string },
  passEnv: readonly string[],
): Record<string, string> {
  return { ...passedOn(Deno.env.toObject(), passEnv), ...env };
}

/**
 * @param pinned what was approved; absent where the policy only observes and nothing was
 * @param print is given what it writes on standard error, line by line
 * @throws {Denial} 9014 when the program is not what was approved, {Error} when it cannot be started
 */
export async function openServer(
  { name, server }: ServedPolicy,
  pinned?: PinnedServer,
  print = printOnStderr,
): Promise<Wire> {
  const { launch, resultBytes } = server;
  const limits = { ...frameLimits, bytes: resultBytes };
  if (launch.kind === "http") {
    const { ServerHttp } = await import("./wires/server_http.ts");
    return new ServerHttp(launch, { limits });
  }
  const program = pinned?.program ?? await resolveProgram(launch, Deno.env.toObject());
  if (pinned !== undefined) verifyProgram(name, program, launch);
  const options = { limits, patience, print };
  const line = commandLine(program, launch);
  if (launch.kind === "bundled") {
    const env = environmentOf({}, ofRuntime);
    return new ServerProcess({ ...line, env, cwd: launch.folder }, options);
  }
  const { env, passEnv, cwd } = launch;
  return new ServerProcess({ ...line, env: environmentOf(env, passEnv), cwd }, options);
}
