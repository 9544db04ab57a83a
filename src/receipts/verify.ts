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
import { genesis } from "./receipt.ts";
import { Disproved, walk } from "./walk.ts";

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
  try {
    for (const { receipt } of walk(lines, publicKey, { seq: 1, prev: genesis })) {
      if (receipt.kind === "repair") counts.torn++;
      else counts[receipt.masked === true ? "masked" : "proven"]++;
    }
    return { outcome: "proven", counts };
  } catch (error) {
    if (!(error instanceof Disproved)) throw error;
    return { outcome: "disproved", counts, line: error.line, why: error.message };
  }
}
