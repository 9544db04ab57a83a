/** Whoever remembers the log appends what one would append who reads it anew. */
import { deepEqual, equal, ok } from "node:assert/strict";
import fc from "fast-check";
import { KnownTail } from "./known_tail.ts";
import type { AppendMemory } from "./log.ts";
import { append, countReads, otherKey, walkLog, withFile } from "./sample_log.ts";

const rotation = { bytes: 2500, daily: false };

/** What an append comes to. */
function outcomeOf(path: string, reason: string, memory?: AppendMemory): string {
  try {
    return append(path, { reason }, { rotation, memory });
  } catch (error) {
    return `${error}`.replaceAll(path.slice(0, path.lastIndexOf("/")), "");
  }
}

/** The files of the log's folder, but for what tests put aside. */
function filesOf(path: string): Record<string, string> {
  const folder = path.slice(0, path.lastIndexOf("/"));
  const names = [...Deno.readDirSync(folder)].map(({ name }) => name)
    .filter((name) => name.endsWith(".jsonl")).sort();
  return Object.fromEntries(
    names.map((name) => [name, Deno.readTextFileSync(`${folder}/${name}`)]),
  );
}

function copyOf(path: string, use: (twin: string) => void): void {
  withFile("", (twin) => {
    const folder = twin.slice(0, twin.lastIndexOf("/"));
    Deno.removeSync(twin);
    for (const [name, text] of Object.entries(filesOf(path))) {
      Deno.writeTextFileSync(`${folder}/${name}`, text);
    }
    use(twin);
  });
}

const changes: Readonly<Record<string, (path: string, at: number) => void>> = {
  crash: (path, at) => Deno.writeTextFileSync(path, `{"seq":${at}`, { append: true }),
  cut: (path, at) => Deno.truncateSync(path, Math.max(0, Deno.statSync(path).size - at)),
  feed: (path) => Deno.writeTextFileSync(path, "\n", { append: true }),
  stranger: (path) => append(path, { reason: "stranger" }, { key: otherKey }),
  edit: (path, at) => {
    const file = Deno.openSync(path, { read: true, write: true });
    const place = Math.max(0, Deno.statSync(path).size - at - 2);
    file.seekSync(place, Deno.SeekMode.Start);
    file.writeSync(Uint8Array.of(0x5a));
    file.close();
  },
  copy: (path) => {
    Deno.copyFileSync(path, `${path}.copy`);
    Deno.renameSync(`${path}.copy`, path);
  },
  empty: (path) => Deno.truncateSync(path, 0),
  remove: (path) => Deno.removeSync(path),
};

Deno.test("Whatever happens to the log in between, the next line is the one of who reads it anew", () => {
  const step = fc.record({
    who: fc.constantFrom(0, 1, 2),
    change: fc.option(fc.constantFrom(...Object.keys(changes)), { freq: 3 }),
    at: fc.nat({ max: 1500 }),
  });
  let lost = 0;
  fc.assert(
    fc.property(fc.array(step, { minLength: 2, maxLength: 14 }), (steps) => {
      withFile("", (path) => {
        const processes = [new KnownTail(), new KnownTail(), undefined];
        try {
          for (const [index, { who, change, at }] of steps.entries()) {
            try {
              changes[change ?? ""]?.(path, at);
            } catch {
              // There is no file just now.
            }
            copyOf(path, (twin) => {
              const expected = outcomeOf(twin, `${index}`);
              equal(outcomeOf(path, `${index}`, processes[who]), expected, change ?? "");
              deepEqual(filesOf(path), filesOf(twin));
              if (!expected.startsWith("{")) lost++;
            });
          }
        } finally {
          for (const memory of processes) memory?.[Symbol.dispose]();
        }
      });
    }),
    { numRuns: 150 },
  );
  ok(lost > 0, "some of it is not to be appended to");
});

Deno.test("Of processes that append in turn the log is one chain, segments included", () => {
  withFile("", (path) => {
    const processes = [new KnownTail(), new KnownTail(), undefined];
    for (let at = 0; at < 60; at++) {
      append(path, { reason: `${at}` }, { rotation, memory: processes[(at * at) % 3] });
    }
    equal(walkLog(path).length, 60);
    ok(Object.keys(filesOf(path)).length > 5);
    for (const memory of processes) memory?.[Symbol.dispose]();
  });
});

Deno.test("A line that was written last is read once, and no more than its bytes", () => {
  withFile("", (path) => {
    const memory = new KnownTail();
    const line = append(path, { reason: "x".repeat(20_000) }, { memory });
    const { bytes, reads } = countReads(() => append(path, {}, { memory }));
    equal(reads, 1);
    equal(bytes, line.length + 1);
    memory[Symbol.dispose]();
  });
});

Deno.test("A file that is kept open is not kept locked", () => {
  withFile("", (path) => {
    const memory = new KnownTail();
    append(path, {}, { memory });
    const other = Deno.openSync(path, { read: true });
    equal(other.tryLockSync(true), true);
    other.close();
    memory[Symbol.dispose]();
  });
});
