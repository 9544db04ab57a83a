/** `audit show SEQ`: one receipt whole, found in a long log in a few looks. */
import { codes } from "../authorizer/denial.ts";
import { readEvidence } from "../receipts/evidence.ts";
import { describeReceipt, type Surroundings } from "../receipts/describe.ts";
import { firstNotBefore } from "../receipts/log_position.ts";
import { LogReader, type Position } from "../receipts/log_reader.ts";
import { printableJson } from "../receipts/printable.ts";
import { openReceipt, parseReceipt, type Receipt } from "../receipts/receipt.ts";
import { renderLine } from "../receipts/render.ts";
import { statePath } from "../state/layout.ts";
import { readRegularText } from "../state/read_file.ts";
import { UserError } from "./command.ts";
import type { Terminal } from "./terminal.ts";

/** How far behind a decision its outcome is looked for. */
const farthest = 64 << 20;
const maxNameWidth = 24;
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** A receipt and the line it is. */
interface Found {
  readonly receipt: Receipt;
  readonly text: string;
}

/**
 * Prints a receipt.
 *
 * @param json the line itself, instead of its members
 * @throws {UserError} when there is none of that number
 * @throws {UnsafeFile} when the log cannot be read
 */
export function showReceipt(
  project: string,
  seq: number,
  json: boolean,
  terminal: Terminal,
): void {
  const path = statePath(project, "receipts");
  LogReader.use(path, (log) => {
    const found = find(log, seq);
    if (found === undefined) throw new UserError(missing(log, seq));
    if (json) {
      terminal.print(Deno.stdout.isTerminal() ? printableJson(found.text) : found.text);
    } else terminal.print(...lines(log, found, surroundings(project, path, found), terminal));
  });
}

/** A place at or before the receipt of that number, and not far before it. */
function near(log: LogReader, seq: number): Position {
  return firstNotBefore(log, (receipt) => receipt.seq < seq);
}

function find(log: LogReader, seq: number): Found | undefined {
  for (const { bytes } of log.lines(near(log, seq))) {
    const text = decoder.decode(bytes);
    const receipt = parseReceipt(text);
    if (receipt?.seq === seq) return { receipt, text };
    if (receipt !== undefined && receipt.seq > seq) return undefined;
  }
  return undefined;
}

function missing(log: LogReader, seq: number): string {
  let first: number | undefined;
  for (const { bytes } of log.lines()) {
    first = parseReceipt(decoder.decode(bytes))?.seq;
    if (first !== undefined) break;
  }
  let last = first;
  for (const { bytes } of log.lines(near(log, Infinity))) {
    last = parseReceipt(decoder.decode(bytes))?.seq ?? last;
  }
  return first === undefined
    ? `No receipt ${seq}; the log is empty`
    : `No receipt ${seq}; the log has ${first} to ${last}`;
}

/** The outcome of a decision; undefined when none is near. */
function outcomeOf(log: LogReader, seq: number): Found | undefined {
  let looked = 0;
  const mark = `"of":${seq}`;
  for (const { bytes } of log.lines(near(log, seq))) {
    looked += bytes.length + 1;
    if (looked > farthest) return undefined;
    const text = decoder.decode(bytes);
    // Most lines are no outcome of it and need no more than this look.
    const receipt = text.includes(mark) ? parseReceipt(text) : undefined;
    if (receipt?.kind === "outcome" && receipt.of === seq) return { receipt, text };
  }
  return undefined;
}

function surroundings(project: string, path: string, { text }: Found): Surroundings {
  const names = new Map<number, string>(Object.entries(codes).map(([name, code]) => [code, name]));
  return {
    codeName: (code) => names.get(code),
    hasEvidence: (kind, digest) => {
      try {
        return readEvidence(path, kind, digest) !== undefined;
      } catch {
        return false;
      }
    },
    isAuthentic: isAuthentic(project, text),
  };
}

function isAuthentic(project: string, text: string): boolean | undefined {
  let key: string;
  try {
    key = readRegularText(statePath(project, "receiptPublic"), 256);
  } catch {
    return undefined;
  }
  return openReceipt(text, key) !== undefined;
}

function lines(
  log: LogReader,
  { receipt, text }: Found,
  around: Surroundings,
  { paint }: Terminal,
): string[] {
  const described = describeReceipt(receipt, around);
  const longest = Math.max(...described.map(({ name }) => [...name].length));
  const width = Math.min(maxNameWidth, longest);
  const members = described.map(({ name, value, note }) =>
    `${name.padEnd(width)} : ${value}${note === undefined ? "" : paint("dim", `  (${note})`)}`
  );
  return [renderLine(text, paint), "", ...members, ...related(log, receipt, paint)];
}

/** The other half of what the receipt is about. */
function related(log: LogReader, receipt: Receipt, paint: Terminal["paint"]): string[] {
  const { kind, seq, of } = receipt;
  if (kind === "decision") {
    const outcome = outcomeOf(log, seq);
    if (outcome === undefined) return ["", "No outcome of it stands in the log."];
    return ["", `Its outcome, ${outcome.receipt.seq}:`, renderLine(outcome.text, paint)];
  }
  if (kind !== "outcome" || !Number.isSafeInteger(of)) return [];
  const decision = find(log, of as number);
  if (decision === undefined) return ["", `Its decision, ${of}, does not stand in the log.`];
  return ["", `Its decision, ${of}:`, renderLine(decision.text, paint)];
}
