/**
 * Appends that are killed at every byte they write and at every call they make. Every point is played
 * in this process, on the program's own code; a sample of them is met by processes that kill
 * themselves with SIGKILL.
 */
import { deepEqual, equal, ok } from "node:assert/strict";
import { ReceiptsFile } from "../../src/receipts/read.ts";
import { genesis, type Receipt } from "../../src/receipts/receipt.ts";
import {
  append as appendSample,
  fileBytes,
  plainLines,
  sampleDraft,
  sampleKey,
  walkLog,
  withFile,
} from "../../src/receipts/sample_log.ts";
import { Disproved, walk } from "../../src/receipts/walk.ts";
import { crashAt, killed, whereKilled } from "./crash.ts";

const next = sampleDraft({ reason: "next" });

/** What may stand at the end of a log when the process starts that is killed. */
const starts = {
  nothing: "",
  "whole lines": text(3),
  "half a line": `${text(3)}${plainLines(4)[3]?.slice(0, 200)}`,
  "half a line and its line feed": `${text(3)}${plainLines(4)[3]?.slice(0, 200)}\n`,
  "half a line and half a repair": `${text(3)}{"seq":4,"prev\n{"seq":4,"pr`,
  "a whole line without its line feed": text(3).slice(0, -1),
} as const;

function text(count: number): string {
  return new TextDecoder().decode(fileBytes(plainLines(count)));
}

function append(path: string, draft = killed): void {
  appendSample(path, draft, { sync: true });
}

/** How many receipts the log begins with, and whether torn bytes are all that follows. */
function whole(path: string): { count: number; isTorn: boolean } {
  let count = 0;
  try {
    ReceiptsFile.use(path, (file) => {
      for (const _ of walk(file.lines(), sampleKey.publicKey, { seq: 1, prev: genesis })) count++;
    });
    return { count, isTorn: false };
  } catch (error) {
    if (!(error instanceof Disproved)) throw error;
    ok(/^was never finished|^is not a receipt/.test(error.message), error.message);
    return { count, isTorn: true };
  }
}

/** The newest receipts of a log that the next append has healed. */
function healed(path: string, before: number): readonly Receipt[] {
  append(path, next);
  const receipts = walkLog(path);
  equal(receipts.at(-1)?.reason, "next");
  append(path, next);
  equal(walkLog(path).length, receipts.length + 1, "healed once and for all");
  deepEqual(
    receipts.slice(0, before).map(({ args }) => args),
    plainLines(before).map((_, at) => ({ path: `/project/sandbox/${at}.txt` })),
    "nothing before it is lost",
  );
  return receipts.slice(before, -1);
}

for (const [name, start] of Object.entries(starts)) {
  const before = start === "" ? 0 : 3;
  const hasTorn = start.includes('"seq":4');

  Deno.test(`Killed at each byte of an append after ${name}, the log is healed by the next`, () => {
    const { bytes, sizes } = withFile(start, (path) => {
      const { bytes } = crashAt({ bytes: Infinity }, () => append(path));
      const lines = Deno.readTextFileSync(path).slice(start.length).split("\n");
      return { bytes, sizes: lines.map((line) => new TextEncoder().encode(line).length) };
    });
    ok(bytes > 400);
    // The line feed that the bytes before lacked, the repair and its line feed.
    const fed = start !== "" && !start.endsWith("\n") ? 1 : 0;
    const repaired = fed + (hasTorn ? (sizes[fed] as number) + 1 : 0);
    for (let count = 0; count <= bytes; count++) {
      withFile(start, (path) => {
        equal(crashAt({ bytes: count }, () => append(path)).crashed, true);
        equal(Deno.statSync(path).size, start.length + count);
        const hasRepair = hasTorn && count >= repaired - 1;
        const isWritten = count >= bytes - 1;
        const isBetween = count === repaired || count === repaired - 1 || count < fed;
        deepEqual(whole(path), {
          count: before + (hasRepair ? 1 : 0) + (isWritten ? 1 : 0),
          isTorn: hasTorn ? !hasRepair || (!isWritten && !isBetween) : !isWritten && count > fed,
        }, `${count} bytes`);
        const after = healed(path, before).map(({ kind, reason }) => reason ?? kind);
        const repair = "A line before this one was never finished";
        const torn = hasTorn ? !isWritten && count > repaired : !isWritten && count > fed;
        deepEqual(after, [
          ...hasTorn ? [repair] : [],
          ...torn ? [repair] : [],
          ...isWritten ? ["killed"] : [],
        ], `${count} bytes`);
      });
    }
  });

  Deno.test({
    name: `Killed at each call of an append after ${name}, the log is healed by the next`,
    sanitizeResources: false, // what is dead closes nothing
    fn: () => {
      let call = 1;
      for (let crashed = true; crashed; call++) {
        withFile(start, (path) => {
          ({ crashed } = crashAt({ call }, () => append(path)));
          const isWritten = Deno.statSync(path).size > start.length;
          const { count } = whole(path);
          equal(count, before + (isWritten ? hasTorn ? 2 : 1 : 0), `before call ${call}`);
          equal(healed(path, before).some(({ reason }) => reason === "killed"), isWritten);
        });
      }
      ok(call > 8, `${call} calls`);
    },
  });
}

Deno.test("Killed again and again while it heals, the log is whole after the first append that is not", () => {
  // Each crash leaves another part behind: 40 of them, at bytes that grow and shrink.
  for (const step of [1, 7, 130, 277]) {
    withFile(text(3), (path) => {
      for (let turn = 1; turn <= 40; turn++) {
        equal(crashAt({ bytes: (turn * step) % 300 + 1 }, () => append(path)).crashed, true);
        deepEqual(whole(path).count, 3, `${turn} crashes`);
      }
      const repairs = healed(path, 3);
      deepEqual(repairs.map(({ kind }) => kind), ["repair"]);
      ok((repairs[0]?.bytes ?? 0) > 40);
    });
  }
});

Deno.test("A process that is killed leaves what is played here", async () => {
  for (const start of [starts["whole lines"], starts["half a line"]]) {
    const all = withFile(start, (path) => crashAt({ bytes: Infinity }, () => append(path)).bytes);
    for (const bytes of [0, 1, 250, all - 250, all - 1, all]) {
      const played = withFile(start, (path) => {
        crashAt({ bytes }, () => append(path));
        return Deno.readTextFileSync(path);
      });
      await whereKilled({ bytes }, start, {}, (path) => {
        equal(Deno.readTextFileSync(path), played);
        equal(healed(path, 3).some(({ reason }) => reason === "killed"), bytes >= all - 1);
      });
    }
  }
});
