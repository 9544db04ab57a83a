/** Rotations that are killed at every call they make, and beside other writers. */
import { deepEqual, equal, ok } from "node:assert/strict";
import { append, fileBytes, plainLines, walkLog, withFile } from "../../src/receipts/sample_log.ts";
import { segmentsOf } from "../../src/receipts/segments.ts";
import { crashAt, filesBeside, killed, whereKilled } from "./crash.ts";

const rotation = { bytes: 1, daily: false };
const options = { sync: true, rotation };
const start = fileBytes(plainLines(3));

/** The calls of an append that makes a segment of the file before it. */
const callCount = (() => {
  for (let call = 1;; call++) {
    const { crashed } = withFile(start, (path) =>
      crashAt({ call }, () => {
        append(path, killed, options);
      }));
    if (!crashed) return call - 1;
  }
})();

/** What lies there: the names with their lengths in lines. */
function shape(path: string): Record<string, number> {
  const files = [...filesBeside(path)].map(([name, bytes]) => [
    name,
    bytes.toString().split("\n").length - 1,
  ]);
  return Object.fromEntries(files);
}

/** Goes on after a crash and checks that each receipt has its place. */
function goesOn(path: string, isWritten: boolean): void {
  for (const reason of ["next", "after next"]) {
    append(path, { reason }, options);
  }
  const reasons = walkLog(path).map(({ reason }) => reason);
  const killed = isWritten ? ["killed"] : [];
  deepEqual(reasons, [...Array(3).fill("authorized"), ...killed, "next", "after next"]);
}

/** The three states that a rotation passes through, and the end. */
const passed = [
  { "receipts.jsonl": 3 },
  { "receipts.000001.jsonl": 3 },
  { "receipts.000001.jsonl": 3, "receipts.jsonl": 0 },
  { "receipts.000001.jsonl": 3, "receipts.jsonl": 1 },
] as const;

Deno.test({
  name: "Killed at each call of a rotation, the log goes on with the next append",
  sanitizeResources: false, // what is dead closes nothing
  fn: () => {
    const seen = new Set<string>();
    for (let call = 1; call <= callCount; call++) {
      withFile(start, (path) => {
        equal(crashAt({ call }, () => append(path, killed, options)).crashed, true);
        const now = shape(path);
        const state = passed.findIndex((one) => JSON.stringify(one) === JSON.stringify(now));
        ok(state >= 0, `before call ${call}: ${JSON.stringify(now)}`);
        seen.add(String(state));
        // Between any two calls the log as it lies there is whole.
        equal(walkLog(path).length, state === 3 ? 4 : 3);
        goesOn(path, state === 3);
      });
    }
    deepEqual([...seen], ["0", "1", "2", "3"], "each state was met, in this order");
  },
});

Deno.test("The first line of the next file, killed at each byte, is healed where it stands", () => {
  const { bytes } = withFile(
    start,
    (path) => crashAt({ bytes: Infinity }, () => append(path, killed, options)),
  );
  for (let count = 0; count <= bytes; count++) {
    withFile(start, (path) => {
      crashAt({ bytes: count }, () => append(path, killed, options));
      append(path, { reason: "next" }, options);
      const isWritten = count >= bytes - 1;
      const kinds = walkLog(path).slice(3).map(({ kind, reason }) => `${kind} ${reason}`);
      deepEqual(kinds, [
        ...count > 0 && !isWritten ? ["repair A line before this one was never finished"] : [],
        ...isWritten ? ["decision killed"] : [],
        "decision next",
      ], `${count} bytes`);
      // What is torn keeps the file from becoming a segment.
      equal(segmentsOf(path).length, isWritten ? 2 : 1);
    });
  }
});

Deno.test("Processes that kill themselves at each call of a rotation leave what is played here", async () => {
  for (let call = 1; call <= callCount; call++) {
    await whereKilled({ call }, start, { rotation }, (path) => {
      const now = shape(path);
      ok(passed.some((one) => JSON.stringify(one) === JSON.stringify(now)), `call ${call}`);
      goesOn(path, now["receipts.jsonl"] === 1);
    });
  }
});

Deno.test("A writer that waited for a file that became a segment writes to the next one", () => {
  const { tryLockSync } = Deno.FsFile.prototype;
  for (const turns of [1, 2, 7, 100]) {
    withFile(start, (path) => {
      let left = turns;
      Deno.FsFile.prototype.tryLockSync = function (exclusive) {
        // While this one waits, another one fills and replaces the file.
        if (left-- > 0) {
          Deno.FsFile.prototype.tryLockSync = tryLockSync;
          append(path, { reason: "other" }, options);
          Deno.FsFile.prototype.tryLockSync = waiting;
        }
        return tryLockSync.call(this, exclusive);
      };
      const waiting = Deno.FsFile.prototype.tryLockSync;
      try {
        append(path, { reason: "waited" }, options);
      } finally {
        Deno.FsFile.prototype.tryLockSync = tryLockSync;
      }
      const reasons = walkLog(path).map(({ reason }) => reason);
      equal(reasons.at(-1), "waited");
      equal(reasons.filter((reason) => reason === "other").length, turns);
      equal(reasons.length, turns + 4);
    });
  }
});

Deno.test("A file that is replaced before or while it is opened costs a turn, not the receipt", () => {
  // Another writer's rotation, half done or whole, comes right before a call of this one.
  const rotations: readonly (readonly [(path: string) => void, string[]])[] = [
    [(path) => Deno.renameSync(path, path.replace(".jsonl", ".000001.jsonl")), []],
    [(path) => void append(path, { reason: "other" }, options), ["other"]],
  ];
  for (const [rotate, others] of rotations) {
    for (const name of ["lstatSync", "openSync"] as const) {
      withFile(start, (path) => {
        const kept = Deno[name] as (...args: unknown[]) => unknown;
        const first = (...args: unknown[]) => {
          Object.assign(Deno, { [name]: kept });
          rotate(path);
          return kept(...args);
        };
        try {
          Object.assign(Deno, { [name]: first });
          append(path, { reason: "mine" });
        } finally {
          Object.assign(Deno, { [name]: kept });
        }
        deepEqual(walkLog(path).slice(3).map(({ reason }) => reason), [...others, "mine"], name);
        equal(segmentsOf(path).length, 1);
      });
    }
  }
});
