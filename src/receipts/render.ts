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
  if (receipt === undefined) {
    return `${paint("yellow", "TORN".padEnd(markWidth))} ${printableCut(line, previewWidth)}`;
  }
  switch (receipt.kind) {
    case "outcome":
      return renderOutcome(receipt);
    case "act":
    case "repair":
      return `${"-".padEnd(markWidth)} ${printable(text(receipt.reason))}`;
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

/** `mcp`: a tool of a server; `aud`: allowed without constraints; `gov`: governed by a rule. */
function tagOf({ tool, decision, rule }: Receipt): string {
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

/** What became of a call: a dot, the outcome, the tool, the beginning of what it answered. */
function renderOutcome(receipt: Receipt): string {
  const { outcome, preview } = receipt;
  return [
    "·".padEnd(markWidth),
    printable(text(outcome)).padEnd("[gov]".length),
    printable(text(receipt.tool)).padEnd(toolWidth),
    printableCut(text(preview), previewWidth),
  ].join(" ").trimEnd();
}
