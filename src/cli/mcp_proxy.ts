/** `_mcp-proxy`: what the client starts instead of an MCP server. Speaks MCP on standard streams. */
import type { Place } from "../authorizer/authority.ts";
import { ProcessMemory } from "../authorizer/memory.ts";
import { locate } from "../hook/place.ts";
import { openServer } from "../mcp/open_server.ts";
import { Proxy } from "../mcp/proxy.ts";
import { ClientPipe } from "../mcp/wires/client_pipe.ts";
import { type Command, UsageError } from "./command.ts";

export const command: Command = {
  name: "_mcp-proxy",
  summary: "Stand between the client and an MCP server",
  description: "Entry point of the client's MCP configuration, written by init and refresh.",
  options: {
    server: { value: "NAME", help: "The server's name in the policy" },
    project: { value: "DIR", help: "The project" },
    root: { value: "HEX", help: "The pinned root" },
  },
  run: async ({ options: { server, project, root }, terminal }) => {
    if (typeof server !== "string") throw new UsageError("--server is missing");
    const place = Object.entries({ "--project": project, "--root": root })
      .flatMap(([name, value]) => typeof value === "string" ? [name, value] : []);
    const memory = new ProcessMemory();
    let found: Place | undefined;
    const proxy = new Proxy({
      server,
      // It does not move while the client runs.
      locate: () => found ??= { ...locate(place), memory },
      client: new ClientPipe(),
      open: openServer,
    });
    // What it started must not outlive it.
    for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) {
      Deno.addSignalListener(signal, () => proxy.stop(`ended by ${signal}`));
    }
    // Standard output belongs to the protocol.
    terminal.warn(`tenuo-claude: ${server}: ${await proxy.run()}`);
    return 0;
  },
};
