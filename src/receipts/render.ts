/**
 * Receipts as rows for people, in the shape
 * `ALLOW      [gov] Read           -> read_file  authorized`.
 *
 * A row shows what the line says, verified or not, so nothing is taken on trust: any member may be
 * missing or of another type, and any text may hold terminal escapes.
 */
import { printable, printableCut } from "./printable.ts";
import { parseReceipt, type Receipt } from "./receipt.ts";

/** Colours a text, where colours are shown at all. */
export type Paint = (colour: "green" | "red" | "yellow", text: string) => string;

const marks: { readonly [decision: string]: readonly [Parameters<Paint>[0], string] } = {
  "allow": ["green", "ALLOW"],
  "deny": ["red", "DENY"],
};
const markWidth = 10;
const toolWidth = 14;
const tagWidth = "[gov]".length;
const previewWidth = 60;
const argumentWidth = 100;

/** The argument that says most about a call, the first of these that it has. */
const keyArguments = [
  "path",
  "file_path",
  "notebook_path",
  "url",
  "command",
  "query",
  "pattern",
  "target",
  "subagent_type",
];

/** Rules that grant a tool without looking at its arguments. */
const unconstrained = /^(allow|harness tool|spawn tool)( \(|$)/;

/** One row for one line of a receipts file. */
export function renderLine(line: string, paint: Paint): string {
  const receipt = parseReceipt(line);
  try {
    if (receipt !== undefined) return renderReceipt(receipt, paint);
  } catch (error) {
    // Nested deeper than any receipt, which the engine may not write as text again.
    if (!(error instanceof RangeError)) throw error;
  }
  return `${paint("yellow", "TORN".padEnd(markWidth))} ${printableCut(line, previewWidth)}`;
}

function renderReceipt(receipt: Receipt, paint: Paint): string {
  switch (receipt.kind) {
    case "outcome":
      return renderOutcome(receipt, paint);
    case "act":
      return `${"-".padEnd(markWidth)} ${printable(text(receipt.reason))}`;
    case "repair":
      return renderRepair(receipt, paint);
    default:
      return renderDecision(receipt, paint);
  }
}

function text(value: unknown): string {
  if (value === undefined) return "";
  return typeof value === "string" ? value : JSON.stringify(value);
}

function renderDecision(receipt: Receipt, paint: Paint): string {
  const { capability, agent } = receipt;
  const decision = text(receipt.decision);
  const [colour, mark] = decision === "deny" && receipt.observed === true
    ? ["yellow", "WOULD-DENY"] as const
    : (Object.hasOwn(marks, decision) ? marks[decision] : undefined) ??
      ["yellow", printableCut(decision.toUpperCase() || "?", markWidth)];
  const reason = text(receipt.reason);
  return [
    paint(colour, mark.padEnd(markWidth)),
    `[${tagOf(receipt)}]`,
    printable(text(receipt.tool)).padEnd(toolWidth),
    ...(agent === undefined ? [] : [`<${printable(text(agent))}>`]),
    ...(capability === undefined ? [] : [`-> ${printable(text(capability))}`]),
  ].join(" ") + `  ${printable(reason)}${keyArgument(receipt.args, reason)}`;
}

/**
 * `prx`: decided by the MCP proxy, mostly once more after the hook; `mcp`: a tool of a server; `aud`:
 * allowed without constraints; `gov`: governed by a rule.
 */
function tagOf({ door, tool, decision, rule }: Receipt): string {
  if (door === "mcp") return "prx";
  if (text(tool).startsWith("mcp__")) return "mcp";
  return decision === "allow" && unconstrained.test(text(rule)) ? "aud" : "gov";
}

/** The key argument after two blanks; nothing when the reason quotes it already. */
function keyArgument(args: unknown, reason: string): string {
  if (typeof args !== "object" || args === null) return "";
  const present = new Map<string, unknown>(Object.entries(args));
  if (present.size === 0) return "";
  const name = keyArguments.find((key) => present.has(key));
  const value = name === undefined ? JSON.stringify(args) : text(present.get(name));
  if (reason.includes(name === undefined ? value : JSON.stringify(value))) return "";
  return `  ${name ?? "args"}=${printableCut(value, argumentWidth)}`;
}

/** Names bytes that stand before it and were never finished. */
function renderRepair({ bytes, torn }: Receipt, paint: Paint): string {
  const digest = printableCut(text(torn), previewWidth + 4);
  const what = `${
    printableCut(text(bytes), previewWidth)
  } bytes were never finished, sha256 ${digest}`;
  return `${paint("yellow", "TORN".padEnd(markWidth))} ${what}`;
}

/** What is wrong between an outcome and its decision. */
export function mismatchText({ mismatch, of }: Receipt): string | undefined {
  const decision = `decision ${printableCut(text(of) || "?", previewWidth)}`;
  switch (text(mismatch)) {
    case "":
      return undefined;
    case "input":
      return `rewritten: not the input of ${decision}`;
    case "denied":
      return `ran although denied by ${decision}`;
    case "unknown":
      return "no decision about this call in the log";
    default:
      return `does not fit ${decision}: ${printableCut(text(mismatch), previewWidth)}`;
  }
}

/**
 * What became of a call: a dot, the outcome, the tool, the beginning of what it answered. A red mark
 * for what was not decided so, a yellow one for what nobody knows.
 */
function renderOutcome(receipt: Receipt, paint: Paint): string {
  const { agent, preview, reason } = receipt;
  const outcome = text(receipt.outcome);
  const wrong = mismatchText(receipt);
  const isUnknown = outcome === "unknown";
  const mark = wrong !== undefined
    ? paint("red", "!".padEnd(markWidth))
    : isUnknown
    ? paint("yellow", "?".padEnd(markWidth))
    : "·".padEnd(markWidth);
  // Outcomes differ in length; what comes after the tool stands below that of decisions.
  const known = isUnknown ? "" : printable(outcome);
  const what = `${known.padEnd(tagWidth)} ${printable(text(receipt.tool))}`;
  return [
    mark,
    what.padEnd(tagWidth + 1 + toolWidth),
    ...(agent === undefined ? [] : [`<${printable(text(agent))}>`]),
    ...(isUnknown ? [`${paint("yellow", "outcome unknown")} `] : []),
    ...(wrong === undefined ? [] : [`${paint("red", wrong)} `]),
    printableCut(text(preview ?? reason), previewWidth),
  ].join(" ").trimEnd();
}
