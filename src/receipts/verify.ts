/**
 * Verifies a receipts file with nothing but the receipt key's public half.
 *
 * What it proves: every line up to the last was written by the holder of the receipt key, in this
 * order, with nothing changed, added or taken out between the first and the last. What it does not
 * prove: that the last line is the last one written. A file whose tail was cut off verifies, since
 * nothing in it says how long it was; a checkpoint kept elsewhere does.
 */
import { fromHex, isSoundPublicKey } from "../protocol/keys.ts";
import { UnsafeFile } from "../state/read_file.ts";
import { type LogLine, ReceiptsFile } from "./read.ts";
import { genesis, lineDigest, openReceipt, parseReceipt, type Receipt } from "./receipt.ts";

/** What was counted up to the end or to the first bad line. */
export interface Counts {
  /** Receipts whose signature and place in the chain hold. */
  readonly proven: number;
  /** The same, but an argument was masked or cut, so that the call's proof is not checkable. */
  readonly masked: number;
  /** Lines that are no receipts and that the receipt after them names. */
  readonly torn: number;
}

export type Verification =
  | { readonly outcome: "proven"; readonly counts: Counts }
  | {
    readonly outcome: "disproved";
    readonly counts: Counts;
    /** The first bad line, counted from 1. */
    readonly line: number;
    readonly why: string;
  }
  | { readonly outcome: "unknown"; readonly why: string };

/** Exit codes of commands that verify. */
export const exitCodes = { proven: 0, disproved: 1, unknown: 2 } as const;

/** Where in the chain a receipt stands. */
interface Place {
  readonly seq: number;
  readonly prev: string;
}

/** The line before, which the next one may still name as torn. */
interface Passed {
  readonly line: number;
  readonly digest: string;
  /** The place it has, or would have. */
  readonly place: Place;
  /** Why it is no receipt; a receipt has none. */
  readonly fault?: string;
  readonly kind?: "proven" | "masked";
}

class Disproved extends Error {
  readonly line: number;

  constructor(line: number, why: string) {
    super(why);
    this.line = line;
  }
}

/** Verifies the file at `path`; `publicKey` is the receipt key, 32 bytes in hex. Never throws. */
export function verifyFile(path: string, publicKey: string): Verification {
  if (!/^[0-9a-f]{64}$/.test(publicKey) || !isSoundPublicKey(fromHex(publicKey))) {
    return { outcome: "unknown", why: "The receipt key is not an Ed25519 public key in hex" };
  }
  try {
    return ReceiptsFile.use(path, (file) => verifyLines(file.lines(), publicKey));
  } catch (error) {
    if (error instanceof UnsafeFile) return { outcome: "unknown", why: error.message };
    throw error;
  }
}

/** Verifies lines from the first one on. */
export function verifyLines(
  lines: Iterable<LogLine>,
  publicKey: string,
): Exclude<Verification, { outcome: "unknown" }> {
  const counts = { proven: 0, masked: 0, torn: 0 };
  let next: Place = { seq: 1, prev: genesis };
  let passed: Passed | undefined;
  try {
    for (const line of lines) {
      const digest = lineDigest(line.bytes);
      const receipt = authenticReceipt(line, publicKey);
      if (typeof receipt === "string") {
        requireNothingTorn(passed);
        passed = { line: line.number, digest, place: next, fault: receipt };
        continue;
      }
      const place = requireTornNamed(receipt, line, passed) ?? next;
      requirePlace(receipt, line, place);
      if (receipt.torn !== undefined) {
        // A whole receipt that only lacked its line feed was counted before it was disowned.
        if (passed?.kind !== undefined) counts[passed.kind]--;
        counts.torn++;
      }
      const kind = receipt.masked === true ? "masked" : "proven";
      counts[kind]++;
      passed = { line: line.number, digest, place, kind };
      next = { seq: place.seq + 1, prev: digest };
    }
    requireNothingTorn(passed);
    return { outcome: "proven", counts };
  } catch (error) {
    if (!(error instanceof Disproved)) throw error;
    return { outcome: "disproved", counts, line: error.line, why: error.message };
  }
}

// Strict and with the byte order mark kept, so that no two byte sequences are read as one text.
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** The receipt, when the line has the exact form and the key's signature; else what is wrong. */
function authenticReceipt(line: LogLine, publicKey: string): Receipt | string {
  if (line.fault === "unfinished") {
    return "lacks its line feed, and no receipt after it names it as torn";
  }
  if (line.fault === "too long") return "is longer than any receipt";
  let text: string;
  try {
    text = decoder.decode(line.bytes);
  } catch {
    return "is not UTF-8";
  }
  const receipt = openReceipt(text, publicKey);
  if (receipt !== undefined) return receipt;
  const parsed = parseReceipt(text);
  if (parsed === undefined) return "is not a receipt, and the next one does not name it as torn";
  return JSON.stringify(parsed) === text
    ? "is not signed by the receipt key as it stands"
    : "is not in the form that receipts are written in";
}

/** A line that is no receipt may stand only where the next receipt names its digest. */
function requireNothingTorn(passed: Passed | undefined): void {
  if (passed?.fault === undefined) return;
  throw new Disproved(passed.line, passed.fault);
}

/** The place of the torn line that the receipt names and takes; undefined when it names none. */
function requireTornNamed(
  receipt: Receipt,
  line: LogLine,
  passed: Passed | undefined,
): Place | undefined {
  if (receipt.torn === undefined) {
    requireNothingTorn(passed);
    return undefined;
  }
  if (passed !== undefined && receipt.torn === passed.digest) return passed.place;
  requireNothingTorn(passed);
  throw new Disproved(line.number, "names a torn line that does not stand before it");
}

/** No gap in the numbers, and the digest of the line before. */
function requirePlace(receipt: Receipt, line: LogLine, place: Place): void {
  if (receipt.seq !== place.seq) {
    throw new Disproved(line.number, `has number ${receipt.seq} where ${place.seq} follows`);
  }
  if (receipt.prev !== place.prev) {
    throw new Disproved(line.number, "does not continue the line before it");
  }
}
