/** What servers say, in lines for a terminal: nothing of theirs is printed raw. */
import type { Difference } from "../mcp/pins/difference.ts";
import type { HiddenText } from "../mcp/pins/hidden_text.ts";
import { printable, printableCut } from "../receipts/printable.ts";
import type { Terminal } from "./terminal.ts";
import { counted } from "./text_columns.ts";

const mostLines = 60;
const width = 160;

/** One finding on one line. */
export function hiddenTextLine({ place, finding, excerpt }: HiddenText): string {
  return `${place}: ${finding}: ${excerpt}`;
}

function heading({ about, change, tool, members }: Difference): string {
  const what = tool === undefined ? about : `tool ${printable(tool)}`;
  const which = members.length === 0 ? "" : ` (${members.map(printable).join(", ")})`;
  return `${what}: ${change}${which}`;
}

/** A difference, its lines cut where they get long or many. */
export function differenceLines(
  difference: Difference,
  paint: Terminal["paint"],
): string[] {
  const shown = difference.lines.slice(0, mostLines).map((line) => {
    const text = `    ${printableCut(line, width)}`;
    return line.startsWith("+")
      ? paint("green", text)
      : line.startsWith("-")
      ? paint("red", text)
      : text;
  });
  const left = difference.lines.length - shown.length;
  return [
    `  ${paint("bold", heading(difference))}`,
    ...shown,
    ...(left > 0 ? [`    … ${counted(left, "more line")}; --json has them all`] : []),
  ];
}
