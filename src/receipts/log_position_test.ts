import { deepEqual, equal, ok } from "node:assert/strict";
import fc from "fast-check";
import { firstNotBefore, startOfLast } from "./log_position.ts";
import { beginning, LogReader, type Position } from "./log_reader.ts";
import { parseReceipt } from "./receipt.ts";
import { withFile } from "./sample_log.ts";
import { segmentPath } from "./segments.ts";

const start = Date.parse("2026-03-01T00:00:00.000Z");

/** A line as far as places are concerned, one second after the one before. */
function line(seq: number, bytes: number): string {
  const time = new Date(start + seq * 1000).toISOString();
  return JSON.stringify({ seq, prev: "", time, reason: "x".repeat(bytes) });
}

/** Lines in files of so many, torn ones of any kind among them. */
const logs = fc.array(
  fc.array(
    fc.record({
      bytes: fc.oneof(fc.nat(200), fc.integer({ min: 0, max: 40_000 })),
      torn: fc.option(fc.constantFrom("", "{", "x".repeat(70_000), "\ufeff\u0000"), {
        freq: 10,
        nil: undefined,
      }),
    }),
    { maxLength: 40 },
  ),
  { minLength: 1, maxLength: 4 },
);

function filesOf(plan: typeof logs extends fc.Arbitrary<infer Plan> ? Plan : never): string[][] {
  let seq = 0;
  return plan.map((rows) =>
    rows.flatMap(({ bytes, torn }) => [...torn === undefined ? [] : [torn], line(++seq, bytes)])
  );
}

function withLog<T>(files: readonly (readonly string[])[], use: (log: LogReader) => T): T {
  const content = (lines: readonly string[]) => lines.map((one) => `${one}\n`).join("");
  return withFile(content(files.at(-1) ?? []), (path) => {
    for (const [index, lines] of files.slice(0, -1).entries()) {
      Deno.writeTextFileSync(segmentPath(path, index + 1), content(lines));
    }
    return LogReader.use(path, use);
  });
}

function textsFrom(log: LogReader, from?: Position): string[] {
  return [...log.lines(from)].map(({ bytes }) =>
    new TextDecoder("utf-8", { ignoreBOM: true })
      .decode(bytes)
  );
}

Deno.test("From a number or a time on nothing is missed, and little is read before it", () => {
  fc.assert(
    fc.property(logs, fc.nat(170), (plan, wanted) => {
      const files = filesOf(plan);
      withLog(files, (log) => {
        deepEqual(textsFrom(log), files.flat());
        const since = start + wanted * 1000;
        for (
          const from of [
            firstNotBefore(log, ({ seq }) => seq < wanted),
            firstNotBefore(log, ({ time }) => Date.parse(time) < since),
          ]
        ) {
          const seqs = textsFrom(log, from).flatMap((text) => parseReceipt(text)?.seq ?? []);
          const all = files.flat().flatMap((text) => parseReceipt(text)?.seq ?? []);
          deepEqual(seqs.filter((seq) => seq >= wanted), all.filter((seq) => seq >= wanted));
        }
      });
    }),
    { numRuns: 60 },
  );
});

Deno.test("A place in a long log is found by reading a small part of it", () => {
  const lines = Array.from({ length: 20_000 }, (_, at) => line(at + 1, 200));
  withLog([lines.slice(0, 8000), lines.slice(8000)], (log) => {
    for (const wanted of [1, 2, 7999, 8000, 8001, 8002, 15_000, 20_000]) {
      const from = firstNotBefore(log, ({ seq }) => seq < wanted);
      const first = parseReceipt(textsFrom(log, from)[0] as string)?.seq as number;
      ok(first <= wanted && first > wanted - 600, `${first} before ${wanted}`);
    }
  });
});

Deno.test("The last rows that count are these and no others", () => {
  fc.assert(
    fc.property(logs, fc.nat(60), fc.integer({ min: 1, max: 5 }), (plan, count, each) => {
      const files = filesOf(plan);
      const isRow = (text: string) => (parseReceipt(text)?.seq ?? 1) % each === 0;
      withLog(files, (log) => {
        const counts = () => ({ bytes }: { readonly bytes: Uint8Array }) =>
          isRow(new TextDecoder().decode(bytes));
        const { from, skip } = startOfLast(log, count, counts);
        const shown = textsFrom(log, from).filter(isRow).slice(skip);
        deepEqual(shown, count === 0 ? [] : files.flat().filter(isRow).slice(-count));
      });
    }),
    { numRuns: 60 },
  );
});

Deno.test("Nothing before the floor counts", () => {
  const lines = Array.from({ length: 3000 }, (_, at) => line(at + 1, 500));
  withLog([lines], (log) => {
    const floor = firstNotBefore(log, ({ seq }) => seq < 2900);
    const { from, skip } = startOfLast(log, 2000, () => () => true, floor);
    deepEqual([from, skip], [floor, 0]);
    const all = startOfLast(log, 5000, () => () => true);
    deepEqual(all, { from: beginning, skip: 0 });
  });
});

Deno.test("A log of segments alone is read as well", () => {
  withFile("", (path) => {
    Deno.renameSync(path, segmentPath(path, 1));
    Deno.writeTextFileSync(segmentPath(path, 1), `${line(1, 1)}\n`);
    LogReader.use(path, (log) => {
      equal(textsFrom(log).length, 1);
      equal(log.active, undefined);
    });
  });
});
