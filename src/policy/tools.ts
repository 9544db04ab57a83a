/** The client's tools and how their input becomes checked arguments. */
import type { Access, ArgumentKind } from "./snapshot.ts";

/** An argument of a native tool. */
export interface NativeArgument {
  /** Its name in the warrant. */
  readonly name: string;
  /** The key of `tool_input`. */
  readonly field: string;
  readonly kind: ArgumentKind;
  readonly absentIsCwd?: true;
}

/** A tool built into the client. */
export interface NativeTool {
  readonly name: string;
  readonly capability: string;
  readonly access: Access;
  readonly args: readonly NativeArgument[];
  /** Every key that its input is known to have, in client 2.1.330. */
  readonly fields: readonly string[];
  /** Glob-like input fields that must stay below the path argument. */
  readonly globs?: readonly string[];
  /** Runs commands: never granted without a constraint. */
  readonly isShell?: true;
  /** Starts a subagent, whose own calls are governed: granted to every session. */
  readonly isSpawn?: true;
}

function fileTool(
  name: string,
  capability: string,
  access: Access,
  fields: readonly [path: string, ...others: string[]],
): NativeTool {
  const path = { name: "path", field: fields[0], kind: "path" } as const;
  return { name, capability, access, args: [path], fields };
}

function searchTool(
  name: string,
  capability: string,
  glob: string,
  fields: readonly string[],
): NativeTool {
  const path = { name: "path", field: "path", kind: "path", absentIsCwd: true } as const;
  return { name, capability, access: "search", args: [path], globs: [glob], fields };
}

function shellTool(name: string, capability: string, fields: readonly string[]): NativeTool {
  const command = { name: "command", field: "command", kind: "command" } as const;
  return { name, capability, access: "run", args: [command], isShell: true, fields };
}

function spawnTool(name: string): NativeTool {
  const fields = ["description", "prompt", "subagent_type", "model", "run_in_background"];
  return { name, capability: "spawn_agent", access: "none", args: [], isSpawn: true, fields };
}

const shellFields = [
  "command",
  "description",
  "timeout",
  "run_in_background",
  "dangerouslyDisableSandbox",
];

const searchFields = [
  ...["pattern", "path", "glob", "output_mode", "-B", "-A", "-C", "context", "-n", "-i", "-o"],
  ...["type", "head_limit", "offset", "multiline"],
];

const list: readonly NativeTool[] = [
  fileTool("Read", "read_file", "read", ["file_path", "offset", "limit", "pages", "allow_large"]),
  fileTool("Write", "write_file", "write", ["file_path", "content"]),
  fileTool("Edit", "edit_file", "write", [
    ...["file_path", "old_string", "new_string", "replace_all"] as const,
  ]),
  fileTool("NotebookEdit", "notebook_edit", "write", [
    ...["notebook_path", "cell_id", "new_source", "cell_type", "edit_mode"] as const,
  ]),
  searchTool("Glob", "glob", "pattern", ["pattern", "path"]),
  searchTool("Grep", "grep", "glob", searchFields),
  shellTool("Bash", "run_command", shellFields),
  shellTool("PowerShell", "run_powershell", shellFields),
  shellTool("Monitor", "run_monitor", ["command", "description", "timeout_ms", "persistent"]),
  {
    name: "WebFetch",
    capability: "web_fetch",
    access: "none",
    args: [
      { name: "url", field: "url", kind: "url" },
      { name: "host", field: "url", kind: "host" },
    ],
    fields: ["url", "prompt", "offset"],
  },
  {
    name: "WebSearch",
    capability: "web_search",
    access: "none",
    args: [{ name: "query", field: "query", kind: "value" }],
    fields: ["query", "allowed_domains", "blocked_domains"],
  },
  // The client takes a call of Task and delivers it as Agent.
  spawnTool("Agent"),
  spawnTool("Task"),
];

/**
 * The argument that `written` names: by its name in the warrant or by its key of the input.
 * Undefined when the tool is not known to have it.
 */
export function nativeArgument(tool: NativeTool, written: string): NativeArgument | undefined {
  const main = tool.args.find(({ name, field }) => name === written || field === written);
  if (main !== undefined) return main;
  return tool.fields.includes(written)
    ? { name: written, field: written, kind: "value" }
    : undefined;
}

/** The native tools by the name the client sends. */
export const nativeTools: ReadonlyMap<string, NativeTool> = new Map(
  list.map((tool) => [tool.name, tool]),
);

/** Names of the tools that can stand under `enforce`. */
export const governedTools: readonly string[] = list.filter((tool) => tool.args.length > 0)
  .map((tool) => tool.name);

/** The native tool a capability belongs to. */
export function toolOfCapability(capability: string): NativeTool | undefined {
  return list.find((tool) => tool.capability === capability);
}

/** The capability that a call of `tool` needs. */
export function capabilityOf(tool: string): string {
  return nativeTools.get(tool)?.capability ?? tool.toLowerCase().replaceAll("-", "_");
}

/** The name under which the client offers a tool of an MCP server. */
export function mcpToolName(server: string, tool: string): string {
  const plain = (name: string) => name.replace(/[^A-Za-z0-9_-]/g, "_");
  return `mcp__${plain(server)}__${plain(tool)}`;
}

/** A server's name as one word of a command line, whichever shell reads it. */
export function serverWord(server: string): string {
  return server.includes(" ") ? `"${server}"` : server;
}

/**
 * The name under which the routes of a policy hold what is granted of a server beside its tools. No
 * tool is called so: their names have no slash.
 */
export function mcpMethodName(server: string, method: "resources/read" | "prompts/get"): string {
  return mcpToolName(server, "") + method;
}

/** True for the name of what a server may grant beside its tools, as `mcpMethodName` makes it. */
export function isMethodName(name: string): boolean {
  return /^mcp__[A-Za-z0-9_-]{1,128}__(?:resources\/read|prompts\/get)$/.test(name);
}
