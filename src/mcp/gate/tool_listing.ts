/** The tools of a server as it lists them now, and which of them the client may see and call. */
import type { Snapshot } from "../../policy/snapshot.ts";
import { mcpToolName, serverWord } from "../../policy/tools.ts";
import type { Members } from "../framing/message.ts";
import { fingerprintOf, pinnedMembers } from "../pins/fingerprint.ts";
import type { PinnedServer } from "../pins/pin.ts";
import { notPinned } from "../pins/not_pinned.ts";

/** One tool as it was listed last. */
export interface ListedTool {
  readonly definition: Members;
  readonly fingerprint: string;
  /** Another tool of the list is the same to the client. */
  readonly isAmbiguous: boolean;
}

/** Tools by the server's own names. */
export type ToolListing = ReadonlyMap<string, ListedTool>;

/** Reads the list. What has no name is left out. */
export function toolListing(server: string, tools: readonly unknown[]): ToolListing {
  const named = tools.flatMap((one) =>
    typeof one === "object" && one !== null && typeof (one as Members).name === "string"
      ? [one as Members & { readonly name: string }]
      : []
  );
  const owners = new Map<string, number>();
  for (const { name } of named) {
    const shown = mcpToolName(server, name);
    owners.set(shown, (owners.get(shown) ?? 0) + 1);
  }
  return new Map(named.map((definition) => [definition.name, {
    definition,
    fingerprint: fingerprintOf(definition),
    isAmbiguous: owners.get(mcpToolName(server, definition.name)) !== 1,
  }]));
}

/** @throws {Denial} 9014 when the tool is not, as it is listed now, what a person approved */
export function requirePinned(
  server: string,
  tool: string,
  listing: ToolListing,
  pinned: PinnedServer,
): void {
  const refuse = (why: string): never => {
    throw notPinned(why, `mcp diff ${serverWord(server)}`);
  };
  const listed = listing.get(tool);
  const known = Object.hasOwn(pinned.tools, tool) ? pinned.tools[tool] : undefined;
  if (listed === undefined) return refuse(`The MCP server ${server} lists no tool ${tool}`);
  if (listed.isAmbiguous) {
    refuse(`The MCP server ${server} lists another tool that the client also calls ${tool}`);
  }
  if (known === undefined) return refuse(`Nobody has approved the tool ${tool} of ${server}`);
  if (known.fingerprint !== listed.fingerprint) {
    refuse(`The tool ${tool} of ${server} is not what was approved`);
  }
}

/** Whether the policy lets anybody call the tool. */
function hasRoute({ routes }: Snapshot, server: string, tool: string): boolean {
  return Object.hasOwn(routes, mcpToolName(server, tool));
}

/**
 * The definitions that the client is shown: tools that a call may pass to. Under a policy that only
 * observes, all.
 *
 * @param pinned undefined when nobody approved the server
 */
export function shownTools(
  server: string,
  listing: ToolListing,
  snapshot: Snapshot,
  pinned: PinnedServer | undefined,
): Members[] {
  const shown: Members[] = [];
  for (const [tool, { definition }] of listing) {
    if (snapshot.mode === "enforce") {
      if (pinned === undefined || !hasRoute(snapshot, server, tool)) continue;
      try {
        requirePinned(server, tool, listing, pinned);
      } catch {
        continue;
      }
    }
    // A task would outlive what was decided.
    const { execution: _execution, ...rest } = pinnedMembers(definition);
    shown.push(rest);
  }
  return shown;
}
