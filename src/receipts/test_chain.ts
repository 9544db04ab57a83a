/** Form, signatures and chain of a log alone, whoever was allowed what: for tests of what is written. */
import { UnsafeFile } from "../state/read_file.ts";
import { type LogLine, ReceiptsFile } from "./read.ts";
import { genesis } from "./receipt.ts";
import { Disproved, walk } from "./walk.ts";

export interface ChainCounts {
  readonly proven: number;
  readonly masked: number;
  /** Torn bytes that a repair names. */
  readonly torn: number;
}

export type ChainVerification =
  | { readonly outcome: "proven"; readonly counts: ChainCounts }
  | {
    readonly outcome: "disproved";
    readonly counts: ChainCounts;
    readonly line: number;
    readonly why: string;
  }
  | { readonly outcome: "unknown"; readonly why: string };

/** Verifies one file that begins a log; `publicKey` is the receipt key, hex. */
export function verifyFile(path: string, publicKey: string): ChainVerification {
  try {
    return ReceiptsFile.use(path, (file) => verifyLines(file.lines(), publicKey));
  } catch (error) {
    if (error instanceof UnsafeFile) return { outcome: "unknown", why: error.message };
    throw error;
  }
}

export function verifyLines(lines: Iterable<LogLine>, publicKey: string): ChainVerification {
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
