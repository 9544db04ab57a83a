/** What servers say, in lines for a terminal: nothing of theirs is printed raw. */
import { serverWord } from "../policy/tools.ts";
import type { Difference } from "../mcp/pins/difference.ts";
import type { HiddenText } from "../mcp/pins/hidden_text.ts";
import { printable } from "../receipts/printable.ts";
import type { Terminal } from "./terminal.ts";
import { textWidth } from "./text_columns.ts";

const mostLines = 200;
const room = textWidth - 6;

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
function* wholeLine(line: string, paint: Terminal["paint"]): Generator<string> {
  const [mark = " "] = line;
  const letters = [...printable(line.slice(2))];
  for (let at = 0; at === 0 || at < letters.length; at += room) {
    const row = `    ${mark} ${letters.slice(at, at + room).join("")}`;
    yield mark === "+" ? paint("green", row) : mark === "-" ? paint("red", row) : row;
  }
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
  let isWhole = true;
  for (const line of difference.lines) {
    for (const row of wholeLine(line, paint)) if (rows.push(row) > mostLines) break;
    isWhole = rows.length <= mostLines;
    if (!isWhole) break;
  }
  const more = `tenuo-claude mcp diff ${serverWord(printable(server))} --json shows all of it`;
  return [
    `  ${paint("bold", heading(difference))}`,
    ...rows.slice(0, mostLines),
    ...(isWhole ? [] : [`    … ${paint("yellow", more)}`]),
  ];
}
