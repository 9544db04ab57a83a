/** `mcp diff`: starts servers and says how they differ from what was trusted. */
import { serverWord } from "../policy/tools.ts";
import type { Difference } from "../mcp/pins/difference.ts";
import { pinnedIn } from "../mcp/pins/lock_file.ts";
import { printable, printableCut, printableJson } from "../receipts/printable.ts";
import { inSession } from "./authority_of_people.ts";
import { type Command, UserError } from "./command.ts";
import { compareServer } from "./mcp_comparison.ts";
import { heldServers, requireServer } from "./mcp_held.ts";
import { differenceLines } from "./mcp_lines.ts";
import { serverStarter } from "./mcp_starter.ts";
import type { Terminal } from "./terminal.ts";

interface Row {
  readonly server: string;
  readonly differences: readonly Difference[];
  readonly approved: boolean;
  /** Why it cannot be told. */
  readonly error?: string;
}

function printRow({ server, approved, differences, error }: Row, terminal: Terminal): void {
  const name = printable(server);
  if (error !== undefined) terminal.print(`${name}: cannot tell: ${printableCut(error, 300)}`);
  else if (differences.length === 0) terminal.print(`${name}: as approved`);
  else {
    const how = approved ? "differs from what was approved" : "nobody has approved it yet";
    terminal.print(`${name}: ${how}`);
    for (const one of differences) terminal.print(...differenceLines(one, server, terminal.paint));
    terminal.print(`  To accept this: tenuo-claude mcp approve ${serverWord(name)}`);
  }
}

export const command: Command = {
  name: "mcp diff",
  summary: "Start MCP servers and compare them with what was approved",
  description:
    "Starts each server, or the one that is named, and compares what it says of itself and of its\n" +
    "tools with mcp.lock. Changes nothing. Exit code 0: nothing differs; 1: something does; 2: it\n" +
    "cannot be told.",
  operands: ["SERVER"],
  options: { json: { help: "Print one JSON document" } },
  run: async ({ options, operands: [only], terminal }) => {
    const held = heldServers();
    const { snapshot, servers, pins: { lock, lost } } = held;
    if (only !== undefined) requireServer(held, only);
    const starter = await serverStarter(snapshot);
    const rows: Row[] = [];
    for (const [server, rule] of servers) {
      if (only !== undefined && server !== only) continue;
      const pinned = pinnedIn(lock, server);
      const row = { server, approved: pinned !== undefined, differences: [] };
      try {
        const context = { starter, inSession: inSession() };
        const differences = await compareServer(server, rule, pinned, context);
        rows.push({ ...row, differences });
      } catch (error) {
        rows.push({ ...row, error: error instanceof Error ? error.message : String(error) });
      }
      if (options.json !== true) printRow(rows.at(-1) as Row, terminal);
    }
    if (options.json === true) terminal.print(printableJson(JSON.stringify({ servers: rows })));
    if (rows.some(({ error }) => error !== undefined)) return 2;
    if (lost !== undefined) throw new UserError(lost);
    return rows.some(({ differences }) => differences.length > 0) ? 1 : 0;
  },
};
