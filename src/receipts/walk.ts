/**
 * Walks the lines of a log in their order and gives each receipt whose form, signature and place in
 * the chain hold. Lines that are no receipts may stand only where a repair names their bytes.
 */
import { createHash, type Hash, hash } from "node:crypto";
import { hex } from "../protocol/keys.ts";
import type { LogLine } from "./read.ts";
import { isWhole, openLine, type Receipt } from "./receipt.ts";

/** Where in the chain a receipt stands. */
export interface Place {
  readonly seq: number;
  readonly prev: string;
}

export interface Walked {
  readonly receipt: Receipt;
  /** Digest of its line, hex: the next one's `prev`. */
  readonly digest: string;
  /** The line's number. */
  readonly line: number;
}

/** A line does not hold. */
export class Disproved extends Error {
  /** Counted from 1. */
  readonly line: number;

  constructor(line: number, why: string) {
    super(why);
    this.name = "Disproved";
    this.line = line;
  }
}

/** Lines that are no receipts, until a repair names them. */
interface Torn {
  readonly line: number;
  readonly why: string;
  readonly hash: Hash;
  bytes: number;
}

/**
 * @param publicKey the receipt key, hex
 * @param start where the first receipt must stand; undefined: where it says
 * @throws {Disproved} at the first line that does not hold
 */
export function* walk(
  lines: Iterable<LogLine>,
  publicKey: string,
  start?: Place,
): Generator<Walked> {
  let next = start;
  let torn: Torn | undefined;
  for (const line of lines) {
    const isTooLong = line.fault === "too long";
    const receipt = isTooLong ? undefined : openLine(line.bytes, publicKey);
    if (receipt === undefined) {
      torn = withLine(torn, line, faultOf(line));
      continue;
    }
    requireRepaired(torn, receipt, line);
    torn = undefined;
    if (next !== undefined) requirePlace(receipt, line, next);
    // In one call: there are many lines.
    const digest = hash("sha256", line.bytes);
    next = { seq: receipt.seq + 1, prev: digest };
    yield { receipt, digest, line: line.number };
  }
  if (torn !== undefined) throw new Disproved(torn.line, torn.why);
}

// Strict and with the byte order mark kept, so that no two byte sequences are read as one text.
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Why a line is no receipt, and whether it was written to its end all the same. */
interface Fault {
  readonly why: string;
  readonly isFinished: boolean;
}

function faultOf({ bytes, fault }: LogLine): Fault {
  if (fault === "too long") return { why: "is longer than any receipt", isFinished: false };
  let text: string;
  try {
    text = decoder.decode(bytes);
  } catch {
    const tail = new TextDecoder().decode(bytes.subarray(-256));
    return { why: "is not UTF-8", isFinished: isWhole(tail) };
  }
  const object = objectOf(text);
  const isFinished = object !== undefined || isWhole(text);
  return { why: whyNot(text, object, fault), isFinished };
}

function whyNot(text: string, object: object | undefined, fault: LogLine["fault"]): string {
  if (fault === "unfinished") return "was never finished, and no receipt after it says so";
  if (object === undefined || !("seq" in object) || !("prev" in object)) {
    return "is not a receipt, and no repair after it names it";
  }
  return JSON.stringify(object) === text
    ? "is not signed by the receipt key as it stands"
    : "is not in the form that receipts are written in";
}

/** The JSON object that a text is. Most garbage is told by its ends: an exception takes long. */
function objectOf(text: string): object | undefined {
  const trimmed = text.trim();
  if (!trimmed.startsWith("{") || !trimmed.endsWith("}")) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function withLine(torn: Torn | undefined, { number, bytes }: LogLine, fault: Fault): Torn {
  const { why, isFinished } = fault;
  // No crash leaves what was written to its end, nor other whole JSON.
  if (isFinished) throw new Disproved(torn?.line ?? number, torn?.why ?? why);
  const held = torn ?? { line: number, why, hash: createHash("sha256"), bytes: -1 };
  if (torn !== undefined) held.hash.update("\n");
  held.hash.update(bytes);
  held.bytes += bytes.length + 1;
  return held;
}

/** A repair stands after the bytes it names and nowhere else. */
function requireRepaired(torn: Torn | undefined, receipt: Receipt, { number }: LogLine): void {
  if (torn === undefined) {
    if (receipt.kind !== "repair") return;
    throw new Disproved(number, "names torn bytes that do not stand before it");
  }
  const isNamed = receipt.kind === "repair" && receipt.bytes === torn.bytes &&
    receipt.torn === hex(torn.hash.digest());
  if (!isNamed) throw new Disproved(torn.line, torn.why);
}

/** No gap in the numbers, and the digest of the line before. */
function requirePlace(receipt: Receipt, { number }: LogLine, place: Place): void {
  const fault = placeFault(receipt, place);
  if (fault !== undefined) throw new Disproved(number, fault);
}

/** What is wrong with a receipt in this place; undefined when nothing is. */
export function placeFault({ seq, prev }: Place, place: Place): string | undefined {
  if (seq !== place.seq) return `has number ${JSON.stringify(seq)} where ${place.seq} follows`;
  return prev === place.prev ? undefined : "does not continue the line before it";
}
