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
  /** Glob-like input fields that must stay below the path argument. */
  readonly globs?: readonly string[];
  /** Runs commands: never granted without a constraint. */
  readonly isShell?: true;
  /** Starts a subagent, whose own calls are governed: granted to every session. */
  readonly isSpawn?: true;
}

function fileTool(name: string, capability: string, access: Access, field: string): NativeTool {
  return { name, capability, access, args: [{ name: "path", field, kind: "path" }] };
}

function searchTool(name: string, capability: string, glob: string): NativeTool {
  const path = { name: "path", field: "path", kind: "path", absentIsCwd: true } as const;
  return { name, capability, access: "search", args: [path], globs: [glob] };
}

function shellTool(name: string, capability: string): NativeTool {
  const command = { name: "command", field: "command", kind: "command" } as const;
  return { name, capability, access: "run", args: [command], isShell: true };
}

function spawnTool(name: string): NativeTool {
  return { name, capability: "spawn_agent", access: "none", args: [], isSpawn: true };
}

const list: readonly NativeTool[] = [
  fileTool("Read", "read_file", "read", "file_path"),
  fileTool("Write", "write_file", "write", "file_path"),
  fileTool("Edit", "edit_file", "write", "file_path"),
  fileTool("NotebookEdit", "notebook_edit", "write", "notebook_path"),
  searchTool("Glob", "glob", "pattern"),
  searchTool("Grep", "grep", "glob"),
  shellTool("Bash", "run_command"),
  shellTool("PowerShell", "run_powershell"),
  shellTool("Monitor", "run_monitor"),
  {
    name: "WebFetch",
    capability: "web_fetch",
    access: "none",
    args: [
      { name: "url", field: "url", kind: "url" },
      { name: "host", field: "url", kind: "host" },
    ],
  },
  {
    name: "WebSearch",
    capability: "web_search",
    access: "none",
    args: [{ name: "query", field: "query", kind: "value" }],
  },
  // The client takes a call of Task and delivers it as Agent.
  spawnTool("Agent"),
  spawnTool("Task"),
];

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
