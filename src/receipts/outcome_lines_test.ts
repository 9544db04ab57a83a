import { deepEqual, equal, ok } from "node:assert/strict";
import fc from "fast-check";
import { newestLines } from "./outcome_lines.ts";
import { countReads, withFile } from "./sample_log.ts";
import { segmentPath } from "./segments.ts";

const all = 1 << 30;
const needle = '"call":"é1"';

/** The log in `files`, oldest first; the last one is written to. */
function withLog<T>(files: readonly string[], use: (path: string) => T): T {
  return withFile(files.at(-1) ?? "", (path) => {
    for (const [at, text] of files.slice(0, -1).entries()) {
      Deno.writeTextFileSync(segmentPath(path, at + 1), text);
    }
    return use(path);
  });
}

Deno.test("Any log: the lines that hold the text come newest first, each once", () => {
  const filler = fc.oneof(
    fc.nat({ max: 300 }),
    fc.nat({ max: 300 }),
    fc.integer({ min: 60_000, max: 140_000 }),
  );
  const line = fc.tuple(fc.nat({ max: 3 }), filler, fc.boolean()).map(([hits, length, before]) => {
    const rest = "ü\u2028x".repeat(length / 3);
    return before ? needle.repeat(hits) + rest : rest + needle.repeat(hits);
  });
  const file = fc.array(line, { maxLength: 12 });
  fc.assert(
    fc.property(fc.array(file, { minLength: 1, maxLength: 3 }), fc.boolean(), (files, finished) => {
      const texts = files.map((lines) => lines.map((one) => `${one}\n`).join(""));
      const last = texts.at(-1) as string;
      if (!finished) texts[texts.length - 1] = last.slice(0, -1);
      const expected = files.flat().filter((one) => one.includes(needle)).reverse();
      withLog(texts, (path) => {
        deepEqual([...newestLines(path, needle, all)], expected);
      });
    }),
    { numRuns: 150 },
  );
});

Deno.test("Nothing is read beyond the limit, nor when the first line is enough", () => {
  const text = `${needle}${"x".repeat(1000)}\n`;
  withLog([text.repeat(3000), text.repeat(3000), text.repeat(3000)], (path) => {
    equal([...newestLines(path, needle, all)].length, 9000);
    const near = countReads(() => {
      for (const _ of newestLines(path, needle, all)) break;
    });
    ok(near.bytes <= 64 << 10, `${near.bytes}`);
    for (const limit of [1, 100_000, 3_100_000, 5_000_000]) {
      let found = 0;
      const { bytes } = countReads(() => found = [...newestLines(path, needle, limit)].length);
      ok(bytes < limit + (2 << 20), `${bytes} bytes were read with a limit of ${limit}`);
      const least = Math.floor(limit / text.length);
      ok(found >= least, `${found} lines found with a limit of ${limit}`);
    }
    equal([...newestLines(path, needle, 0)].length, 0);
  });
});

Deno.test("What is missing, not a file, or no lines is passed over", () => {
  const text = `${needle}\n`;
  withLog([text, text, text], (path) => {
    Deno.removeSync(path);
    equal([...newestLines(path, needle, all)].length, 2);
    Deno.removeSync(segmentPath(path, 1));
    Deno.symlinkSync(segmentPath(path, 2), segmentPath(path, 1));
    equal([...newestLines(path, needle, all)].length, 1);
  });
  withLog([text, `${text}${"x".repeat(9 << 20)}`], (path) => {
    const { bytes } = countReads(() => equal([...newestLines(path, needle, all)].length, 1));
    ok(bytes < 32 << 20);
  });
  withLog([], (path) => {
    Deno.removeSync(path);
    equal([...newestLines(path, needle, all)].length, 0);
  });
});

Deno.test("A segment that is finished meanwhile is not passed over", () => {
  withLog([`${needle}1\n`, `${needle}2\n${"x".repeat(200_000)}\n`], (path) => {
    const lines = newestLines(path, needle, all);
    equal(lines.next().value, `${needle}2`);
    Deno.renameSync(path, segmentPath(path, 2));
    Deno.writeTextFileSync(path, `${needle}3\n`);
    deepEqual([...lines], [`${needle}1`]);
  });
});
