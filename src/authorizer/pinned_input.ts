/** The input that a tool is told to run instead of the one that was sent: each path where it leads. */
import type { Trace } from "./record.ts";
import type { ToolCall } from "./tool_call.ts";

/**
 * A file may be another one by the time its path is opened; where the path led is what was checked.
 *
 * @returns undefined when nothing differs, and for tools of MCP servers, whose proxy does it
 */
export function pinnedInput({ call, permit }: Trace): ToolCall["input"] | undefined {
  if (call === undefined || permit === undefined || call.tool.startsWith("mcp__")) return undefined;
  const moved = permit.route.args.flatMap(({ kind, field, name, absentIsCwd }) => {
    if (kind !== "path") return [];
    const isSent = Object.hasOwn(call.input, field);
    const sent = isSent || absentIsCwd !== true ? call.input[field] : call.cwd;
    const path = permit.args.get(name);
    return path === undefined || path === sent ? [] : [[field, path]];
  });
  return moved.length === 0 ? undefined : { ...call.input, ...Object.fromEntries(moved) };
}
