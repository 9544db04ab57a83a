import { equal, ok } from "node:assert/strict";
import fc from "fast-check";
import { digestAt } from "./line_at.ts";
import { LogReader } from "./log_reader.ts";
import { lineDigest } from "./receipt.ts";
import {
  countReads,
  fileBytes,
  plainLines,
  sampleDraft,
  sampleLines,
  withFile,
} from "./sample_log.ts";
import { segmentPath } from "./segments.ts";

function found(path: string, wanted: number): string | undefined {
  return LogReader.use(path, (log) => digestAt(log, wanted));
}

Deno.test("Each line of a log is found by its number, whatever its neighbours' lengths", () => {
  const sizes = fc.array(fc.constantFrom(0, 10, 900, 9_000, 70_000), { maxLength: 40 });
  fc.assert(
    fc.property(sizes, (lengths) => {
      const lines = sampleLines(
        lengths.map((length) => ({ draft: sampleDraft({ reason: "x".repeat(length) }) })),
      );
      withFile(fileBytes(lines), (path) => {
        for (const [at, line] of lines.entries()) equal(found(path, at + 1), lineDigest(line));
        equal(found(path, lines.length + 1), undefined);
      });
    }),
    { numRuns: 25 },
  );
});

Deno.test("Segments, an empty file after them, a log that begins later, and a gap", () => {
  const lines = plainLines(9);
  withFile("", (path) => {
    equal(found(path, 1), undefined);
    Deno.writeFileSync(segmentPath(path, 2), fileBytes(lines.slice(2, 5)));
    Deno.writeFileSync(segmentPath(path, 3), fileBytes(["torn {", ...lines.slice(6)]));
    equal(found(path, 2), "before");
    equal(found(path, 3), lineDigest(lines[2] as string));
    equal(found(path, 5), lineDigest(lines[4] as string));
    equal(found(path, 6), undefined, "A gap");
    equal(found(path, 7), lineDigest(lines[6] as string));
    equal(found(path, 10), undefined);
    Deno.removeSync(path);
    equal(found(path, 9), lineDigest(lines[8] as string), "Between two segments");
  });
});

Deno.test("Lines that are no receipts, at the beginning too, hide none of the others", () => {
  const lines = plainLines(4);
  const rubbish = ['{"seq":"9","prev":""}', "x".repeat(3 << 20), '{"seq":null,"prev":""}', ""];
  withFile(fileBytes(lines.slice(1).flatMap((line) => [...rubbish, line])), (path) => {
    equal(found(path, 1), "before");
    for (const seq of [2, 3, 4]) equal(found(path, seq), lineDigest(lines[seq - 1] as string));
    equal(found(path, 5), undefined);
  });
  withFile(fileBytes(rubbish), (path) => equal(found(path, 1), undefined));
});

Deno.test("A long log is not read whole", () => {
  const lines = plainLines(20_000);
  withFile(fileBytes(lines), (path) => {
    const { bytes } = countReads(() =>
      equal(found(path, 12_345), lineDigest(lines[12_344] as string))
    );
    const { size } = Deno.statSync(path);
    ok(size > 8_000_000 && bytes < 2_000_000, `${bytes} of ${size} bytes were read`);
  });
});
