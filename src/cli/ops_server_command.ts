/** `_ops-server`: the bundled MCP server, as the proxy starts it. */
import { resolve } from "node:path";
import { serveOps } from "../mcp/ops_server.ts";
import { type Command, UsageError } from "./command.ts";

export const command: Command = {
  name: "_ops-server",
  summary: "The bundled MCP server over standard input and output",
  description: "Started by _mcp-proxy for a server that is bundled:ops-server. Serves files and\n" +
    "checks nothing by itself. Ends with its standard input.",
  options: { folder: { value: "DIR", help: "Where relative paths start" } },
  run: async ({ options: { folder } }) => {
    if (typeof folder !== "string") throw new UsageError("_ops-server needs --folder DIR");
    const { stdin, stdout } = Deno;
    await serveOps({ folder: resolve(folder), input: stdin.readable, output: stdout.writable });
    return 0;
  },
};
