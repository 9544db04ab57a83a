import { deepEqual, equal, ok } from "node:assert/strict";
import fc from "fast-check";
import { parseReceipt, type Receipt, type ReceiptDraft } from "../receipt.ts";
import { sampleDraft, sampleLines } from "../sample_log.ts";
import { csv } from "./csv.ts";

/** The records of RFC 4180 text, cells unquoted. */
function records(text: string): string[][] {
  const rows: string[][] = [[]];
  const cell = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/gy;
  for (let match = cell.exec(text); match !== null; match = cell.exec(text)) {
    rows.at(-1)?.push(match[1]?.replaceAll('""', '"') ?? match[2] ?? "");
    if (match[3] !== ",") rows.push([]);
    if (cell.lastIndex === text.length) return rows.slice(0, -1);
  }
  throw new Error(`No RFC 4180: ${text}`);
}

function receiptOf(change: Partial<ReceiptDraft>): [Receipt, string] {
  const [line = ""] = sampleLines([{ draft: sampleDraft(change) }]);
  return [parseReceipt(line) as Receipt, line];
}

function rowOf(change: Partial<ReceiptDraft>): Record<string, string> {
  const [header = [], row = []] = records(`${csv.head}\n${csv.line(...receiptOf(change))}\n`);
  equal(row.length, header.length);
  return Object.fromEntries(header.map((name, at) => [name, row[at] as string]));
}

Deno.test("A receipt is one record under a header", () => {
  const row = rowOf({ decision: "deny", observed: true, reason: 'a, "b"', args: { n: 1 } });
  deepEqual(
    [row.seq, row.kind, row.decision, row.observed, row.reason, row.args, row.line, row.torn],
    ["1", "decision", "deny", "true", 'a, "b"', '{"n":1}', "15", ""],
  );
  ok(!("signature" in row));
});

Deno.test("No text becomes a formula", () => {
  for (
    const text of ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "\n=1", '"=1', "\uff1d1"]
      .concat("=cmd|' /C calc'!A0", "'=1")
  ) {
    const { reason } = rowOf({ reason: text });
    ok(reason?.startsWith("'"), `${JSON.stringify(text)} is written ${reason}`);
  }
  for (const text of ["a=1", "ls -la", "/x", "1+1", "", "x@y"]) {
    equal(rowOf({ reason: text }).reason, text);
  }
});

Deno.test("Whatever a text is, it is one line, one cell and no formula", () => {
  fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => {
    const line = csv.line(...receiptOf({ reason: text.toWellFormed(), tool: text.toWellFormed() }));
    ok(line?.endsWith("\r") && !/\p{Cc}/u.test(line.slice(0, -1)));
    const { reason, tool } = rowOf({ reason: text.toWellFormed(), tool: text.toWellFormed() });
    equal(reason, tool);
    ok(!/^\s*[=+\-@]/.test(reason as string));
  }));
});
