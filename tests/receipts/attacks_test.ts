/**
 * The attack list: what is done to a log that real calls made, and what verification says. Each test
 * is named after its attack. Keys and root are given, as by a verifier who got them another way.
 */
import { equal } from "node:assert/strict";
import { lineDigest, sealReceipt } from "../../src/receipts/receipt.ts";
import { otherKey } from "../../src/receipts/sample_log.ts";
import { attackedLog, changed, type Files, type Given, linesOf, verified } from "./attacked_log.ts";

const { files, fork, checkpoint, earlier, receiptKey, root } = await attackedLog();
const keys: Given = { key: receiptKey.publicKey, root };
const [first, second, third] = [1, 2, 3].map((number) => `receipts.00000${number}.jsonl`) as [
  string,
  string,
  string,
];
const active = "receipts.jsonl";
const notSigned = "is not signed by the receipt key as it stands";

type Rows = [string, string, string];
const [a, b, c] = linesOf(files, second) as Rows;
const newest = linesOf(files, active) as Rows;

function attack(name: string, attacked: Files, finding: string, given: Given = {}): void {
  Deno.test(`Attack: ${name}`, async () => {
    equal(await verified(attacked, { ...keys, ...given }), finding);
  });
}

function cutAt(checkpoint: string, count: number): string {
  return `is missing: the tail was cut off; at ${
    JSON.parse(checkpoint).time
  } there were ${count} ` +
    "receipts (kept)";
}

attack("none, so that all is proven", files, "proven: 12", { checkpoint });

attack(
  "edit an argument",
  changed(files, { [second]: [a, b, c.replace("notes.txt", "other.txt")] }),
  `${second}:3 ${notSigned}`,
);
attack(
  "edit a deny into an allow",
  changed(files, { [second]: [a, b.replace('"decision":"deny"', '"decision":"allow"'), c] }),
  `${second}:2 ${notSigned}`,
);
attack(
  "edit the form and nothing that it says",
  changed(files, { [second]: [a, b.replace('"kind":', '"kind": '), c] }),
  `${second}:2 is not in the form that receipts are written in`,
);
attack(
  "delete a line",
  changed(files, { [second]: [a, c] }),
  `${second}:2 has number 6 where 5 follows`,
);
attack(
  "insert a line that another key signed",
  changed(files, {
    [second]: [a, sealReceipt(draft(), { seq: 5, prev: lineDigest(a) }, otherKey), b, c],
  }),
  `${second}:2 ${notSigned}`,
);
attack(
  "insert an empty line",
  changed(files, { [second]: [a, "", b, c] }),
  `${second}:2 is not a receipt, and no repair after it names it`,
);
attack(
  "duplicate a line",
  changed(files, { [second]: [a, b, b, c] }),
  `${second}:3 has number 5 where 6 follows`,
);
attack(
  "reorder two lines",
  changed(files, { [second]: [a, c, b] }),
  `${second}:2 has number 6 where 5 follows`,
);
attack(
  "splice two logs of the same key",
  changed(files, {
    [third]: [linesOf(files, third)[0] as string, ...linesOf(fork, active).slice(4)],
  }),
  `${third}:2 does not continue the line before it`,
);
attack(
  "splice two logs of different keys",
  changed(files, {
    [third]: linesOf(files, third).map((line, at) => at === 0 ? line : otherKeys(line)),
  }),
  `${third}:2 ${notSigned}`,
);

attack(
  "truncate the tail, without a kept checkpoint: not proved",
  changed(files, { [active]: newest.slice(0, 1) }),
  "proven: 10",
);
attack(
  "truncate the tail, with a kept checkpoint",
  changed(files, { [active]: newest.slice(0, 1) }),
  `${active}:2 ${cutAt(checkpoint, 12)}`,
  { checkpoint },
);
attack(
  "truncate the tail after the kept checkpoint: not proved",
  changed(files, { [active]: newest.slice(0, 1) }),
  "proven: 10",
  { checkpoint: earlier },
);
attack(
  "truncate the tail within a line",
  changed(files, { [active]: newest.join("\n").slice(0, -40) }),
  `${active}:3 was never finished, and no receipt after it says so`,
);
attack(
  "empty the file that is written to, with a kept checkpoint",
  changed(files, { [active]: "" }),
  `${active}:1 ${cutAt(checkpoint, 12)}`,
  { checkpoint },
);

attack(
  "roll back a segment",
  changed(files, { [second]: [a, b] }),
  `${third}:1 has number 7 where 6 follows`,
);
attack(
  "roll back the whole log and go on, with a kept checkpoint",
  fork,
  `${active}:5 is not the line that kept saw`,
  { checkpoint: earlier },
);
attack(
  "roll back the whole log and go on, without a kept checkpoint: not proved",
  fork,
  "proven: 9",
);

attack(
  "delete the first segment: cannot be told",
  changed(files, { [first]: undefined }),
  "unknown: The log goes on from receipt 3, which is not there; give the segments before it, or a " +
    "checkpoint of receipt 3 with --checkpoint FILE",
);
attack(
  "delete a middle segment",
  changed(files, { [second]: undefined }),
  `${third}:1 has number 7 where 4 follows; the segment ${second} before it is missing`,
);
attack(
  "delete the last segment",
  changed(files, { [third]: undefined }),
  `${active}:1 has number 10 where 7 follows`,
);
attack(
  "delete the file that is written to, with a kept checkpoint",
  changed(files, { [active]: undefined }),
  `${third}:4 ${cutAt(checkpoint, 12)}`,
  { checkpoint },
);
attack(
  "delete the file that is written to, without a kept checkpoint: not proved",
  changed(files, { [active]: undefined }),
  "proven: 9",
);
attack(
  "swap two segments",
  changed(files, { [second]: linesOf(files, third), [third]: linesOf(files, second) }),
  `${second}:1 has number 7 where 4 follows`,
);
attack(
  "put a segment where another one was",
  changed(files, { [third]: linesOf(files, second) }),
  `${third}:1 has number 4 where 7 follows`,
);

/** A row in the form of the others. */
function draft() {
  const { seq: _seq, prev: _prev, signature: _signature, ...members } = JSON.parse(a);
  return members;
}

function otherKeys(line: string): string {
  const { seq, prev, signature: _signature, ...members } = JSON.parse(line);
  return sealReceipt(members, { seq, prev }, otherKey);
}
