/** Made-up receipts files, for tests. */
import { type SigningKey, signingKey } from "../protocol/keys.ts";
import { genesis, lineDigest, type ReceiptDraft, sealReceipt } from "./receipt.ts";

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
