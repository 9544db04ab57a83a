import { createHash } from "node:crypto";
import { parseObject, text } from "./json.ts";

/** One row of `.state/receipts.jsonl`. */
export interface Receipt {
  readonly seq: number;
  readonly prev: string;
  readonly kind: string;
  readonly session: string;
  /** The id of the tool call it is about. */
  readonly call: string;
  readonly tool: string;
  readonly decision: string;
  readonly rule: string;
  readonly line: number;
  readonly reason: string;
  /** The row as it stands in the file. */
  readonly raw: string;
}

function receipt(raw: string): Receipt {
  const row = parseObject(raw);
  if (row === undefined) throw new Error(`A receipt is not one JSON object: ${raw.slice(0, 200)}`);
  return {
    seq: Number(row.seq),
    prev: text(row.prev),
    kind: text(row.kind),
    session: text(row.session),
    call: text(row.call),
    tool: text(row.tool),
    decision: text(row.decision),
    rule: text(row.rule),
    line: Number(row.line),
    reason: text(row.reason),
    raw,
  };
}

/** The rows of a receipts file; none when the file does not exist. */
export async function readReceipts(path: string): Promise<readonly Receipt[]> {
  try {
    const content = await Deno.readTextFile(path);
    return content.split("\n").filter((line) => line !== "").map(receipt);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}

/** What is wrong with the order and the links of the rows; empty when nothing is. */
export function chainFaults(rows: readonly Receipt[]): readonly string[] {
  return rows.slice(1).flatMap((row, index) => {
    const before = rows[index];
    if (before === undefined) return [];
    const faults: string[] = [];
    if (row.seq !== before.seq + 1) faults.push(`seq ${row.seq} follows ${before.seq}`);
    const hash = createHash("sha256").update(before.raw).digest("hex");
    if (row.prev !== hash) faults.push(`prev of seq ${row.seq} is not the hash of the row before`);
    return faults;
  });
}
