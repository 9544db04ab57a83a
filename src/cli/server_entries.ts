/** The entries of `.mcp.json` for the servers of a policy, as `init` and `refresh` write them. */
import { resolve } from "node:path";
import { keepOutOfGit } from "../claude/git_exclude.ts";
import { isList, isObject, type Json } from "../claude/json_file.ts";
import {
  foreignEntries,
  type GovernedEntry,
  requireEntries,
  writeEntries,
} from "../claude/mcp_json.ts";
import { thisProgram } from "../claude/program.ts";
import { SettingsError } from "../claude/settings.ts";
import type { ServerLaunch, Snapshot } from "../policy/snapshot.ts";
import { mcpToolName } from "../policy/tools.ts";
import { printable } from "../receipts/printable.ts";
import { writeAtomic } from "../state/write_file.ts";
import { UserError } from "./command.ts";

/** What became of `.mcp.json`. */
export interface ServerEntries {
  /** The servers that are reached through the proxy. */
  readonly names: readonly string[];
  readonly changed: boolean;
  readonly warnings: readonly string[];
}

/** `value` is what an entry says instead of a variable's own value. */
function isReference(value: unknown, variable: string): boolean {
  return value === `\${${variable}}`;
}

function hasOnly(entry: Json, ...names: readonly string[]): boolean {
  return Object.keys(entry).every((name) => names.includes(name));
}

function membersOf(value: unknown): readonly [string, unknown][] | undefined {
  if (value === undefined) return [];
  return isObject(value) ? Object.entries(value) : undefined;
}

/** The client starts servers in the project's folder, so that is where relative paths start. */
function isSamePath(written: unknown, compiled: string, project: string): boolean {
  return written === compiled ||
    typeof written === "string" && compiled.startsWith("/") &&
      resolve(project, written) === compiled;
}

/** True when a foreign entry says nothing that the policy does not say of the server. */
export function startsTheSame(entry: Json, launch: ServerLaunch, project: string): boolean {
  if (launch.kind === "bundled") return false;
  if (launch.kind === "http") {
    const given = new Map(
      Object.entries(launch.headers).map(([name, variable]) => [name.toLowerCase(), variable]),
    );
    return hasOnly(entry, "type", "url", "headers") && entry.type === "http" &&
      entry.url === launch.url &&
      membersOf(entry.headers)?.every(([name, value]) => {
          const variable = given.get(name.toLowerCase());
          return variable !== undefined && isReference(value, variable);
        }) === true;
  }
  const args = entry.args ?? [];
  return hasOnly(entry, "type", "command", "args", "env") &&
    (entry.type === undefined || entry.type === "stdio") &&
    launch.cwd === project && isSamePath(entry.command, launch.command, project) &&
    isList(args) && args.length === launch.args.length &&
    launch.args.every((arg, at) => isSamePath(args[at], arg, project)) &&
    membersOf(entry.env)?.every(([name, value]) =>
        launch.env[name] === value || launch.passEnv.includes(name) && isReference(value, name)
      ) === true;
}

/** The servers of a policy, as `.mcp.json` is told of them. */
function governedServers({ servers = {}, project }: Snapshot): GovernedEntry[] {
  return Object.entries(servers).map(([name, { launch }]) => ({
    name,
    says: (entry) => startsTheSame(entry, launch, project),
    sharesNames: (other) => other !== name && mcpToolName(other, "") === mcpToolName(name, ""),
  }));
}

function told<T>(act: () => T): T {
  try {
    return act();
  } catch (error) {
    if (error instanceof SettingsError) throw new UserError(error.message);
    throw error;
  }
}

/** An `.mcp.json` that entries cannot be put into stops a command before it changes anything. */
export function requireServerEntries(snapshot: Snapshot): void {
  const proxy = { program: thisProgram(), project: snapshot.project, root: "" };
  told(() => requireEntries(proxy, governedServers(snapshot)));
}

function foreignWarnings(project: string, servers: readonly GovernedEntry[]): string[] {
  try {
    return foreignEntries(project, servers).map((name) =>
      `.mcp.json starts ${
        printable(JSON.stringify(name))
      } past the proxy: govern it under mcp.servers in ` +
      "tenuo.yaml, or remove the entry"
    );
  } catch {
    return []; // a file that is not ours to mend, and starts nothing
  }
}

/** What holds this machine's paths and is signed for this project's root: each clone makes its own. */
const ofThisMachine = [".mcp.json", "mcp.lock"];

async function gitWarnings(project: string): Promise<string[]> {
  const warnings: string[] = [];
  for (const name of ofThisMachine) {
    if (await keepOutOfGit(project, name, writeAtomic) !== "tracked") continue;
    const why = `${name} holds this machine's paths, and git tracks it`;
    warnings.push(`${why}; run git rm --cached ${name}`);
  }
  return warnings;
}

/** Writes the entries for the servers of the policy in force. @throws {UserError} */
export async function wireServers(root: string, snapshot: Snapshot): Promise<ServerEntries> {
  const { project } = snapshot;
  const servers = governedServers(snapshot);
  const proxy = { program: thisProgram(), project, root };
  const changed = told(() => writeEntries(proxy, servers, writeAtomic));
  const names = servers.map(({ name }) => name);
  const warnings = foreignWarnings(project, servers);
  if (names.length > 0) warnings.push(...await gitWarnings(project));
  return { names, changed, warnings };
}

/** The entries as a line of `init` and `refresh`. Without servers there is nothing to say. */
export function entriesLine({ names, changed }: ServerEntries): string[] {
  if (names.length === 0) {
    return changed ? ["MCP         : no server; .mcp.json is without ours"] : [];
  }
  return [
    `MCP         : ${names.join(", ")}, through the proxy (.mcp.json${
      changed ? "" : ", unchanged"
    })`,
  ];
}
