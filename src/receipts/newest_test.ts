import { deepEqual, equal, throws } from "node:assert/strict";
import { UnsafeFile } from "../state/read_file.ts";
import { appendReceipt } from "./log.ts";
import { newestReceipt, readEnd } from "./newest.ts";
import { otherKey, plainLines, sampleDraft, sampleKey, withFile } from "./sample_log.ts";
import { segmentPath } from "./segments.ts";

function withLog(files: readonly (readonly string[])[], use: (path: string) => void): void {
  const text = (lines: readonly string[]) => lines.map((line) => `${line}\n`).join("");
  withFile(text(files.at(-1) ?? []), (path) => {
    for (const [at, lines] of files.slice(0, -1).entries()) {
      Deno.writeTextFileSync(segmentPath(path, at + 1), text(lines));
    }
    use(path);
  });
}

/** The number of the newest receipt, what stands after it, and how many segments there are. */
function endOf(path: string, key = sampleKey.publicKey): unknown[] {
  const { newest, after, segments } = readEnd(path, key);
  return [newest?.seq, after, segments];
}

const five = plainLines(5);
const torn = '{"seq":6,"prev":"00';

Deno.test("The newest receipt is found through empty files and torn lines", () => {
  withLog([five], (path) => deepEqual(endOf(path), [5, "nothing", 0]));
  withLog([five, []], (path) => deepEqual(endOf(path), [5, "nothing", 1]));
  withLog([five.slice(0, 2), five.slice(2), [torn]], (path) => {
    deepEqual(endOf(path), [5, "torn", 2]);
    appendReceipt(path, sampleDraft(), { key: sampleKey, sync: false });
    deepEqual(endOf(path), [7, "nothing", 2], "A repair and a receipt follow");
    Deno.renameSync(path, segmentPath(path, 3));
    deepEqual(endOf(path), [7, "nothing", 3], "Between two files");
  });
  withLog([[...five, "x".repeat(100_000), "", torn]], (path) => {
    deepEqual(endOf(path), [5, "torn", 0]);
  });
  withLog([[]], (path) => deepEqual(endOf(path), [undefined, "nothing", 0]));
});

Deno.test("What another key signed, or whole JSON, is no torn line", () => {
  const [forged = ""] = plainLines(1, otherKey);
  for (
    const line of [forged, (five[4] as string).replace("allow", "deny "), '{"seq":6,"prev":""}']
  ) {
    withLog([[...five, line, torn]], (path) => deepEqual(endOf(path), [5, "forged", 0]));
  }
  withLog([five], (path) => deepEqual(endOf(path, otherKey.publicKey), [undefined, "forged", 0]));
  withLog([[...five, ...Array<string>(300).fill("x".repeat(10_000))]], (path) => {
    deepEqual(endOf(path), [undefined, "forged", 0], "No writer would look behind so much");
  });
});

Deno.test("Without log or key there is no newest receipt", () => {
  withLog([five], (path) => {
    const key = `${path}.key`;
    equal(newestReceipt(path, key), undefined);
    Deno.writeTextFileSync(key, `${sampleKey.publicKey}\n`);
    equal(newestReceipt(path, key)?.seq, 5);
    Deno.removeSync(path);
    equal(newestReceipt(path, key), undefined);
    throws(
      () => readEnd(path, sampleKey.publicKey),
      (error) => error instanceof UnsafeFile && error.missing,
    );
  });
});
