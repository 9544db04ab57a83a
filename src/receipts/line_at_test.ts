import { equal, ok } from "node:assert/strict";
import fc from "fast-check";
import { digestAt } from "./line_at.ts";
import { ReceiptsFile } from "./read.ts";
import { lineDigest } from "./receipt.ts";
import { fileBytes, plainLines, sampleDraft, sampleLines, withFile } from "./sample_log.ts";
import { segmentPath } from "./segments.ts";

Deno.test("Each line of a log is found by its number, whatever its neighbours' lengths", () => {
  const sizes = fc.array(fc.constantFrom(0, 10, 900, 9_000, 70_000), { maxLength: 40 });
  fc.assert(
    fc.property(sizes, (lengths) => {
      const lines = sampleLines(
        lengths.map((length) => ({ draft: sampleDraft({ reason: "x".repeat(length) }) })),
      );
      withFile(fileBytes(lines), (path) => {
        for (const [at, line] of lines.entries()) equal(digestAt([path], at + 1), lineDigest(line));
        equal(digestAt([path], lines.length + 1), undefined);
      });
    }),
    { numRuns: 25 },
  );
});

Deno.test("Segments, an empty file after them, a log that begins later, and a gap", () => {
  const lines = plainLines(9);
  withFile("", (path) => {
    const files = [segmentPath(path, 2), segmentPath(path, 3), path];
    Deno.writeFileSync(files[0] as string, fileBytes(lines.slice(2, 5)));
    Deno.writeFileSync(files[1] as string, fileBytes(["torn {", ...lines.slice(6)]));
    equal(digestAt(files, 2), "before");
    equal(digestAt(files, 3), lineDigest(lines[2] as string));
    equal(digestAt(files, 5), lineDigest(lines[4] as string));
    equal(digestAt(files, 6), undefined, "A gap");
    equal(digestAt(files, 7), lineDigest(lines[6] as string));
    equal(digestAt(files, 10), undefined);
    equal(digestAt([path], 1), undefined);
  });
});

Deno.test("A long log is not read whole", () => {
  const lines = plainLines(20_000);
  withFile(fileBytes(lines), (path) => {
    const original = Deno.FsFile.prototype.readSync;
    let read = 0;
    Deno.FsFile.prototype.readSync = function (bytes: Uint8Array): number | null {
      const count = original.call(this, bytes);
      read += count ?? 0;
      return count;
    };
    try {
      equal(digestAt([path], 12_345), lineDigest(lines[12_344] as string));
    } finally {
      Deno.FsFile.prototype.readSync = original;
    }
    const size = ReceiptsFile.use(path, ({ end }) => end);
    ok(size > 8_000_000 && read < 2_000_000, `${read} of ${size} bytes were read`);
  });
});
