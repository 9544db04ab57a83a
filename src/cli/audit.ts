/** `audit`: the receipt trail as rows, as JSON lines, or verified. */
import { printableJson } from "../receipts/printable.ts";
import { type LogLine, ReceiptsFile } from "../receipts/read.ts";
import { parseReceipt } from "../receipts/receipt.ts";
import { renderLine } from "../receipts/render.ts";
import { statePath } from "../state/layout.ts";
import { UnsafeFile } from "../state/read_file.ts";
import { runVerification } from "./audit_verify.ts";
import { type Command, UsageError, UserError, wholeNumber } from "./command.ts";
import { findProject } from "./find_project.ts";
import type { Terminal } from "./terminal.ts";

/** Lines printed by one write. */
const batchSize = 512;
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/**
 * Prints the rows of a receipts file.
 *
 * @param tail how many rows, counted from the end; all when undefined
 * @throws {UnsafeFile} when it cannot be read
 */
export function printReceipts(path: string, terminal: Terminal, tail?: number): void {
  print(path, terminal, tail, (line) => [renderLine(decoder.decode(line.bytes), terminal.paint)]);
}

/** Prints the lines themselves; on a terminal with what it would obey as JSON escapes. */
function printLines(path: string, terminal: Terminal, tail?: number): void {
  const shown = Deno.stdout.isTerminal() ? printableJson : (line: string) => line;
  let left = 0;
  print(path, terminal, tail, ({ bytes }) => {
    const line = decoder.decode(bytes);
    if (parseReceipt(line) !== undefined) return [shown(line)];
    left++;
    return [];
  });
  if (left > 0) terminal.warn(`${left} ${left === 1 ? "line is" : "lines are"} not JSON; left out`);
}

function print(
  path: string,
  terminal: Terminal,
  tail: number | undefined,
  render: (line: LogLine) => string[],
): void {
  ReceiptsFile.use(path, (file) => {
    let batch: string[] = [];
    for (const line of file.lines(tail === undefined ? 0 : file.startOfLast(tail))) {
      batch.push(...render(line));
      if (batch.length < batchSize) continue;
      terminal.print(...batch);
      batch = [];
    }
    if (batch.length > 0) terminal.print(...batch);
  });
}

export const command: Command = {
  name: "audit",
  summary: "Show the receipts of every decision, or verify them",
  description:
    "Prints one row for each receipt, oldest first: the decision, [gov] for a governed\n" +
    "call, [aud] for a tool allowed without constraints or [mcp] for a server's tool, the tool,\n" +
    "the capability and the reason; a dot before outcomes, a dash before what people did.\n" +
    "--verify checks each line's form and signature and the chain between them, and names the\n" +
    "first bad line. Exit code 0: all proven; 1: something disproved; 2: cannot tell (no key or\n" +
    "no file). Lines cut off from the end do not show: only who kept a later state can tell.",
  options: {
    tail: { value: "N", help: "Only the last N rows" },
    verify: { help: "Verify instead of printing rows" },
    json: { help: "Print the receipts as JSON lines, or the verification as JSON" },
  },
  run: ({ options, terminal }) => {
    const tail = wholeNumber(options.tail, "tail", 1);
    if (options.verify === true) {
      if (tail !== undefined) throw new UsageError("--verify reads all receipts; leave out --tail");
      return runVerification(terminal, options.json === true);
    }
    const path = statePath(findProject(), "receipts");
    try {
      (options.json === true ? printLines : printReceipts)(path, terminal, tail);
    } catch (error) {
      if (!(error instanceof UnsafeFile)) throw error;
      const hint = error.missing ? ". Run tenuo-claude init" : "";
      throw new UserError(`${error.message}${hint}`);
    }
    return 0;
  },
};
