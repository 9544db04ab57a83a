/** How commands start MCP servers to look at them. */
import type { Wire } from "../mcp/framing/wire.ts";
import type { Starter } from "../mcp/pins/pinning.ts";
import type { Snapshot } from "../policy/snapshot.ts";
import { printable } from "../receipts/printable.ts";
import { version } from "./version.ts";

const endings = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

/** A server is in a group of its own, so what ends this command does not reach it. */
function endedWithUs(wire: Wire): Wire {
  const close = wire.close.bind(wire);
  const listeners = Object.entries(endings).map(([signal, code]) =>
    [signal as Deno.Signal, () => void close().finally(() => Deno.exit(code))] as const
  );
  for (const [signal, listener] of listeners) Deno.addSignalListener(signal, listener);
  const forget = () => {
    for (const [signal, listener] of listeners) Deno.removeSignalListener(signal, listener);
  };
  // Whoever is asked a question afterwards can be interrupted at once.
  wire.close = () => close().finally(forget);
  return wire;
}

/** @param snapshot the policy that the servers belong to */
export async function serverStarter(snapshot: Snapshot): Promise<Starter> {
  const { openServer } = await import("../mcp/open_server.ts");
  const { printOnStderr } = await import("../mcp/wires/stderr_lines.ts");
  return {
    version,
    environment: Deno.env.toObject(),
    open: async (name, server, program) => {
      const policy = { snapshot, digest: "" };
      const identity = { name: "", version: "" };
      const pinned = { identity, program, approvedAt: 0, tools: {} };
      const served = { name, policy, server, grants: new Set<never>() };
      const print = (line: string) => printOnStderr(`${printable(name)}: ${line}`);
      return endedWithUs(await openServer(served, pinned, print));
    },
  };
}
