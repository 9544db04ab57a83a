/** `mcp approve`: a person accepts a server, or one tool of it, as it is now. */
import { mint, nowSeconds } from "../authorizer/mint.ts";
import type { Difference } from "../mcp/pins/difference.ts";
import { pinTool } from "../mcp/pins/fingerprint.ts";
import { scanServer } from "../mcp/pins/hidden_text.ts";
import type { PinnedServer } from "../mcp/pins/pin.ts";
import { pinnedIn } from "../mcp/pins/lock_file.ts";
import { lookAtServer, pinServer, type Seen } from "../mcp/pins/pinning.ts";
import { serverWord } from "../policy/tools.ts";
import { printable, printableCut } from "../receipts/printable.ts";
import { requirePerson } from "./authority_of_people.ts";
import { type Command, UsageError, UserError } from "./command.ts";
import { compared } from "./mcp_comparison.ts";
import { type HeldServers, heldServers, requireServer } from "./mcp_held.ts";
import { differenceLines, hiddenTextLine } from "./mcp_lines.ts";
import { serverStarter } from "./mcp_starter.ts";
import { otherTools, pinStep } from "./mcp_trust.ts";
import type { Terminal } from "./terminal.ts";
import { counted } from "./text_columns.ts";

/** The next command, for a server as a whole. */
function approveCommand(server: string): string {
  return `tenuo-claude mcp approve ${serverWord(printable(server))}`;
}

async function look(held: HeldServers, server: string): Promise<Seen> {
  const rule = requireServer(held, server);
  try {
    return await lookAtServer(server, rule, await serverStarter(held.snapshot));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new UserError(
      `${printable(server)} cannot be looked at: ${printableCut(why, 300)}; mend that and run ` +
        approveCommand(server),
    );
  }
}

/** The differences that are about one tool. @throws {UserError} when more than the tool differs */
function aboutTool(server: string, tool: string, found: readonly Difference[]): Difference[] {
  const other = found.find(({ about }) => about !== "tool");
  if (other !== undefined) {
    throw new UserError(
      `The ${other.about} of ${printable(server)} differs too; approve the server as a whole: ` +
        approveCommand(server),
    );
  }
  return found.filter((difference) => difference.tool === tool);
}

/** What was trusted before, but for one tool. */
function withTool(pinned: PinnedServer, tool: string, { listed }: Seen, now: number): PinnedServer {
  const definition = listed.tools.get(tool);
  const { [tool]: _before, ...rest } = pinned.tools;
  const tools = definition === undefined ? rest : { ...rest, [tool]: pinTool(definition) };
  return { ...pinned, approvedAt: now, tools };
}

function show(
  server: string,
  { program, listed }: Seen,
  found: readonly Difference[],
  others: ReadonlySet<string>,
  terminal: Terminal,
): void {
  terminal.print(`${printable(server)}:`);
  for (const difference of found) {
    terminal.print(...differenceLines(difference, server, terminal.paint));
  }
  const warnings = [
    ...(program.unpinned ?? []).map(printable),
    ...scanServer(listed, others).map(hiddenTextLine),
  ];
  for (const warning of warnings) terminal.warn(`warning: ${warning}`);
}

function approve(held: HeldServers, server: string, pinned: PinnedServer, what: string): number {
  const { project, snapshot } = held;
  const pins = new Map([[server, pinned]]);
  const { serial } = mint(project, snapshot, `mcp approve ${what}`, {
    policy: (now) => {
      if (now.snapshot?.serial !== snapshot.serial) {
        throw new UserError("Another command changed the policy meanwhile; approve again");
      }
      return { ...now.snapshot, serial: snapshot.serial + 1, issuedAt: nowSeconds() };
    },
    pins: pinStep(project, snapshot, pins),
  });
  return serial;
}

export const command: Command = {
  name: "mcp approve",
  summary: "Accept an MCP server, or one tool of it, as it is now",
  description:
    "Finds the server's program anew, starts it, shows what differs from mcp.lock and what looks\n" +
    "like hidden instructions, and asks. What is accepted is pinned from then on. It needs a person\n" +
    "at a terminal, or --yes from automation outside Claude Code.",
  operands: ["SERVER", "TOOL"],
  options: { yes: { help: "Accept without being asked (for automation)" } },
  run: async ({ options, operands: [server, tool], terminal }) => {
    if (server === undefined) throw new UsageError("mcp approve takes the name of a server");
    const held = heldServers();
    requireServer(held, server);
    const { lock } = held.pins;
    requirePerson(`Approving the MCP server ${printable(server)}`, options.yes === true);
    const before = pinnedIn(lock, server);
    if (tool !== undefined && before === undefined) {
      throw new UserError(
        `${printable(server)} is not pinned yet; approve it as a whole: ${approveCommand(server)}`,
      );
    }
    const seen = await look(held, server);
    const found = compared(before, seen);
    const wanted = tool === undefined ? found : aboutTool(server, tool, found);
    const what = tool === undefined ? printable(server) : `${printable(server)} ${printable(tool)}`;
    if (tool !== undefined && !seen.listed.tools.has(tool) && wanted.length === 0) {
      throw new UsageError(
        `${printable(server)} has no tool ${printable(tool)}; tenuo-claude mcp list shows those ` +
          "that are pinned",
      );
    }
    if (wanted.length === 0) {
      terminal.print(`${what}: as approved; there is nothing to accept`);
      return 0;
    }
    show(server, seen, wanted, otherTools(lock.servers, new Map(), server), terminal);
    if (options.yes !== true && !confirm(`Accept ${what} as it is now?`)) {
      terminal.print("Nothing was changed");
      return 1;
    }
    const now = nowSeconds();
    const pinned = tool === undefined || before === undefined
      ? pinServer(seen, now)
      : withTool(before, tool, seen, now);
    const serial = approve(held, server, pinned, what);
    const tools = counted(Object.keys(pinned.tools).length, "tool");
    terminal.print(`Approved    : ${what} (${tools} pinned, serial ${serial})`);
    return 0;
  },
};
