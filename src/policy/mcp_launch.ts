/** How the MCP servers of a policy are started or reached, and what the proxy lets pass. */
import { resolve } from "node:path";
import type { McpLaunch, McpServer } from "./mcp_server.ts";
import { whereOf } from "./mcp_routes.ts";
import { PolicyError } from "./policy_error.ts";
import { realPath } from "./real_path.ts";
import { labelled } from "./rule_label.ts";
import type { ServerLaunch, ServerRule } from "./snapshot.ts";
import type { Folders } from "./uri_pattern.ts";

/** The program that runs a script, by the ending of its name. */
const runtimes: readonly (readonly [ending: RegExp, program: string])[] = [
  [/\.py$/, "python3"],
  [/\.(?:[cm]?js|m?ts)$/, "node"],
];

function filled(text: string, { sandbox, project }: Folders): string {
  return text.replace(
    /\{(sandbox|project)\}/g,
    (_, name) => name === "sandbox" ? sandbox : project,
  );
}

/** In the order of their names, so that another order in the file is the same launch. */
function sorted<T>(map: { readonly [name: string]: T }, change: (value: T) => T) {
  const entries = Object.entries(map).map(([name, value]): [string, T] => [name, change(value)]);
  return Object.fromEntries(entries.toSorted(([left], [right]) => left < right ? -1 : 1));
}

function commandLaunch(
  { command, args, env, passEnv, cwd }: Extract<McpLaunch, { command: string }>,
  folders: Folders,
): ServerLaunch {
  const program = filled(command.trim(), folders);
  return {
    kind: "command",
    // A bare name is looked up where programs are.
    command: program.includes("/") ? resolve(folders.project, program) : program,
    args: args.map((text) => filled(text, folders)),
    env: sorted(env, (text) => filled(text, folders)),
    passEnv: [...new Set(passEnv)].sort(),
    cwd: realPath(resolve(folders.project, filled(cwd?.trim() ?? "", folders))),
  };
}

function scriptLaunch(downstream: string, folders: Folders): ServerLaunch | undefined {
  if (downstream === "bundled:ops-server") {
    return { kind: "bundled", name: "ops-server", folder: folders.sandbox };
  }
  const [, command] = runtimes.find(([ending]) => ending.test(downstream)) ?? [];
  if (command === undefined) return undefined;
  const script = resolve(folders.project, filled(downstream, folders));
  return { kind: "command", command, args: [script], env: {}, passEnv: [], cwd: folders.project };
}

function launchOf(
  { launch }: McpServer,
  downstream: string | undefined,
  folders: Folders,
): ServerLaunch | undefined {
  if (launch === undefined) {
    return downstream === undefined ? undefined : scriptLaunch(downstream, folders);
  }
  if ("command" in launch) return commandLaunch(launch, folders);
  return { kind: "http", url: launch.url, headers: sorted(launch.headers, (name) => name) };
}

/**
 * What the proxy is told of each server, by its name. Rules for a server that nothing starts, as
 * `mcp.enforce` without `mcp.downstream`, are for the hook alone.
 *
 * @throws {PolicyError} of phase mint when a folder cannot be resolved
 */
export function serverRules(
  { downstream, servers }: {
    readonly downstream?: string;
    readonly servers: ReadonlyMap<string, McpServer>;
  },
  folders: Folders,
): { readonly [name: string]: ServerRule } {
  const rules: [string, ServerRule][] = [];
  for (const [name, server] of servers) {
    const { grants, place } = server;
    const where = whereOf(server);
    let launch: ServerLaunch | undefined;
    try {
      launch = launchOf(server, downstream, folders);
    } catch (error) {
      const expected = `a folder that can be resolved (${(error as Error).message})`;
      throw new PolicyError([{ ...place, where, text: name, expected, phase: "mint" }]);
    }
    if (launch === undefined) continue;
    const { timeoutSeconds, resultBytes, sampling, elicitation, redact } = grants;
    rules.push([name, {
      launch,
      timeoutSeconds,
      resultBytes,
      sampling,
      elicitation,
      redact,
      rule: labelled(where, place),
      line: place.line,
    }]);
  }
  return Object.fromEntries(rules);
}
