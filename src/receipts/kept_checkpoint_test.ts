import { deepEqual, equal, match, throws } from "node:assert/strict";
import { openCheckpoint } from "./checkpoint.ts";
import { holdLog } from "./held_log.ts";
import {
  advanceCheckpoint,
  checkpointPath,
  keepCheckpoint,
  keptCheckpoint,
} from "./kept_checkpoint.ts";
import { appendReceipt } from "./log.ts";
import { lineDigest } from "./receipt.ts";
import { fileBytes, otherKey, plainLines, sampleDraft, sampleKey, withFile } from "./sample_log.ts";
import { seal } from "./segments.ts";

const key = sampleKey;
const lines = plainLines(6);
const digests = lines.map(lineDigest);
const noon = Date.parse("2026-03-02T12:00:00.000Z");

function advance(path: string): { count: number; head: string } | undefined {
  const advanced = advanceCheckpoint(path, key, noon);
  if (advanced === undefined) return undefined;
  equal(advanced.unkept, undefined);
  const { count, head, time } = openCheckpoint(advanced.line, key.publicKey) ?? {};
  equal(time, "2026-03-02T12:00:00.000Z");
  return { count: count as number, head: head as string };
}

function kept(path: string): number | undefined {
  return keptCheckpoint(path, key.publicKey)?.count;
}

const contradicted = { name: "LogContradicted" };

Deno.test("A checkpoint is of the newest receipt and is kept beside the log", () => {
  withFile(fileBytes(lines.slice(0, 3)), (path) => {
    deepEqual(advance(path), { count: 3, head: digests[2] });
    equal(kept(path), 3);
    equal((Deno.statSync(checkpointPath(path)).mode ?? 0) & 0o777, 0o600);
    Deno.writeFileSync(path, fileBytes(lines));
    deepEqual(advance(path), { count: 6, head: digests[5] });
    equal(kept(path), 6);
  });
});

Deno.test("Through segments, an empty file, none at all, and torn bytes", () => {
  withFile(fileBytes(lines.slice(0, 3)), (path) => {
    seal(path);
    deepEqual(advance(path), { count: 3, head: digests[2] });
    Deno.removeSync(path);
    deepEqual(advance(path), { count: 3, head: digests[2] });
    Deno.writeTextFileSync(path, '{"seq":4,"pr');
    deepEqual(advance(path), { count: 3, head: digests[2] });
    Deno.writeTextFileSync(path, `${lines[3]}\n\0\0\0\n{"seq":5`);
    deepEqual(advance(path), { count: 4, head: digests[3] });
    Deno.writeTextFileSync(path, `${lines[3]}\n${lines[4]}`); // only its line feed is missing
    deepEqual(advance(path), { count: 5, head: digests[4] });
  });
});

Deno.test("A log without receipts has no checkpoint, a missing one is an error", () => {
  withFile("", (path) => {
    equal(advanceCheckpoint(path, key), undefined);
    Deno.writeTextFileSync(path, "{");
    equal(advanceCheckpoint(path, key), undefined);
    equal(kept(path), undefined);
    Deno.removeSync(path);
    throws(() => advanceCheckpoint(path, key), { name: "UnsafeFile", missing: true });
    keepCheckpoint(path, key); // whoever has something else to do is not disturbed
  });
});

Deno.test("A newest line that the key did not sign is not vouched for", () => {
  const forged = (lines[2] as string).replace('"allow"', '"deny"');
  for (const last of [forged, plainLines(3, otherKey)[2] as string]) {
    withFile(fileBytes([...lines.slice(0, 2), last]), (path) => {
      throws(() => advanceCheckpoint(path, key), {
        ...contradicted,
        message: /newest line of the receipts is not signed by the receipt key/,
      });
      equal(kept(path), undefined);
    });
  }
});

