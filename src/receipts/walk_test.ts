import { deepEqual, equal, match } from "node:assert/strict";
import { hex } from "../protocol/keys.ts";
import { type LogLine, ReceiptsFile } from "./read.ts";
import { genesis, lineDigest, sealReceipt } from "./receipt.ts";
import {
  fileBytes,
  otherKey,
  plainLines,
  sampleDraft,
  sampleKey,
  sampleLines,
  withFile,
} from "./sample_log.ts";
import { type ChainVerification as Verification, verifyFile, verifyLines } from "./test_chain.ts";

const key = sampleKey.publicKey;

function verify(content: Uint8Array | string, publicKey = key): Verification {
  return withFile(content, (path) => verifyFile(path, publicKey));
}

/** Asserts that `line` is the first bad one, and why. */
function disproved(result: Verification, line: number, why: RegExp): void {
  if (result.outcome !== "disproved") throw new Error(`not disproved: ${JSON.stringify(result)}`);
  equal(result.line, line);
  match(result.why, why);
}

function changed(
  lines: readonly string[],
  at: number,
  change: (line: string) => string,
): Uint8Array {
  return fileBytes(lines.map((line, index) => index === at ? change(line) : line));
}

Deno.test("A whole log is proven, and an empty one holds nothing", () => {
  const none = { proven: 0, masked: 0, torn: 0 };
  deepEqual(verify(fileBytes(plainLines(40))), {
    outcome: "proven",
    counts: { ...none, proven: 40 },
  });
  deepEqual(verify(""), { outcome: "proven", counts: none });
});

Deno.test("Masked receipts and torn lines are counted apart", () => {
  const lines = sampleLines([
    { draft: sampleDraft() },
    { draft: sampleDraft({ masked: true }) },
    { draft: sampleDraft(), tornAfter: 70 },
    { draft: sampleDraft({ masked: true }), tornAfter: 0 },
  ]);
  deepEqual(verify(fileBytes(lines)), {
    outcome: "proven",
    counts: { proven: 2, masked: 2, torn: 2 },
  });
});

Deno.test("A whole last line that lacks only its line feed counts, and no repair may name it", () => {
  const lines = plainLines(2);
  deepEqual(verify(lines.join("\n")), {
    outcome: "proven",
    counts: { proven: 2, masked: 0, torn: 0 },
  });
  const repaired = sampleLines([
    { draft: sampleDraft() },
    { draft: sampleDraft(), tornAfter: Infinity },
  ]);
  // The line counts, so that the repair stands where the next number belongs to another line.
  disproved(verify(fileBytes(repaired)), 3, /torn bytes that do not stand before it/);
});

Deno.test("What is whole JSON or has a signature is no torn line, even where a repair names it", () => {
  const foreign = plainLines(1, otherKey)[0] as string;
  for (const left of [foreign, '{"seq":1,"prev":"x"}']) {
    const repair = sampleDraft({
      kind: "repair",
      torn: lineDigest(left),
      bytes: left.length,
    });
    const line = sealReceipt(repair, { seq: 1, prev: genesis }, sampleKey);
    disproved(verify(fileBytes([left, line])), 1, /not signed by the receipt key/);
  }
});

Deno.test("A changed member is reported", () => {
  const altered = changed(plainLines(5), 2, (line) => line.replace('"allow"', '"deny"'));
  disproved(verify(altered), 3, /not signed by the receipt key/);
  const result = verify(altered);
  deepEqual("counts" in result && result.counts, { proven: 2, masked: 0, torn: 0 });
});

Deno.test("Another spelling of the same values is reported", () => {
  const spellings = [
    (line: string) => line.replace('"tool":"Read"', '"tool": "Read"'),
    (line: string) => line.replace('"tool":"Read"', '"tool":"\\u0052ead"'),
    (line: string) => `${line} `,
    (line: string) => `${line}\r`,
    (line: string) => `\ufeff${line}`,
    (line: string) => line.replace("{", '{"tool":"Bash",'),
    (line: string) => line.replace(/"signature":"\w+"/, (text) => text.toUpperCase()),
  ];
  for (const spelling of spellings) {
    disproved(verify(changed(plainLines(3), 1, spelling)), 2, /form|signed|not a receipt/);
  }
});

Deno.test("A form that the writer never writes is reported, though the key signed it", () => {
  const draft = { ...sampleDraft(), ...{ signature: "twice" } };
  const line = sealReceipt(draft, { seq: 1, prev: genesis }, sampleKey);
  disproved(verify(fileBytes([line])), 1, /not in the form/);
});

