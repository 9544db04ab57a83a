import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { chainFaults, readReceipts } from "./receipts.ts";

/** A file of linked rows with these numbers. */
function rows(...numbers: readonly number[]): string[] {
  let prev = "";
  return numbers.map((seq) => {
    const row = JSON.stringify({ seq, prev, kind: "decision", call: `call-${seq}`, line: 3 });
    prev = createHash("sha256").update(row).digest("hex");
    return row;
  });
}

async function faultsOf(lines: readonly string[]): Promise<readonly string[]> {
  const path = await Deno.makeTempFile();
  try {
    await Deno.writeTextFile(path, lines.map((line) => `${line}\n`).join(""));
    return chainFaults(await readReceipts(path));
  } finally {
    await Deno.remove(path);
  }
}

Deno.test("finds no fault in linked rows", async () => {
  assert.deepEqual(await faultsOf(rows(1, 2, 3)), []);
});

Deno.test("finds a row that is missing", async () => {
  const [first = "", , third = ""] = rows(1, 2, 3);
  assert.deepEqual(await faultsOf([first, third]), [
    "seq 3 follows 1",
    "prev of seq 3 is not the hash of the row before",
  ]);
});

Deno.test("finds a row that was changed", async () => {
  const changed = rows(1, 2).map((row, index) => index === 0 ? row.replace("call-1", "x") : row);
  assert.deepEqual(await faultsOf(changed), ["prev of seq 2 is not the hash of the row before"]);
});

Deno.test("reads no rows where there is no file", async () => {
  assert.deepEqual(await readReceipts("/nonexistent/receipts.jsonl"), []);
});

Deno.test("refuses a row that is not an object", async () => {
  await assert.rejects(faultsOf(['{"seq":1}', "[]"]), /not one JSON object/);
});
