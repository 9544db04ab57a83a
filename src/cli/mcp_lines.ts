/** What servers say, in lines for a terminal: nothing of theirs is printed raw. */
import type { Difference } from "../mcp/pins/difference.ts";
import type { HiddenText } from "../mcp/pins/hidden_text.ts";
import { printable } from "../receipts/printable.ts";
import type { Terminal } from "./terminal.ts";
import { counted, wrapped } from "./text_columns.ts";

const mostLines = 200;

/** One finding on one line. */
export function hiddenTextLine({ place, finding, excerpt }: HiddenText): string {
  return `${place}: ${finding}: ${excerpt}`;
}

function heading({ about, change, tool, members }: Difference): string {
  const what = tool === undefined ? about : `tool ${printable(tool)}`;
  const which = members.length === 0 ? "" : ` (${members.map(printable).join(", ")})`;
  return `${what}: ${change}${which}`;
}

/** One line of a difference, on as many as it takes: what is cut off would be accepted unseen. */
function wholeLine(line: string, paint: Terminal["paint"]): string[] {
  const [mark = " "] = line;
  const rows = wrapped(printable(line.slice(2)), `    ${mark} `);
  if (mark === "+") return rows.map((row) => paint("green", row));
  return mark === "-" ? rows.map((row) => paint("red", row)) : rows;
}

/**
 * A difference in lines.
 *
 * @param server the server's name, for the command that shows what does not fit
 */
export function differenceLines(
  difference: Difference,
  server: string,
  paint: Terminal["paint"],
): string[] {
  const rows: string[] = [];
  let shown = 0;
  for (const line of difference.lines) {
    if (rows.length >= mostLines) break;
    rows.push(...wholeLine(line, paint));
    shown++;
  }
  const left = difference.lines.length - shown;
  const more = `${counted(left, "more line")}: tenuo-claude mcp diff ${printable(server)} --json`;
  return [
    `  ${paint("bold", heading(difference))}`,
    ...rows,
    ...(left > 0 ? [`    … ${more}`] : []),
  ];
}
