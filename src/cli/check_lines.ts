/** Findings of `check` as numbered lines, each with what mends it. */
import { printable } from "../receipts/printable.ts";
import type { CheckFinding } from "./check_finding.ts";
import type { Terminal } from "./terminal.ts";
import { counted, wrapped } from "./text_columns.ts";

/** For example `2 problems, 1 warning`, or that all is well. */
export function checkSummary(findings: readonly CheckFinding[]): string {
  const problems = findings.filter(({ severity }) => severity === "problem").length;
  const warnings = findings.length - problems;
  if (findings.length === 0) return "All well";
  return `${counted(problems, "problem")}, ${counted(warnings, "warning")}`;
}

/** A block for each finding, then the summary. */
export function checkLines(
  findings: readonly CheckFinding[],
  { paint }: Pick<Terminal, "paint">,
): string[] {
  const digits = String(findings.length).length;
  const indent = " ".repeat(digits + 10);
  const blocks = findings.flatMap(({ severity, place, message, mend }, at) => {
    const number = `${String(at + 1).padStart(digits)}.`;
    const mark = paint(severity === "problem" ? "red" : "yellow", severity);
    const text = place === undefined ? message : `${printable(place)}: ${message}`;
    const [first = "", ...rest] = text.split("\n").flatMap((line) =>
      wrapped(printable(line), indent)
    );
    return [
      `${number} ${mark} ${first.trimStart()}`,
      ...rest,
      `${indent}mend: ${printable(mend)}`, // one line, to be copied
      "",
    ];
  });
  return [...blocks, checkSummary(findings)];
}
