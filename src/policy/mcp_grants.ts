/** Routes for what servers grant beside their tools: resources and prompts. */
import type { GrantList, McpServer } from "./mcp_server.ts";
import { whereOf } from "./mcp_routes.ts";
import { PolicyError } from "./policy_error.ts";
import { labelled } from "./rule_label.ts";
import type { ArgumentRule, Route, WireConstraint } from "./snapshot.ts";
import { capabilityOf, mcpMethodName } from "./tools.ts";
import { anyText, type Folders, nameConstraint, uriConstraint } from "./uri_pattern.ts";

/** The client's own tools that reach resources, once for all servers. */
export const resourceTools = { list: "ListMcpResourcesTool", read: "ReadMcpResourceTool" } as const;

function textOf(key: string, { entries }: GrantList): string {
  return `${key}: ${entries === undefined ? '"*"' : [...entries.keys()].join(", ")}`;
}

function constraintOf(
  { entries, place }: GrantList,
  where: string,
  compile: (entries: readonly string[]) => WireConstraint,
): WireConstraint {
  if (entries === undefined) return anyText;
  try {
    return compile([...entries.keys()]);
  } catch (error) {
    const expected = `folders that can be resolved (${(error as Error).message})`;
    throw new PolicyError([{ ...place, where, text: "", expected, phase: "mint" }]);
  }
}

function resourceArgument(
  list: GrantList,
  where: string,
  folders: Folders,
): ArgumentRule {
  return {
    name: "uri",
    field: "uri",
    kind: "uri",
    constraint: constraintOf(list, where, (patterns) => uriConstraint(patterns, folders)),
    rule: labelled(textOf("resources", list), list.place),
    line: list.place.line,
  };
}

function promptArguments(list: GrantList, where: string): ArgumentRule[] {
  const rule = labelled(textOf("prompts", list), list.place);
  const { line } = list.place;
  const constraint = constraintOf(list, where, nameConstraint);
  return [
    { name: "name", field: "name", kind: "value", constraint, rule, line },
    {
      name: "arguments",
      field: "arguments",
      kind: "value",
      constraint: [16, null],
      rule,
      line,
      optional: true,
    },
  ];
}

function methodRoute(
  server: McpServer,
  method: "resources/read" | "prompts/get",
  list: GrantList,
  args: readonly ArgumentRule[],
): [string, Route] {
  const name = mcpMethodName(server.name, method);
  return [name, {
    capability: capabilityOf(name),
    access: "read",
    args,
    closed: true,
    rule: labelled(`${whereOf(server)}.${method.slice(0, method.indexOf("/"))}`, list.place),
    line: list.place.line,
  }];
}

/** The client reads resources of all servers by one tool; which of them, the proxy judges again. */
function clientRoutes(servers: readonly McpServer[], folders: Folders): [string, Route][] {
  const granting = servers.flatMap(({ name, grants: { resources } }) =>
    resources === undefined ? [] : [{ name, resources }]
  );
  const [first] = granting;
  if (first === undefined) return [];
  const isAll = granting.some(({ resources }) => resources.entries === undefined);
  const { place } = first.resources;
  const list: GrantList = {
    place,
    ...(isAll
      ? {}
      : { entries: new Map(granting.flatMap(({ resources }) => [...resources.entries ?? []])) }),
  };
  const rule = labelled("resources of MCP servers", place);
  const { line } = place;
  const names = granting.map(({ name }) => name);
  const named = { name: "server", field: "server", kind: "value", line } as const;
  const text = labelled(`oneof:${names.join(",")}`, place);
  const server = { ...named, constraint: nameConstraint(names), rule: text };
  const any: ArgumentRule = {
    ...server,
    constraint: [13, { constraints: [server.constraint, [1, { value: null }]] }],
    optional: true,
  };
  const route = (tool: string, args: readonly ArgumentRule[]): [string, Route] => [
    tool,
    { capability: capabilityOf(tool), access: "read", args, rule, line },
  ];
  return [
    route(resourceTools.read, [server, resourceArgument(list, "mcp", folders)]),
    route(resourceTools.list, [any]),
  ];
}

/** Routes by the names of the client, and of the methods that no tool of the client stands for. */
export function grantRoutes(
  servers: readonly McpServer[],
  folders: Folders,
): readonly (readonly [name: string, route: Route])[] {
  const routes = servers.flatMap((server): [string, Route][] => {
    const { resources, prompts } = server.grants;
    const where = whereOf(server);
    return [
      ...(resources === undefined ? [] : [
        methodRoute(server, "resources/read", resources, [
          resourceArgument(resources, `${where}.resources`, folders),
        ]),
      ]),
      ...(prompts === undefined ? [] : [
        methodRoute(server, "prompts/get", prompts, promptArguments(prompts, `${where}.prompts`)),
      ]),
    ];
  });
  return [...routes, ...clientRoutes(servers, folders)];
}
