/** The names by which lists, roles and examples may call a tool. */
import { valueAt } from "./findings.ts";
import { clientTools } from "./harness_tools.ts";
import { singleMcpServer } from "./mcp_server.ts";
import type { Policy } from "./policy.ts";
import { closest } from "./suggest.ts";
import { capabilityOf, isMethodName, mcpToolName, nativeTools, toolOfCapability } from "./tools.ts";
import type { SourceMap, SourceNode } from "./yaml_source.ts";

/** What a policy adds to the names of the client's own tools. */
export interface ToolNames {
  /** Tools that `allow` lists. */
  readonly allowed: ReadonlySet<string>;
  /** A server's own name of a tool -> the client's names for it. */
  readonly bare: ReadonlyMap<string, ReadonlySet<string>>;
}

function collect(
  allowed: Iterable<string>,
  tools: Iterable<readonly [server: string, tool: string]>,
): ToolNames {
  const bare = new Map<string, Set<string>>();
  for (const [server, tool] of tools) {
    const names = bare.get(tool) ?? new Set();
    bare.set(tool, names.add(mcpToolName(server, tool)));
  }
  return { allowed: new Set(allowed), bare };
}

function textsOf(node: SourceNode | undefined): string[] {
  if (node?.kind === "map") return [...node.entries.keys()];
  if (node?.kind !== "list") return [];
  return node.items.flatMap((item) =>
    item.kind === "scalar" && typeof item.value === "string" ? [item.value] : []
  );
}

/** The names in a policy as it stands in the files, whatever is wrong with it. */
export function namesOfSource(root: SourceMap): ToolNames {
  const tools: [string, string][] = textsOf(valueAt(root, ["mcp", "enforce"]))
    .map((tool) => [singleMcpServer, tool]);
  for (const server of textsOf(valueAt(root, ["mcp", "servers"]))) {
    for (const key of ["enforce", "allow"]) {
      const names = textsOf(valueAt(root, ["mcp", "servers", server, key]));
      tools.push(...names.map((tool): [string, string] => [server, tool]));
    }
  }
  const lists = ["allow", "audit", "audit_extra"].flatMap((key) => textsOf(valueAt(root, [key])));
  return collect(lists, tools);
}

/** The names in a loaded policy. */
export function namesOfPolicy({ allow, mcp }: Policy): ToolNames {
  const tools = [...mcp.servers.values()].flatMap(({ name, tools, allow }) =>
    [...tools.keys(), ...allow.keys()].map((tool) => [name, tool] as const)
  );
  return collect(allow.keys(), tools);
}

/** A tool by the client's name, or what is wrong with the name. */
export type NamedTool =
  | { readonly tool: string }
  | { readonly expected: string; readonly suggestion?: string };

const namePattern = /^[A-Za-z][A-Za-z0-9_.-]{0,255}$/;

/** The known name that `written` may have been meant for. */
export function nearestTool(written: string, { bare, allowed }: ToolNames): string | undefined {
  const known = [...clientTools.keys(), ...bare.keys(), ...allowed];
  return known.find((name) => name.toLowerCase() === written.toLowerCase()) ??
    (nativeTools.has(written) ? undefined : toolOfCapability(capabilityOf(written))?.name) ??
    closest(written, known);
}

/**
 * The tool that `written` names: the client's name, `mcp__server__tool`, or a server's own name for
 * a tool where only one server has it.
 */
export function namedTool(written: string, names: ToolNames): NamedTool {
  if (clientTools.has(written) || names.allowed.has(written)) return { tool: written };
  const bare = [...names.bare.get(written) ?? []];
  const [only] = bare;
  if (only !== undefined && bare.length === 1) return { tool: only };
  if (bare.length > 1) return { expected: `the name of one tool: ${bare.join(" or ")}` };
  const isOfServer = written.startsWith("mcp__") && namePattern.test(written);
  if (isOfServer || isMethodName(written)) return { tool: written };
  const near = nearestTool(written, names);
  return {
    expected: "the name of a tool, as the client or an MCP server of this policy names it",
    ...(near === undefined ? {} : { suggestion: near }),
  };
}

/**
 * The tool of an example. What nobody knows may be denied on purpose, unless it looks like a slip of
 * the pen.
 */
export function exampleTool(
  written: string,
  expect: "allow" | "deny",
  names: ToolNames,
): NamedTool {
  const found = namedTool(written, names);
  const isNew = !("tool" in found) && found.suggestion === undefined && namePattern.test(written) &&
    !names.bare.has(written);
  return expect === "deny" && isNew ? { tool: written } : found;
}
