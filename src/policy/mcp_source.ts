/** MCP servers out of a document that fits the schema. */
import { nodeAt } from "./findings.ts";
import type { GrantsDocument, McpDocument, ServerDocument } from "./mcp_schema.ts";
import {
  type GrantList,
  type McpLaunch,
  type McpServer,
  type ServerGrants,
  singleMcpServer,
} from "./mcp_server.ts";
import type { ToolRule } from "./policy.ts";
import type { Place } from "./policy_error.ts";
import { type RuleSubject, toolRuleAt } from "./rule_source.ts";
import type { SourceMap } from "./yaml_source.ts";

type Path = readonly (string | number)[];

const serverTool: RuleSubject = { main: "path", nameOf: (name) => name, isNative: false };

function toolsAt(
  root: SourceMap,
  path: Path,
  enforce: McpDocument["enforce"],
): Map<string, ToolRule> {
  return new Map(
    Object.entries(enforce ?? {}).map(([tool, rule]) => [
      tool,
      toolRuleAt(root, [...path, tool], rule, serverTool),
    ]),
  );
}

/** A list of tools with the place of each. */
export function placesOf(
  root: SourceMap,
  path: Path,
  tools: readonly string[] | null | undefined,
): Map<string, Place> {
  const places = new Map<string, Place>();
  tools?.forEach((tool, index) => {
    if (!places.has(tool)) places.set(tool, nodeAt(root, [...path, index]).place);
  });
  return places;
}

/** What holds where the policy does not say. */
const defaultResultBytes = 32 << 20;
const defaultTimeoutSeconds = 60;

function grantList(
  root: SourceMap,
  path: Path,
  written: GrantsDocument["resources"],
): GrantList | undefined {
  if (written === undefined || written.length === 0) return undefined;
  const { place } = nodeAt(root, path);
  if (typeof written === "string" || written.includes("*")) return { place };
  return { entries: placesOf(root, path, written), place };
}

function grantsAt(root: SourceMap, path: Path, document: GrantsDocument): ServerGrants {
  const resources = grantList(root, [...path, "resources"], document.resources);
  const prompts = grantList(root, [...path, "prompts"], document.prompts);
  return {
    ...(resources === undefined ? {} : { resources }),
    ...(prompts === undefined ? {} : { prompts }),
    sampling: document.sampling ?? false,
    elicitation: document.elicitation ?? false,
    redact: document.redact ?? false,
    resultBytes: document.max_result_bytes ?? defaultResultBytes,
    timeoutSeconds: document.timeout_seconds ?? defaultTimeoutSeconds,
  };
}

function launchOf(server: ServerDocument): McpLaunch {
  if (server.url !== undefined) return { url: server.url, headers: { ...server.headers } };
  const env = Object.entries(server.env ?? {}).map(([name, value]) => [name, String(value)]);
  return {
    command: server.command ?? "",
    args: server.args ?? [],
    env: Object.fromEntries(env),
    passEnv: server.pass_env ?? [],
    ...(server.cwd === undefined ? {} : { cwd: server.cwd }),
  };
}

/** All servers by name, the single one first. */
export function serversAt(root: SourceMap, mcp: McpDocument | null | undefined) {
  const servers = new Map<string, McpServer>();
  const enforce = Object.entries(mcp?.enforce ?? {});
  if (enforce.length > 0 || mcp?.downstream !== undefined) {
    servers.set(singleMcpServer, {
      name: singleMcpServer,
      grants: grantsAt(root, ["mcp"], mcp ?? {}),
      tools: toolsAt(root, ["mcp", "enforce"], mcp?.enforce),
      allow: new Map(),
      place: nodeAt(root, ["mcp"]).place,
    });
  }
  for (const [name, server] of Object.entries(mcp?.servers ?? {})) {
    const path = ["mcp", "servers", name];
    servers.set(name, {
      name,
      launch: launchOf(server),
      grants: grantsAt(root, path, server),
      tools: toolsAt(root, [...path, "enforce"], server.enforce),
      allow: placesOf(root, [...path, "allow"], server.allow),
      place: nodeAt(root, path).place,
    });
  }
  return servers;
}