Deno.test("The kept checkpoint does not follow a log that was cut or replaced", () => {
  withFile(fileBytes(lines.slice(0, 5)), (path) => {
    advance(path);
    const before = Deno.readTextFileSync(checkpointPath(path));
    const other = plainLines(5).map((line) => line.replace("/sandbox/4.txt", "/sandbox/9.txt"));
    const cut = [lines.slice(0, 4), [], [...lines.slice(0, 4), other[4] as string]];
    for (const left of cut) {
      Deno.writeFileSync(path, fileBytes(left));
      throws(() => advanceCheckpoint(path, key), contradicted);
      keepCheckpoint(path, key);
      equal(Deno.readTextFileSync(checkpointPath(path)), before);
    }
    // Also when it has grown again past where it was.
    Deno.writeFileSync(path, fileBytes(lines.slice(0, 4)));
    for (let i = 0; i < 3; i++) appendReceipt(path, sampleDraft(), { key, sync: false });
    throws(() => advanceCheckpoint(path, key), {
      ...contradicted,
      message:
        /^Line 5 of the receipts is not what it was at 2026-03-02T12:00:00\.000Z, says .*cut/,
    });
    equal(Deno.readTextFileSync(checkpointPath(path)), before);
  });
});

Deno.test("The same count keeps what is kept; junk and another key's do not count", () => {
  withFile(fileBytes(lines), (path) => {
    advance(path);
    const before = Deno.readTextFileSync(checkpointPath(path));
    match(advanceCheckpoint(path, key, noon + 1)?.line ?? "", /12:00:00\.001Z/);
    equal(Deno.readTextFileSync(checkpointPath(path)), before);
    for (const junk of ["", "junk", "x".repeat(9000)]) {
      Deno.writeTextFileSync(checkpointPath(path), junk);
      deepEqual(advance(path), { count: 6, head: digests[5] });
      equal(kept(path), 6);
    }
  });
});

Deno.test("A checkpoint that cannot be kept is made all the same", () => {
  withFile(fileBytes(lines), (path) => {
    Deno.mkdirSync(`${checkpointPath(path)}/in_the_way`, { recursive: true });
    const { line, unkept } = advanceCheckpoint(path, key) ?? {};
    equal(openCheckpoint(line ?? "", key.publicKey)?.count, 6);
    match(unkept ?? "", /directory/i);
  });
});

Deno.test("Old segments that were taken away do not stop it", () => {
  withFile(fileBytes(lines.slice(0, 3)), (path) => {
    advance(path);
    Deno.writeFileSync(path, fileBytes(lines.slice(4)));
    deepEqual(advance(path), { count: 6, head: digests[5] });
  });
});

Deno.test("The end of the log is held: nothing is written until it is let go", () => {
  withFile(fileBytes(lines), (path) => {
    const { active, last, digest } = holdLog(path, key);
    equal(last?.seq, 6);
    equal(digest, digests[5]);
    const second = Deno.openSync(path, { read: true });
    try {
      equal(second.tryLockSync(true), false);
      active?.file.close();
      equal(second.tryLockSync(true), true);
    } finally {
      second.close();
    }
  });
});

Deno.test("Writers at once, rotation included, only ever move it forward", async () => {
  const directory = await Deno.makeTempDir({ prefix: "tenuo-" });
  try {
    const path = `${directory}/receipts.jsonl`;
    await Deno.writeTextFile(path, "");
    const code = `
      import { appendReceipt } from ${JSON.stringify(import.meta.resolve("./log.ts"))};
      import { advanceCheckpoint, keptCheckpoint } from ${
      JSON.stringify(import.meta.resolve("./kept_checkpoint.ts"))
    };
      import { sampleDraft, sampleKey } from ${
      JSON.stringify(import.meta.resolve("./sample_log.ts"))
    };
      const [path] = Deno.args;
      const options = { key: sampleKey, sync: false, rotation: { bytes: 3000, daily: false } };
      let seen = 0;
      for (let i = 0; i < 60; i++) {
        appendReceipt(path, sampleDraft(), options);
        advanceCheckpoint(path, sampleKey);
        const { count } = keptCheckpoint(path, sampleKey.publicKey);
        if (count < seen) throw new Error(count + " after " + seen);
        seen = count;
      }
    `;
    const script = `${directory}/writer.ts`;
    await Deno.writeTextFile(script, code);
    const outputs = await Promise.all([1, 2, 3, 4].map(() =>
      new Deno.Command(Deno.execPath(), {
        args: ["run", "-A", "--quiet", "--no-config", "--no-lock", script, path],
      }).output()
    ));
    for (const { code, stderr } of outputs) equal(code, 0, new TextDecoder().decode(stderr));
    equal(kept(path), 240);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});
