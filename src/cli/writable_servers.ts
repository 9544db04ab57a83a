/** Servers whose programs lie where the policy lets the model write: it could become the server. */
import { dirname } from "node:path";
import { evaluate } from "../authorizer/evaluate.ts";
import type { Lock } from "../mcp/pins/pin.ts";
import type { PinnedProgram } from "../mcp/programs/program_pin.ts";
import type { Route, Snapshot } from "../policy/snapshot.ts";
import { printable } from "../receipts/printable.ts";

/** Nothing bears this name, and what is imported from the same folder could bear any. */
const probe = "tenuo-claude-probe.js";

/** Tools of servers say by their names alone that they write. */
const writing = /(?:^|[_.-])(?:write|edit|create|append|move|rename|copy|save|put|update)/i;

/** The folders that a program is loaded from, and the programs that load it. */
function placesOf({ command, files, package: held }: PinnedProgram): string[] {
  const folders = [
    ...files.map(({ path }) => dirname(path)),
    ...(held === undefined ? [] : [held.folder, ...Object.keys(held.dependencies)]),
    ...(command === "" ? [] : [dirname(command)]),
  ];
  return [...new Set(folders)].sort();
}

/** The input by which a tool would write the file; undefined for tools that do not write files. */
function inputOf(tool: string, { access, args }: Route, path: string) {
  const paths = args.filter(({ kind }) => kind === "path");
  const writes = access === "write" ||
    access === "run" && tool.startsWith("mcp__") && writing.test(tool.split("__").at(-1) ?? "");
  if (!writes || paths.length === 0) return undefined;
  return Object.fromEntries(paths.map(({ field }) => [field, path]));
}

/**
 * Which tools may write where the servers are loaded from, in a sentence for each server. What a
 * command could do is not asked.
 *
 * @param servers the pins in force
 */
export async function writableServers(
  snapshot: Snapshot,
  servers: Lock["servers"],
): Promise<string[]> {
  // Whichever subagent may.
  const { roles: _roles, ...anybody } = snapshot;
  const mayWrite = async (tool: string, route: Route, folder: string) => {
    const input = inputOf(tool, route, `${folder}/${probe}`);
    if (input === undefined) return false;
    const call = { door: "hook", tool, input, cwd: snapshot.project } as const;
    return (await evaluate(call, anybody)).verdict === "allow";
  };
  const found: string[] = [];
  for (const [name, { program }] of Object.entries(servers)) {
    const tools = new Set<string>();
    const folders = new Set<string>();
    for (const folder of placesOf(program)) {
      for (const [tool, route] of Object.entries(snapshot.routes)) {
        if (await mayWrite(tool, route, folder)) {
          tools.add(tool);
          folders.add(folder);
        }
      }
    }
    const [first] = folders;
    if (first === undefined) continue;
    const others = folders.size === 1 ? "" : ` and ${folders.size - 1} more`;
    found.push(
      `The MCP server ${printable(name)} is loaded from ${printable(first)}${others}, where ` +
        `${[...tools].join(", ")} may write: the model could put code there that runs unchecked.`,
    );
  }
  return found;
}