Deno.test("Bytes that decode to the same replacement character are not the same", () => {
  const [line] = sampleLines([{ draft: sampleDraft({ reason: "\ufffd" }) }]);
  const bytes = fileBytes([line as string]);
  equal(verify(bytes).outcome, "proven");
  const at = bytes.indexOf(0xef);
  const altered = new Uint8Array([...bytes.subarray(0, at), 0xff, ...bytes.subarray(at + 3)]);
  disproved(verify(altered), 1, /not UTF-8/);
});

Deno.test("Another key's receipts are reported at the first line", () => {
  disproved(verify(fileBytes(plainLines(3, otherKey))), 1, /not signed by the receipt key/);
  disproved(verify(fileBytes(plainLines(3)), otherKey.publicKey), 1, /not signed/);
});

Deno.test("Gaps, repetitions and foreign histories are reported", () => {
  const lines = plainLines(6);
  const of = (...at: number[]) => fileBytes(at.map((index) => lines[index] as string));
  disproved(verify(of(0, 1, 3, 4)), 3, /number 4 where 3 follows/);
  disproved(verify(of(1, 2)), 1, /number 2 where 1 follows/);
  disproved(verify(of(0, 1, 1)), 3, /number 2 where 3 follows/);
  disproved(verify(of(1, 0)), 1, /number 2 where 1 follows/);
  const other = sampleLines(Array(6).fill({ draft: sampleDraft({ tool: "Grep" }) }));
  disproved(verify(fileBytes([...lines.slice(0, 3), ...other.slice(3)])), 4, /does not continue/);
});

Deno.test("A torn line stands only where the next receipt names it", () => {
  const [first, torn, second, third] = sampleLines([
    { draft: sampleDraft() },
    { draft: sampleDraft(), tornAfter: 50 },
    { draft: sampleDraft() },
  ]) as [string, string, string, string];
  equal(verify(fileBytes([first, torn, second, third])).outcome, "proven");
  const absent = /names torn bytes that do not stand before it/;
  const unnamed = /is not a receipt, and no repair after it names it/;
  disproved(verify(fileBytes([first, second, third])), 2, absent);
  disproved(verify(fileBytes([first, `${torn}x`, second, third])), 2, unnamed);
  disproved(verify(fileBytes([first, torn, torn, second])), 2, unnamed);
  disproved(verify(fileBytes([first, torn, second, torn, third])), 4, unnamed);
  disproved(verify(fileBytes([first, torn])), 2, unnamed);
  disproved(verify(`${first}\n${torn}`), 2, /was never finished/);
  disproved(verify(fileBytes([second])), 1, absent);
});

Deno.test("A log whose tail was cut off verifies: that takes a checkpoint kept elsewhere", () => {
  const lines = plainLines(10);
  for (const kept of [0, 1, 9]) {
    deepEqual(verify(fileBytes(lines.slice(0, kept))), {
      outcome: "proven",
      counts: { proven: kept, masked: 0, torn: 0 },
    });
  }
});

Deno.test("Numbers past what counts exactly, and numbers that are none, are reported", () => {
  for (const seq of [2 ** 53, -1, 0, 1.5, "1", null, undefined]) {
    const place = { seq: seq as number, prev: genesis };
    const line = sealReceipt(sampleDraft(), place, sampleKey);
    equal(verify(fileBytes([line])).outcome, "disproved", String(seq));
  }
});

Deno.test("Lines are checked as they come: the file is not read past the first bad one", () => {
  let taken = 0;
  function* counting(lines: Iterable<LogLine>): Generator<LogLine> {
    for (const line of lines) {
      taken++;
      yield line;
    }
  }
  const lines = plainLines(100);
  withFile(changed(lines, 9, () => lineDigest(hex(new Uint8Array(9)))), (path) => {
    const result = ReceiptsFile.use(path, (file) => verifyLines(counting(file.lines()), key));
    disproved(result, 10, /not a receipt/);
  });
  equal(taken, 11);
});

Deno.test("A repair names what a crash leaves, and no whole JSON", () => {
  const [first] = plainLines(1) as [string];
  const place = { seq: 2, prev: lineDigest(first) };
  const named = (torn: string) => {
    const bytes = new TextEncoder().encode(torn).length;
    const draft = sampleDraft({ kind: "repair", torn: lineDigest(torn), bytes });
    return verify(fileBytes([first, torn, sealReceipt(draft, place, sampleKey)]));
  };
  for (const torn of ["", "{", '{"seq":2', "}{", "{x}", " {} x"]) {
    equal(named(torn).outcome, "proven", torn);
  }
  for (const torn of ["{}", ' {"a":1} ', '{"seq":2}', "x\n{}", '{"seq":2,"prev":""}\nx']) {
    disproved(named(torn), 2, /no repair after it names it|not signed/);
  }
});
