/** Made-up receipts files, for tests. */
import { type SigningKey, signingKey } from "../protocol/keys.ts";
import { type AppendOptions, appendReceipt } from "./log.ts";
import { ReceiptsFile } from "./read.ts";
import { genesis, lineDigest, type Receipt, type ReceiptDraft, sealReceipt } from "./receipt.ts";
import { segmentsOf } from "./segments.ts";
import { type Place, walk } from "./walk.ts";

/** The receipt key of the samples, and a stranger's. */
export const sampleKey = signingKey(new Uint8Array(32).fill(7));
export const otherKey = signingKey(new Uint8Array(32).fill(8));

/** A decision, with what a test wants different. */
export function sampleDraft(change: Partial<ReceiptDraft> = {}): ReceiptDraft {
  return {
    time: "2026-03-01T12:00:00.000Z",
    kind: "decision",
    door: "hook",
    tool: "Read",
    capability: "read_file",
    args: { path: "/project/sandbox/notes.txt" },
    decision: "allow",
    rule: "enforce.Read",
    line: 15,
    reason: "authorized",
    ...change,
  };
}

/** A draft and, when a write before it was cut short, how much of that line was left. */
export interface SampleRow {
  readonly draft: ReceiptDraft;
  readonly tornAfter?: number;
}

/** The lines of a log, torn ones included, in order and without line feeds. */
export function sampleLines(rows: readonly SampleRow[], key: SigningKey = sampleKey): string[] {
  const lines: string[] = [];
  let place = { seq: 1, prev: genesis };
  for (const { draft, tornAfter } of rows) {
    const seal = (one: ReceiptDraft) => {
      const line = sealReceipt(one, place, key);
      lines.push(line);
      place = { seq: place.seq + 1, prev: lineDigest(line) };
    };
    if (tornAfter !== undefined) {
      const left = sealReceipt({ ...draft, reason: "cut short" }, place, key).slice(0, tornAfter);
      lines.push(left);
      const { time, door } = draft;
      const bytes = new TextEncoder().encode(left).length;
      seal({ time, kind: "repair", door, torn: lineDigest(left), bytes });
    }
    seal(draft);
  }
  return lines;
}

/** A plain log of `count` decisions. */
export function plainLines(count: number, key: SigningKey = sampleKey): string[] {
  const rows = Array.from({ length: count }, (_, at) => ({
    draft: sampleDraft({ args: { path: `/project/sandbox/${at}.txt` } }),
  }));
  return sampleLines(rows, key);
}

/** The bytes of a file with these lines. */
export function fileBytes(lines: readonly string[]): Uint8Array {
  return new TextEncoder().encode(lines.map((line) => `${line}\n`).join(""));
}

/** Appends a sample, by default without waiting for the disk. Returns its line. */
export function append(
  path: string,
  change: Partial<ReceiptDraft> = {},
  options: Partial<AppendOptions> = {},
): string {
  return appendReceipt(path, sampleDraft(change), { key: sampleKey, sync: false, ...options });
}

/** Runs `use` with the path of a file in a directory of its own. */
export function withFile<T>(content: Uint8Array | string, use: (path: string) => T): T {
  const directory = Deno.makeTempDirSync({ prefix: "tenuo-" });
  try {
    const path = `${directory}/receipts.jsonl`;
    Deno.writeFileSync(
      path,
      typeof content === "string" ? new TextEncoder().encode(content) : content,
    );
    return use(path);
  } finally {
    Deno.removeSync(directory, { recursive: true });
  }
}

/**
 * The receipts of a whole log, oldest first, segment joins included.
 *
 * @throws {Disproved} when a line does not hold
 */
export function walkLog(path: string, publicKey: string = sampleKey.publicKey): Receipt[] {
  const receipts: Receipt[] = [];
  let place: Place = { seq: 1, prev: genesis };
  for (const file of [...segmentsOf(path), path].filter(isThere)) {
    ReceiptsFile.use(file, (opened) => {
      for (const { receipt, digest } of walk(opened.lines(), publicKey, place)) {
        receipts.push(receipt);
        place = { seq: receipt.seq + 1, prev: digest };
      }
    });
  }
  return receipts;
}

function isThere(path: string): boolean {
  try {
    Deno.lstatSync(path);
    return true;
  } catch {
    return false;
  }
}

/** How many bytes a run reads from files, and in how many reads. */
export function countReads(run: () => void): { bytes: number; reads: number } {
  const { readSync } = Deno.FsFile.prototype;
  const counted = { bytes: 0, reads: 0 };
  Deno.FsFile.prototype.readSync = function (into) {
    const count = readSync.call(this, into);
    counted.bytes += count ?? 0;
    counted.reads++;
    return count;
  };
  try {
    run();
  } finally {
    Deno.FsFile.prototype.readSync = readSync;
  }
  return counted;
}
