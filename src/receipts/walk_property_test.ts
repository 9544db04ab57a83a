/** Whatever is done to a log of random receipts is found, at the line where it was done. */
import { deepEqual, equal } from "node:assert/strict";
import fc from "fast-check";
import { appendReceipt } from "./log.ts";
import { openReceipt, type ReceiptDraft } from "./receipt.ts";
import {
  fileBytes,
  otherKey,
  sampleDraft,
  sampleKey,
  sampleLines,
  type SampleRow,
  withFile,
} from "./sample_log.ts";
import { type ChainVerification as Verification, verifyFile } from "./test_chain.ts";

const key = sampleKey.publicKey;
const lineFeed = 10;
const text = fc.string({ unit: "binary", maxLength: 12 });

const draft: fc.Arbitrary<ReceiptDraft> = fc.record({
  tool: text,
  reason: text,
  args: fc.dictionary(text, fc.jsonValue({ maxDepth: 1, stringUnit: "binary" }), { maxKeys: 3 }),
  masked: fc.constantFrom(undefined, true),
  kind: fc.constantFrom("decision" as const, "outcome" as const, "act" as const),
}).map(({ masked, ...change }) => sampleDraft({ ...change, ...(masked ? { masked } : {}) }));

const wholeRows = fc.array(draft.map((it): SampleRow => ({ draft: it })), {
  minLength: 1,
  maxLength: 8,
});
const rowsWithTorn: fc.Arbitrary<readonly SampleRow[]> = fc.array(
  fc.tuple(draft, fc.option(fc.nat(300), { nil: undefined })),
  { minLength: 1, maxLength: 6 },
).map((rows) =>
  rows.map(([it, tornAfter]) => tornAfter === undefined ? { draft: it } : { draft: it, tornAfter })
);
const seed = fc.nat();

function verify(content: Uint8Array): Verification {
  return withFile(content, (path) => verifyFile(path, key));
}

/** The line that is reported, or 0 when all is proven. */
function badLine(content: Uint8Array): number {
  const result = verify(content);
  return result.outcome === "disproved" ? result.line : 0;
}

function countBefore(bytes: Uint8Array, end: number): number {
  return bytes.subarray(0, end).filter((byte) => byte === lineFeed).length;
}

Deno.test("Random logs, torn lines among them, are proven", () => {
  fc.assert(fc.property(rowsWithTorn, (rows) => {
    const result = verify(fileBytes(sampleLines(rows)));
    const masked = rows.filter((row) => row.draft.masked === true).length;
    const torn = rows.filter(({ tornAfter }) => tornAfter !== undefined).length;
    deepEqual(result, {
      outcome: "proven",
      counts: { proven: rows.length - masked, masked, torn },
    });
  }));
});

Deno.test("Any changed byte is reported at its line", () => {
  const change = fc.integer({ min: 1, max: 255 });
  fc.assert(
    fc.property(rowsWithTorn, seed, change, (rows, choice, mask) => {
      const lines = sampleLines(rows);
      const bytes = fileBytes(lines);
      const at = choice % bytes.length;
      const line = countBefore(bytes, at) + 1;
      bytes[at] = (bytes[at] as number) ^ mask;
      // A torn line whose witness is altered has no witness: then it is the first bad one.
      const before = lines[line - 2];
      const orphaned = before !== undefined && openReceipt(before, key) === undefined;
      equal(badLine(bytes), orphaned ? line - 1 : line);
    }),
    { numRuns: 400 },
  );
});

Deno.test("Every bit of a short log matters", () => {
  const bytes = fileBytes(sampleLines([{ draft: sampleDraft({ reason: "é" }) }]));
  withFile(bytes, (path) => {
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const altered = bytes.slice();
      altered[bit >> 3] = (altered[bit >> 3] as number) ^ (1 << (bit & 7));
      Deno.writeFileSync(path, altered);
      const result = verifyFile(path, key);
      equal(result.outcome === "disproved" && result.line, 1, `bit ${bit}`);
    }
  });
});

Deno.test("Two lines that changed places are reported at the first of them", () => {
  fc.assert(fc.property(wholeRows, seed, seed, (rows, left, right) => {
    const lines = sampleLines(rows);
    const [one, two] = [left % lines.length, right % lines.length].sort((a, b) => a - b) as [
      number,
      number,
    ];
    [lines[one], lines[two]] = [lines[two] as string, lines[one] as string];
    equal(badLine(fileBytes(lines)), one === two ? 0 : one + 1);
  }));
});

Deno.test("A deleted line is reported where the next one took its place; the last one is not", () => {
  fc.assert(fc.property(wholeRows, seed, (rows, choice) => {
    const lines = sampleLines(rows);
    const at = choice % lines.length;
    const isLast = at === lines.length - 1;
    equal(badLine(fileBytes(lines.toSpliced(at, 1))), isLast ? 0 : at + 1);
  }));
});

Deno.test("A repeated line is reported at its second place", () => {
  fc.assert(fc.property(wholeRows, seed, (rows, choice) => {
    const lines = sampleLines(rows);
    const at = choice % lines.length;
    equal(badLine(fileBytes(lines.toSpliced(at, 0, lines[at] as string))), at + 2);
  }));
});

Deno.test("A line put in is reported, whoever wrote it", () => {
  const foreign = fc.oneof(
    draft.map((it) => sampleLines([{ draft: it }], otherKey)[0] as string),
    // By the right key, out of another history.
    draft.map((it) => sampleLines([...Array(20).fill({ draft: it })]).at(-1) as string),
    fc.string({ maxLength: 40 }).map((it) => it.replaceAll("\n", "")),
    fc.constant(""),
  );
  fc.assert(fc.property(wholeRows, foreign, seed, (rows, line, choice) => {
    const lines = sampleLines(rows);
    const at = choice % (lines.length + 1);
    equal(badLine(fileBytes(lines.toSpliced(at, 0, line))), at + 1);
  }));
});

Deno.test("A tail cut at a line's end does not show; cut anywhere else it does", () => {
  fc.assert(fc.property(wholeRows, seed, (rows, choice) => {
    const bytes = fileBytes(sampleLines(rows));
    const end = choice % (bytes.length + 1);
    // A whole line that only lacks its line feed counts.
    const whole = end === 0 || bytes[end - 1] === lineFeed || bytes[end] === lineFeed;
    equal(badLine(bytes.subarray(0, end)), whole ? 0 : countBefore(bytes, end) + 1);
  }));
});

Deno.test("Cut anywhere, the log is whole again after the next append, and loses nothing before", () => {
  fc.assert(
    fc.property(wholeRows, seed, (rows, choice) => {
      const bytes = fileBytes(sampleLines(rows));
      const end = choice % (bytes.length + 1);
      const lacksFeed = bytes[end] === lineFeed;
      const whole = countBefore(bytes, end) + (lacksFeed ? 1 : 0);
      const isTorn = end > 0 && bytes[end - 1] !== lineFeed && !lacksFeed;
      withFile(bytes.subarray(0, end), (path) => {
        appendReceipt(path, sampleDraft(), { key: sampleKey, sync: false });
        appendReceipt(path, sampleDraft(), { key: sampleKey, sync: false });
        const result = verifyFile(path, key);
        if (result.outcome !== "proven") throw new Error(JSON.stringify(result));
        const { proven, masked, torn } = result.counts;
        deepEqual([proven + masked, torn], [whole + 2, isTorn ? 1 : 0]);
      });
    }),
    { numRuns: 200 },
  );
});
