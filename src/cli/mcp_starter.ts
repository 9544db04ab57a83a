/** How commands start MCP servers to look at them. */
import type { Starter } from "../mcp/pins/pinning.ts";
import type { Snapshot } from "../policy/snapshot.ts";
import { version } from "./version.ts";

/** @param snapshot the policy that the servers belong to */
export async function serverStarter(snapshot: Snapshot): Promise<Starter> {
  const { openServer } = await import("../mcp/open_server.ts");
  return {
    version,
    environment: Deno.env.toObject(),
    open: (name, server, program) => {
      const policy = { snapshot, digest: "" };
      const identity = { name: "", version: "" };
      const pinned = { identity, program, approvedAt: 0, tools: {} };
      return openServer({ name, policy, server, grants: new Set() }, pinned);
    },
  };
}
