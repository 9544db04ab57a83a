/**
 * Comma-separated values (RFC 4180) for spreadsheets: a header, then one record a receipt, each on one
 * line. Signatures, proofs and the digest of the line before are left out; JSON lines have them.
 *
 * A spreadsheet takes a cell that begins with `=`, `+`, `-`, `@`, a tab or a carriage return as a
 * formula, and what a cell says is what an agent was told to do. Such a text gets an apostrophe in
 * front, by which spreadsheets show it as text. What cannot be seen is written as an escape.
 */
import { printable } from "../printable.ts";
import type { Receipt } from "../receipt.ts";
import { type Format, textOf } from "./format.ts";

const columns = [
  "seq",
  "time",
  "kind",
  "door",
  "session",
  "call",
  "agent",
  "agentId",
  "tool",
  "capability",
  "decision",
  "observed",
  "code",
  "rule",
  "line",
  "reason",
  "args",
  "masked",
  "unknown",
  "outcome",
  "preview",
  "of",
  "mismatch",
  "input",
  "warrant",
  "chain",
  "policy",
  "serial",
  "revocation",
  "torn",
  "bytes",
] as const satisfies readonly (keyof Receipt)[];

/** Signs that start a formula, wide ones included, also after blanks. */
const formula = /^[\s'"]*[=+\-@\uff1d\uff0b\uff0d\uff20\t\r]/;
const needsQuotes = /[",\r\n]|^\s|\s$/;

function cell(value: unknown): string {
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  const text = textOf(value);
  const safe = `${formula.test(text) ? "'" : ""}${printable(text)}`;
  return needsQuotes.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** Lines end in a carriage return, which the line feed follows. */
export const csv: Format = {
  head: `${columns.join(",")}\r`,
  line: (receipt) => `${columns.map((name) => cell(receipt[name])).join(",")}\r`,
};
