/** Old spellings, and values that do not mean what they say or have no effect. */
import { deadHost, deadNetwork } from "./dead_hosts.ts";
import { dotted, entriesOf, nodeAt, type SourcePath, valueAt } from "./findings.ts";
import { singleMcpServer, toolOfServer } from "./mcp_server.ts";
import type { PolicyWarning } from "./overlay.ts";
import type { Policy } from "./policy.ts";
import { describePlace, type Place } from "./policy_error.ts";
import type { SourceMap } from "./yaml_source.ts";

type Kind = PolicyWarning["kind"];

function textAt(root: SourceMap, path: SourcePath): string | undefined {
  const node = valueAt(root, path);
  return node?.kind === "scalar" && typeof node.value === "string" ? node.value : undefined;
}

/** Warnings about a document that fits the schema. */
export function documentWarnings(root: SourceMap): PolicyWarning[] {
  const warnings: PolicyWarning[] = [];
  const warn = (path: SourcePath, kind: Kind, message: string) => {
    if (valueAt(root, path) === undefined) return;
    warnings.push({ ...nodeAt(root, path).place, kind, where: dotted(path), message });
  };
  warn(["audit"], "deprecated", "audit is an old spelling; write allow");
  warn(["audit_extra"], "deprecated", "audit_extra is an old spelling; write allow");
  warn(["audit_bundled"], "deprecated", "audit_bundled is an old spelling; write allow_bundled");
  const mode = textAt(root, ["mode"])?.toLowerCase();
  if (mode !== undefined && ["audit", "dry_run", "dryrun"].includes(mode)) {
    warn(["mode"], "deprecated", `mode: ${mode} is an old spelling; write mode: dry-run`);
  }
  if (valueAt(root, ["mcp", "downstream"]) === undefined) {
    warn(
      ["mcp", "enforce"],
      "notice",
      `mcp.enforce is about tools of the server ${singleMcpServer} alone, and no mcp.downstream ` +
        "names it; write mcp.servers.NAME.enforce for a server that Claude Code calls NAME",
    );
  }
  const servers = entriesOf(root, ["mcp", "servers"]).map(([path]) => path);
  for (const path of [["default"], ...servers.map((server) => [...server, "default"])]) {
    const verdict = textAt(root, path)?.toLowerCase();
    if (!["allow", "approve", "audit"].includes(verdict ?? "")) continue;
    warn(
      path,
      "notice",
      `default: ${verdict} means deny here: a tool that is not listed is refused; list under ` +
        "allow what should run",
    );
  }
  for (const key of ["cloud", "authorizer"]) {
    warn([key], "notice", `${key} has no effect in local mode`);
  }
  for (const [key, problemOf] of [["domains", deadHost], ["cidrs", deadNetwork]] as const) {
    const list = valueAt(root, ["enforce", "WebFetch", key]);
    const items = list?.kind === "list" ? list.items : [];
    for (const index of items.keys()) {
      const path = ["enforce", "WebFetch", key, index];
      const message = problemOf(textAt(root, path) ?? "");
      if (message !== undefined) warn(path, "notice", message);
    }
  }
  const roles = valueAt(root, ["subagents"]);
  if (roles?.kind === "map" && roles.entries.size === 0) {
    warn(["subagents"], "notice", "No role is declared: every subagent has what the session has");
  }
  const lists = [["enforce"], ["mcp", "enforce"], ...servers.map((path) => [...path, "enforce"])];
  for (const [path] of lists.flatMap((list) => entriesOf(root, list))) {
    warn(
      [...path, "approval", "approver"],
      "notice",
      "Has no effect: who approves is not chosen by tool",
    );
  }
  return warnings;
}

/** Where a tool is granted by name; the bundle does not count, since a denial narrows it. */
function grantOf(tool: string, policy: Policy): Place | undefined {
  for (const server of policy.mcp.servers.values()) {
    const place = toolOfServer(server, tool);
    if (place !== undefined) return place;
  }
  const web = tool === "WebFetch" ? policy.web?.place : undefined;
  return web ?? policy.enforce.get(tool)?.place ?? policy.allow.get(tool);
}

/** Warnings about denials of what is granted elsewhere, and of what is no tool. */
export function denialWarnings(policy: Policy): PolicyWarning[] {
  return [...policy.deny].flatMap(([tool, place]): PolicyWarning[] => {
    const notice = { ...place, kind: "notice", where: "deny" } as const;
    if (/^mcp__(?!.*__)/.test(tool)) {
      const message = `${tool} is a server, not a tool: list the server's tools one by one, each ` +
        `as ${tool}__NAME`;
      return [{ ...notice, message }];
    }
    const grant = grantOf(tool, policy);
    if (grant === undefined) return [];
    const message = `${tool} is granted at ${describePlace(grant)} as well; deny counts`;
    return [{ ...notice, message }];
  });
}
