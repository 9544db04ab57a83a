/** Checks the client's settings and its own file for servers that stand in the proxy's way. */
import { userFolder } from "../claude/hooks_off.ts";
import type { Json } from "../claude/json_file.ts";
import { readMcpJson } from "../claude/mcp_json.ts";
import {
  clientFile,
  type OtherServer,
  otherServers,
  serversAbove,
  type SwitchedOff,
  switchedOff,
} from "../claude/mcp_settings.ts";
import type { Snapshot } from "../policy/snapshot.ts";
import { mcpToolName } from "../policy/tools.ts";
import { type CheckFinding, problem } from "./check_finding.ts";

function otherFinding({ file, name }: OtherServer, servers: readonly string[]): CheckFinding {
  const twin = servers.find((one) => mcpToolName(one, "") === mcpToolName(name, ""));
  const mend = `edit ${file}: remove ${JSON.stringify(name)} from mcpServers`;
  if (twin !== undefined) {
    const message =
      `${file} has an MCP server ${name} of its own, whose tools the client calls by ` +
      `the names of those of ${twin}; it is reached past the proxy.`;
    return problem("mcp", message, mend);
  }
  return {
    subject: "mcp",
    severity: "warning",
    message: `${file} starts the MCP server ${name} past the proxy. The hook denies its tools ` +
      "unless tenuo.yaml grants them.",
    mend: `${mend}, or govern it under mcp.servers in tenuo.yaml`,
  };
}

function offFinding({ file, key, name }: SwitchedOff): CheckFinding {
  const message = `${file} keeps the MCP server ${name} from being started (${key}).`;
  const edit = key === "allowedMcpServers" ? "add" : "remove";
  return problem("mcp", message, `edit ${file}: ${edit} ${JSON.stringify(name)} in ${key}`);
}

/** The entries of governed servers; none of a file that cannot be read. */
function governedEntries(project: string, names: readonly string[]): Json {
  let entries: Json = {};
  try {
    ({ entries } = readMcpJson(project));
  } catch {
    // The check of the file itself tells.
  }
  const own = (name: string) => Object.hasOwn(entries, name) ? entries[name] : {};
  return Object.fromEntries(names.map((name) => [name, own(name)]));
}

function ownNames(project: string): string[] {
  try {
    return Object.keys(readMcpJson(project).entries);
  } catch {
    return [];
  }
}

/** Servers that the client starts beside `.mcp.json`, and governed ones that it does not start. */
export function checkOtherServers({ project, servers = {} }: Snapshot): CheckFinding[] {
  const names = Object.keys(servers);
  const file = clientFile();
  const settings = [
    `${project}/.claude/settings.json`,
    `${project}/.claude/settings.local.json`,
    `${userFolder()}/settings.json`,
  ];
  const entries = governedEntries(project, names);
  return [
    ...[...otherServers(project, file), ...serversAbove(project, ownNames(project))].map((server) =>
      otherFinding(server, names)
    ),
    ...switchedOff(project, entries, settings, file).map(offFinding),
  ];
}
