/** The MCP servers as `status` tells them: how many the policy has, and what of them is pinned. */
import { openLock } from "../mcp/pins/lock_file.ts";
import type { Lock } from "../mcp/pins/pin.ts";
import type { Snapshot } from "../policy/snapshot.ts";
import { counted } from "./text_columns.ts";

export interface ServerFacts {
  /** How many servers the policy has. */
  readonly servers: number;
  /** How many of their tools a person has approved. */
  readonly pinnedTools: number;
  /** The servers without pins: all their tools are denied. */
  readonly unpinned: readonly string[];
}

/**
 * @param complain told when the pins cannot be used, so that every call of a server is denied
 */
export function serverFacts(
  snapshot: Snapshot | undefined,
  root: string,
  complain: (problem: string) => void,
): ServerFacts {
  const names = Object.keys(snapshot?.servers ?? {});
  let pinned: Lock["servers"] = {};
  if (snapshot !== undefined) {
    try {
      pinned = openLock({ project: snapshot.project, root }, snapshot.pins).servers;
    } catch (error) {
      complain(error instanceof Error ? error.message : "mcp.lock cannot be read");
    }
  }
  const held = names.flatMap((name) => Object.hasOwn(pinned, name) ? [pinned[name]] : []);
  const pinnedTools = held.reduce((sum, one) => sum + Object.keys(one?.tools ?? {}).length, 0);
  const unpinned = names.filter((name) => !Object.hasOwn(pinned, name));
  return { servers: names.length, pinnedTools, unpinned };
}

/** For example `2 servers behind the proxy, 12 tools pinned, not pinned: notes`. */
export function serversText({ servers, pinnedTools, unpinned }: ServerFacts): string {
  if (servers === 0) return "no server";
  const pinned = `${counted(pinnedTools, "tool")} pinned`;
  const rest = unpinned.length === 0 ? [] : [`not pinned: ${unpinned.join(" ")}`];
  return [`${counted(servers, "server")} behind the proxy`, pinned, ...rest].join(", ");
}
