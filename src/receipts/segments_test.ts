import { deepEqual, equal } from "node:assert/strict";
import { appendReceipt } from "./log.ts";
import { fileBytes, plainLines, sampleDraft, sampleKey, walkLog, withFile } from "./sample_log.ts";
import { isActive, seal, segmentPath, segmentsOf } from "./segments.ts";

const small = { key: sampleKey, sync: false, rotation: { bytes: 1, daily: false } };
const daily = { key: sampleKey, sync: false, rotation: { bytes: 1 << 30, daily: true } };

function append(path: string, options = small, time = sampleDraft().time): string {
  return appendReceipt(path, sampleDraft({ time }), options);
}

/** The names of what lies in the folder, in order. */
function names(path: string): string[] {
  const folder = path.slice(0, path.lastIndexOf("/"));
  return [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
}

Deno.test("A full file becomes a segment, and the next one continues its chain", () => {
  withFile("", (path) => {
    for (let count = 0; count < 4; count++) append(path);
    deepEqual(segmentsOf(path), [1, 2, 3].map((number) => segmentPath(path, number)));
    deepEqual(names(path), [
      "receipts.000001.jsonl",
      "receipts.000002.jsonl",
      "receipts.000003.jsonl",
      "receipts.jsonl",
    ]);
    deepEqual(walkLog(path).map(({ seq }) => seq), [1, 2, 3, 4]);
  });
});

Deno.test("A file of the size, or more, is full; one byte less is not", () => {
  const content = fileBytes(plainLines(2));
  for (const [bytes, count] of [[content.length, 1], [content.length + 1, 0], [1, 1]] as const) {
    withFile(content, (path) => {
      append(path, { ...small, rotation: { bytes, daily: false } });
      equal(segmentsOf(path).length, count);
      equal(walkLog(path).length, 3);
    });
  }
});

Deno.test("The first line of a later day (UTC) begins a file; a clock that goes back does not", () => {
  withFile("", (path) => {
    const times = [
      ["2026-03-01T23:59:59.999Z", 0],
      ["2026-03-02T00:00:00.000Z", 1],
      ["2026-03-01T23:59:59.999Z", 1],
      ["2026-03-01T00:00:00.000Z", 1],
      ["2026-03-02T00:00:01.000Z", 2],
      ["2026-03-02T23:00:00.000Z", 2],
      ["2027-01-01T00:00:00.000Z", 3],
    ] as const;
    for (const [time, count] of times) {
      append(path, daily, time);
      equal(segmentsOf(path).length, count, time);
    }
    equal(walkLog(path).length, times.length);
  });
});

Deno.test("With the newest time kept, a clock that goes back over midnight makes one segment", () => {
  withFile("", (path) => {
    const times = ["2026-03-01T23:59:00.000Z", "2026-03-02T00:00:01.000Z"];
    for (let turn = 0; turn < 6; turn++) {
      const time = times[turn % 2] as string;
      appendReceipt(path, sampleDraft({ time }), {
        ...daily,
        amend: (last, draft) => ({
          ...draft,
          time: last !== undefined && last.time > draft.time ? last.time : draft.time,
        }),
      });
    }
    equal(segmentsOf(path).length, 1);
    deepEqual(walkLog(path).map(({ time }) => time), [times[0], ...Array(5).fill(times[1])]);
  });
});

Deno.test("A file that ends in torn bytes is healed before it becomes a segment", () => {
  withFile(`${plainLines(1)[0]}\n{"seq":2`, (path) => {
    append(path);
    equal(segmentsOf(path).length, 0);
    append(path);
    equal(segmentsOf(path).length, 1);
    deepEqual(walkLog(path).map(({ kind }) => kind), [
      "decision",
      "repair",
      "decision",
      "decision",
    ]);
  });
});

Deno.test("Without the file that is written to, it goes on after the newest segment", () => {
  withFile("", (path) => {
    for (let count = 0; count < 3; count++) append(path);
    const third = Deno.readFileSync(path);
    Deno.removeSync(path);
    append(path);
    deepEqual(Deno.readFileSync(path), third, "the same place in the chain");
    equal((Deno.statSync(path).mode ?? 0) & 0o777, 0o600);
  });
});

Deno.test("Torn bytes at the start of a file are named there, and the chain goes on from the segment", () => {
  withFile("", (path) => {
    for (let count = 0; count < 2; count++) append(path);
    Deno.writeTextFileSync(path, '{"seq":2,"pr');
    append(path);
    deepEqual(walkLog(path).map(({ kind }) => kind), ["decision", "repair", "decision"]);
  });
});

Deno.test("Names that no segment gets are left alone, and counted for nothing", () => {
  withFile("", (path) => {
    const folder = path.slice(0, path.lastIndexOf("/"));
    const foreign = [
      "receipts.x.jsonl",
      "receipts.1.jsonl",
      "receipts.00001.jsonl",
      "receipts.0000001.jsonl",
      "receipts.000000.jsonl",
      "receipts.1234567890123456.jsonl",
      "receipts.000007.jsonl.gz",
      "receipts.000008.json",
      "receipts.-00009.jsonl",
      "receipts.jsonl.000010",
      "receipts2.000011.jsonl",
      "old.receipts.000012.jsonl",
      "receipts.000013.jsonl ",
    ];
    for (const name of foreign) Deno.writeTextFileSync(`${folder}/${name}`, name);
    for (let count = 0; count < 3; count++) append(path);
    deepEqual(segmentsOf(path), [segmentPath(path, 1), segmentPath(path, 2)]);
    for (const name of foreign) equal(Deno.readTextFileSync(`${folder}/${name}`), name);
    equal(walkLog(path).length, 3);
  });
});

Deno.test("Numbers go on after the highest one, over a gap and beyond six digits", () => {
  for (const [taken, next] of [[[1, 5], 6], [[999_999], 1_000_000]] as const) {
    withFile("", (path) => {
      append(path);
      for (const number of taken) Deno.writeTextFileSync(segmentPath(path, number), "theirs");
      append(path);
      equal(segmentsOf(path).at(-1), segmentPath(path, next));
      for (const number of taken) equal(Deno.readTextFileSync(segmentPath(path, number)), "theirs");
    });
  }
});

Deno.test("After the last number there is none: the file goes on, and nothing is replaced", () => {
  withFile("", (path) => {
    append(path);
    const last = segmentPath(path, 999_999_999_999_999);
    Deno.writeTextFileSync(last, "theirs");
    for (let count = 0; count < 3; count++) append(path);
    deepEqual(segmentsOf(path), [last]);
    equal(Deno.readTextFileSync(last), "theirs");
    equal(Deno.readTextFileSync(path).split("\n").length, 5);
  });
});

Deno.test("The file is the active one until its name leads elsewhere", () => {
  withFile("", (path) => {
    append(path);
    const file = Deno.openSync(path);
    try {
      equal(isActive(file, path), true);
      equal(seal(path), true);
      equal(isActive(file, path), false);
      equal(isActive(file, segmentPath(path, 1)), true);
      Deno.removeSync(path);
      equal(isActive(file, path), false);
    } finally {
      file.close();
    }
  });
});
