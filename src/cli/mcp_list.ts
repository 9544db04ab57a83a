/** `mcp list`: servers and tools as the policy and the lock have them; nothing is started. */
import { pinnedIn } from "../mcp/pins/lock_file.ts";
import type { PinnedServer } from "../mcp/pins/pin.ts";
import { launchDigest, programChange } from "../mcp/programs/pinned_program.ts";
import type { ServerRule, Snapshot } from "../policy/snapshot.ts";
import { mcpToolName, serverWord } from "../policy/tools.ts";
import { printable, printableJson } from "../receipts/printable.ts";
import { type Command, UserError } from "./command.ts";
import { localTime } from "./local_time.ts";
import { heldServers } from "./mcp_held.ts";

interface ToolRow {
  /** The server's own name; for tools that are not pinned the client's. */
  readonly tool: string;
  readonly granted: boolean;
  readonly pinned: boolean;
}

interface ServerRow {
  readonly server: string;
  readonly state: "pinned" | "not pinned" | "started in another way";
  readonly identity?: PinnedServer["identity"];
  readonly approvedAt?: number;
  readonly program?: readonly string[];
  /** How the program on the disk is not the approved one. */
  readonly change?: string;
  readonly unpinned?: readonly string[];
  readonly tools: readonly ToolRow[];
}

function toolRows(name: string, pinned: PinnedServer | undefined, { routes }: Snapshot): ToolRow[] {
  const own = Object.keys(pinned?.tools ?? {});
  const seen = new Set(own.map((tool) => mcpToolName(name, tool)));
  const prefix = mcpToolName(name, "");
  return [
    ...own.map((tool) => ({
      tool,
      granted: Object.hasOwn(routes, mcpToolName(name, tool)),
      pinned: true,
    })),
    // What has a slash stands for resources and prompts, which are no tools.
    ...Object.keys(routes).filter((route) =>
      route.startsWith(prefix) && !route.includes("/") && !seen.has(route)
    ).map((tool) => ({ tool, granted: true, pinned: false })),
  ];
}

function serverRow(
  server: string,
  { launch }: ServerRule,
  pinned: PinnedServer | undefined,
  snapshot: Snapshot,
): ServerRow {
  const tools = toolRows(server, pinned, snapshot);
  if (pinned === undefined) return { server, state: "not pinned", tools };
  const { identity, approvedAt, program } = pinned;
  const isSame = program.launch === launchDigest(launch);
  const change = isSame ? programChange(program, launch) : undefined;
  return {
    server,
    state: isSame ? "pinned" : "started in another way",
    identity,
    approvedAt,
    program: program.command === "" ? [] : [program.command, ...program.args],
    ...(change === undefined ? {} : { change }),
    ...(program.unpinned === undefined ? {} : { unpinned: program.unpinned }),
    tools,
  };
}

function linesOf(row: ServerRow) {
  const { server, state, identity, approvedAt, program, change, unpinned, tools } = row;
  const called = identity === undefined ? "" : `, ${identity.name} ${identity.version}`.trimEnd();
  const width = Math.max(0, ...tools.map(({ tool }) => printable(tool).length));
  return [
    `${printable(server)}: ${state}${printable(called)}`,
    ...(approvedAt === undefined ? [] : [`  approved ${localTime(approvedAt)}`]),
    ...(program === undefined || program.length === 0
      ? []
      : [`  starts ${printable(program.join(" "))}`]),
    ...(change === undefined ? [] : [
      `  not as approved: ${printable(change)}; its tools are denied; see ` +
      `tenuo-claude mcp diff ${serverWord(printable(server))}`,
    ]),
    ...(unpinned ?? []).map((line) => `  ${printable(line)}`),
    ...tools.map(({ tool, granted, pinned }) =>
      `  ${printable(tool).padEnd(width)}  ${granted ? "granted" : "not granted"}${
        pinned ? "" : ", not pinned"
      }`
    ),
    ...(state === "pinned" ? [] : ["  To pin it: tenuo-claude refresh, outside of Claude Code"]),
  ];
}

export const command: Command = {
  name: "mcp list",
  summary: "List the MCP servers of the policy and their pinned tools",
  description:
    "Shows the servers of the policy in force, whether they are pinned, and which of their tools\n" +
    "the policy grants. Starts nothing. Exit code 1 when mcp.lock is missing or altered.",
  options: { json: { help: "Print one JSON document" } },
  run: ({ options, terminal }) => {
    const { snapshot, servers, pins: { lock, lost } } = heldServers();
    const rows = [...servers].map(([name, rule]) =>
      serverRow(name, rule, pinnedIn(lock, name), snapshot)
    );
    if (options.json === true) {
      const document = { servers: rows, ...(lost === undefined ? {} : { lost }) };
      terminal.print(printableJson(JSON.stringify(document)));
      return lost === undefined ? 0 : 1;
    }
    if (rows.length === 0) terminal.print("The policy in force has no MCP servers");
    for (const row of rows) terminal.print(...linesOf(row));
    if (lost !== undefined) throw new UserError(lost);
    return 0;
  },
};
