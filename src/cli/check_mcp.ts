/** Checks that each MCP server of the policy is reached through the proxy, and is the one approved. */
import { serverWord } from "../policy/tools.ts";
import { asDenial } from "../authorizer/denial.ts";
import { isList, isObject, type Json } from "../claude/json_file.ts";
import {
  foreignEntries,
  idleEntries,
  proxyArguments,
  type ProxyCommand,
  proxyEntry,
  readMcpJson,
} from "../claude/mcp_json.ts";
import { thisProgram } from "../claude/program.ts";
import { readWiring, type Wiring } from "../claude/settings.ts";
import { openLock, pinnedIn } from "../mcp/pins/lock_file.ts";
import { type Lock, lockFileName } from "../mcp/pins/pin.ts";
import { programChange } from "../mcp/programs/pinned_program.ts";
import type { ServerRule, Snapshot } from "../policy/snapshot.ts";
import {
  type Check,
  type CheckFacts,
  type CheckFinding,
  problem,
  snapshotOf,
} from "./check_finding.ts";
import { checkOtherServers } from "./check_other_servers.ts";
import { writableServers } from "./writable_servers.ts";

const file = ".mcp.json";
const init = "tenuo-claude init";

function isSame(left: unknown, right: unknown): boolean {
  return JSON.stringify(left) === JSON.stringify(right);
}

/** What is wrong with an entry but for its program; undefined when nothing is. */
function faultOf(entry: Json, tail: readonly string[]): string | undefined {
  const args = isList(entry.args) ? entry.args : [];
  if (!args.includes(tail[0])) return "starts the server past the proxy";
  if (!isSame(args.slice(-tail.length), tail)) return "is for another server, project or root";
  const added = Object.keys(entry).filter((key) => !["type", "command", "args"].includes(key));
  if (added.length > 0) return `has ${added.join(", ")} beside what init writes`;
  return entry.type === "stdio" ? undefined : `has the type ${JSON.stringify(entry.type)}`;
}

function entryFindings(
  name: string,
  entry: unknown,
  proxy: ProxyCommand,
  wired: Wiring,
): CheckFinding[] {
  const found = (what: string) => {
    const message = `The entry of the MCP server ${name} ${what}.`;
    return [problem("mcp", message, init, file)];
  };
  if (entry === undefined) return found("is missing, so that its tools are not there");
  if (!isObject(entry)) return found("is no map");
  const tail = proxyArguments(proxy, name);
  const fault = faultOf(entry, tail);
  if (fault !== undefined) return found(fault);
  const { command, args } = entry;
  const own = proxyEntry(proxy, name);
  if (command === own.command && isSame(args, own.args)) return [];
  // Another compiled file that runs the hooks too; the check of the hooks warns of it.
  const isWired = wired.kind === "compiled" && command === wired.command && isSame(args, tail);
  return isWired ? [] : found(`does not run the program as init writes it, but ${String(command)}`);
}

function fileFindings({ project, servers = {} }: Snapshot, root: string): CheckFinding[] {
  const names = Object.keys(servers);
  let entries: Json;
  try {
    ({ entries } = readMcpJson(project));
  } catch (error) {
    if (names.length === 0) return []; // the client starts nothing that stands there either
    const [what] = (error as Error).message.split(". ");
    return [problem("mcp", `${what}.`, `mend ${file}, then run ${init}`, file)];
  }
  const proxy = { program: thisProgram(), project, root };
  const wired = readWiring(project, root);
  return names.flatMap((name) => {
    const entry = Object.hasOwn(entries, name) ? entries[name] : undefined;
    return entryFindings(name, entry, proxy, wired);
  });
}

function foreignFindings({ project, servers = {} }: Snapshot): CheckFinding[] {
  const governed = Object.keys(servers).map((name) => ({ name }));
  let names: readonly string[];
  let idle: readonly string[];
  try {
    names = foreignEntries(project, governed);
    idle = idleEntries(project, governed);
  } catch {
    return []; // told already
  }
  const unknown = (name: string) =>
    problem(
      "mcp",
      `The entry ${name} looks like one of init's, for an MCP server that the policy does not ` +
        "have; the client starts whatever it says.",
      `look at it, then run ${init}, which takes it out`,
      file,
    );
  const foreign = (name: string) =>
    problem(
      "mcp",
      `The MCP server ${name} is reached past the proxy: it is started, and nobody judges what it ` +
        "does by itself.",
      "govern it under mcp.servers in tenuo.yaml and run tenuo-claude refresh, or remove it",
      file,
    );
  return [...names.map(foreign), ...idle.map(unknown)];
}

function pinFindings(name: string, { launch }: ServerRule, lock: Lock): CheckFinding[] {
  const pinned = pinnedIn(lock, name);
  const found = (message: string, mend: string) => [problem("mcp", message, mend, lockFileName)];
  if (pinned === undefined) {
    const message = `The MCP server ${name} is not pinned; all its tools are denied.`;
    return found(message, "tenuo-claude refresh, outside of Claude Code");
  }
  const change = programChange(pinned.program, launch);
  if (change === undefined) return [];
  const message = `The MCP server ${name} is not as it was approved (${change}).`;
  return found(message, `tenuo-claude mcp approve ${serverWord(name)}`);
}

async function writableFindings(snapshot: Snapshot, { servers }: Lock): Promise<CheckFinding[]> {
  const mend = "narrow those rules in tenuo.yaml and run tenuo-claude refresh, or move the server";
  return (await writableServers(snapshot, servers))
    .map((message) => ({ subject: "mcp", severity: "warning", message, mend }));
}

async function lockFindings(snapshot: Snapshot, root: string): Promise<CheckFinding[]> {
  const { project, servers = {}, pins } = snapshot;
  let lock: Lock;
  try {
    lock = openLock({ project, root }, pins);
  } catch (error) {
    const denial = asDenial(error);
    if (denial === undefined) throw error;
    const [what] = denial.message.split("; ");
    const message = `${what}; all tools of MCP servers are denied.`;
    return [problem("mcp", message, "tenuo-claude refresh, outside of Claude Code", lockFileName)];
  }
  return [
    ...Object.entries(servers).flatMap(([name, rule]) => pinFindings(name, rule, lock)),
    ...await writableFindings(snapshot, lock),
  ];
}

/** `.mcp.json`, what else the client knows of servers, and `mcp.lock`. */
export const checkMcp: Check = async (facts: CheckFacts) => {
  const verified = snapshotOf(facts);
  if (verified === undefined || facts.root === undefined) return [];
  const { snapshot } = verified;
  return [
    ...fileFindings(snapshot, facts.root),
    ...foreignFindings(snapshot),
    ...checkOtherServers(snapshot),
    ...await lockFindings(snapshot, facts.root),
  ];
};
