/** Rules for the tools of MCP servers as routes. */
import { approvalRule, serverArgumentRule } from "./argument_rules.ts";
import { type McpServer, singleMcpServer } from "./mcp_server.ts";
import type { ToolRule } from "./policy.ts";
import type { Place } from "./policy_error.ts";
import { labelled } from "./rule_label.ts";
import type { ArgumentRule, Route } from "./snapshot.ts";
import { capabilityOf, mcpToolName } from "./tools.ts";

/** A tool of a server as the client names it, with its route and where it is granted. */
export interface ServerRoute {
  readonly name: string;
  /** The server's own name of the tool. */
  readonly tool: string;
  readonly where: string;
  readonly place: Place;
  readonly route: Route;
}

/** The key under which the rules of a server stand. */
export function whereOf({ name, launch }: McpServer): string {
  return name === singleMcpServer && launch === undefined ? "mcp" : `mcp.servers.${name}`;
}

async function ruledRoute(
  name: string,
  where: string,
  { args, approval, place }: ToolRule,
  sandbox: string,
): Promise<Route> {
  const compile = async (rules: ToolRule["args"]) => {
    const checked: ArgumentRule[] = [];
    for (const [argument, rule] of rules) {
      checked.push(await serverArgumentRule(argument, rule, where, sandbox));
    }
    return checked;
  };
  const exempt = await compile(approval?.exempt ?? new Map());
  return {
    capability: capabilityOf(name),
    access: "run",
    args: await compile(args),
    closed: true,
    ...(approval === undefined ? {} : { approval: approvalRule(approval, exempt) }),
    rule: labelled(where, place),
    line: place.line,
  };
}

/** The routes of a server's tools: those that are allowed, then those that have rules. */
export async function serverRoutes(server: McpServer, sandbox: string): Promise<ServerRoute[]> {
  const routes: ServerRoute[] = [];
  for (const [tool, place] of server.allow) {
    if (server.tools.has(tool)) continue;
    const name = mcpToolName(server.name, tool);
    const where = `${whereOf(server)}.allow`;
    const route: Route = {
      capability: capabilityOf(name),
      access: "none",
      args: [],
      rule: labelled(where, place),
      line: place.line,
    };
    routes.push({ name, tool, where, place, route });
  }
  for (const [tool, rule] of server.tools) {
    const name = mcpToolName(server.name, tool);
    const where = `${whereOf(server)}.enforce.${tool}`;
    const route = await ruledRoute(name, where, rule, sandbox);
    routes.push({ name, tool, where, place: rule.place, route });
  }
  return routes;
}
