/** A server for tests, which lists what a file says. */
import type { Wire } from "../framing/wire.ts";
import { ServerProcess } from "../wires/server_process.ts";

/** What the test server reads from the file that it is given, at each request. */
export interface ServerPlan {
  readonly identity?: unknown;
  readonly instructions?: unknown;
  /** Pages of tools. */
  readonly pages: readonly unknown[];
  /** Listed in place of `pages` once the client has initialized and been told of a change. */
  readonly later?: readonly unknown[];
  /** Ends at once. */
  readonly dies?: boolean;
  /** Lists pages for ever. */
  readonly endless?: boolean;
}

/** The server's script, for Deno. Its argument is the file with its plan. */
const serverScript = `
const plan = () => JSON.parse(Deno.readTextFileSync(Deno.args[0]));
const print = (message) => console.log(JSON.stringify({ jsonrpc: "2.0", ...message }));
let isLate = false;
function answer({ id, method, params = {} }) {
  const { identity, instructions, pages, later, dies, endless } = plan();
  if (dies) Deno.exit(3);
  if (method === "initialize") {
    const serverInfo = identity ?? { name: "test", version: "1" };
    const { protocolVersion, capabilities } = params;
    if (capabilities.sampling) isLate = true;
    const result = { protocolVersion, serverInfo, capabilities: { tools: { listChanged: true } }, instructions };
    print({ id, result });
  } else if (method === "notifications/initialized") {
    print({ id: "ask-1", method: "roots/list" });
    print({ id: "ask-2", method: "sampling/createMessage", params: {} });
    if (later) setTimeout(() => {
      isLate = true;
      print({ method: "notifications/tools/list_changed" });
    }, 100);
  } else if (method === "tools/list") {
    const shown = isLate && later ? later : pages;
    const page = Number(params.cursor ?? 0);
    const tools = endless ? [] : shown[page];
    const result = endless || page + 1 < shown.length ? { tools, nextCursor: String(page + 1) } : { tools };
    print({ id, result });
  }
}
let rest = "";
for await (const text of Deno.stdin.readable.pipeThrough(new TextDecoderStream())) {
  const lines = (rest + text).split("\\n");
  rest = lines.pop();
  for (const line of lines) answer(JSON.parse(line));
}
`;

/** A program on a wire, with what it writes on standard error left out. */
export function wireTo(command: string, args: readonly string[], cwd: string): Wire {
  return new ServerProcess({ command, args, env: {}, cwd }, { print: () => {} });
}

/** How the server is started that follows the plan in `plan.json`, in the folder of `server.js`. */
export const plannedArguments: readonly string[] = [
  ...["run", "-A", "--no-config", "--no-lock", "--quiet", "--no-prompt", "server.js", "plan.json"],
];

/** Writes what `plannedArguments` needs. */
export function writePlan(folder: string, plan: ServerPlan): void {
  Deno.writeTextFileSync(`${folder}/server.js`, serverScript);
  Deno.writeTextFileSync(`${folder}/plan.json`, JSON.stringify(plan));
}
