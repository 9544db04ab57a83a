import assert from "node:assert/strict";
import fc from "fast-check";
import { LineId } from "./line_id.ts";
import { LineSplitter } from "./line_splitter.ts";
import type { FrameProblem } from "./message.ts";
import { results } from "./test_messages.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

interface Told {
  readonly lines: string[];
  readonly problems: FrameProblem[];
}

function split(pieces: Iterable<Uint8Array>, limit: number): Told {
  const told: Told = { lines: [], problems: [] };
  const splitter = new LineSplitter(limit, {
    line: (line) => told.lines.push(new TextDecoder().decode(line)),
    problem: (problem) => told.problems.push(problem),
  });
  for (const piece of pieces) {
    const copy = piece.slice();
    splitter.push(copy);
    copy.fill(0); // what is kept of a piece is a copy
  }
  splitter.end();
  return told;
}

Deno.test("Lines end with a line feed, with or without a carriage return; empty ones are none", () => {
  assert.deepEqual(split([bytes("a\r\n\n\r\nb\rc\n  \n")], 9), {
    lines: ["a", "b\rc", "  "],
    problems: [],
  });
});

Deno.test("Half a line at the end is reported, not read", () => {
  assert.deepEqual(split([bytes('{"a":1}\n{"b"')], 99), {
    lines: ['{"a":1}'],
    problems: [{ code: -32700, why: "The stream ended within a line" }],
  });
  assert.deepEqual(split([], 99), { lines: [], problems: [] });
});

Deno.test("A line that is too long is left out and reported once, with its id", () => {
  const long = JSON.stringify({ result: { a: "x".repeat(60) }, jsonrpc: "2.0", id: 'q"\u00e4' });
  const problem = { code: -32600, why: "The line is longer than 50 bytes", id: 'q"\u00e4' };
  const input = bytes(`first\n${long}\r\nlast\n`);
  for (let size = 1; size <= input.length; size++) {
    const pieces = Array.from(
      { length: Math.ceil(input.length / size) },
      (_, index) => input.subarray(index * size, (index + 1) * size),
    );
    assert.deepEqual(split(pieces, 50), { lines: ["first", "last"], problems: [problem] });
  }
});

Deno.test("Lines of exactly the limit pass", () => {
  const line = "x".repeat(50);
  for (const cut of [1, 30, 50, 51]) {
    const input = bytes(`${line}\n${line}x\n`);
    const told = split([input.subarray(0, cut), input.subarray(cut)], 50);
    assert.deepEqual(told.lines, [line]);
    assert.equal(told.problems.length, 1);
  }
});

Deno.test("Lines are the same wherever the stream is cut", () => {
  const part = fc.oneof(
    fc.constantFrom("\n", "\r\n", "\r", "{", '"id":1,', "}"),
    fc.string({ unit: "binary", maxLength: 12 }),
  );
  fc.assert(
    fc.property(
      fc.array(part, { maxLength: 40 }).map((parts) => bytes(parts.join(""))),
      fc.array(fc.nat(400), { maxLength: 20 }),
      (input, cuts) => {
        const at = [0, ...cuts.filter((cut) => cut < input.length).sort((a, b) => a - b)];
        const pieces = at.map((start, index) => input.subarray(start, at[index + 1]));
        const whole = split([input], 20);
        assert.deepEqual(split(pieces, 20), whole);
        const texts = new TextDecoder().decode(input).split("\n").slice(0, -1);
        const fitting = texts.filter((text) => bytes(text).length <= 20);
        const lines = fitting.map((text) => text.replace(/\r$/, "")).filter((text) => text !== "");
        assert.deepEqual(whole.lines, lines);
        const last = new TextDecoder().decode(input).split("\n").at(-1);
        const problems = texts.length - fitting.length + (last === "" ? 0 : 1);
        assert.equal(whole.problems.length, problems);
      },
    ),
    { numRuns: 2000 },
  );
});

Deno.test("The id of a line that is not kept is the one that its parser would find", () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.tuple(
          fc.constantFrom("id", "\\u0069d", "idx", "a", '\\"id', "result"),
          fc.oneof(
            fc.integer().map(String),
            fc.string({ unit: "binary" }).map((one) => JSON.stringify(one)),
            fc.constantFrom(...results).map((one) => JSON.stringify(one)),
            fc.constantFrom('{"id":1}', '[{"id":2}]', "null", "1.5", '"}{"', "-0"),
          ),
        ),
        { maxLength: 5 },
      ),
      (members) => {
        const text = `{${members.map(([name, value]) => ` "${name}" : ${value}`).join(" ,")} }`;
        const found = new LineId();
        for (const byte of bytes(text)) found.push(Uint8Array.of(byte));
        const ids = members.filter(([name]) => JSON.parse(`"${name}"`) === "id");
        const id: unknown = JSON.parse(text).id;
        const isId = typeof id === "string" || Number.isSafeInteger(id);
        assert.equal(found.id, ids.length === 1 && isId ? id : undefined, text);
      },
    ),
    { numRuns: 3000 },
  );
});

Deno.test("An id of 1,024 escaped characters is found, a longer one is not", () => {
  const line = (count: number) => bytes(`{"id":"${"\\u0041".repeat(count)}","a":"b"}`);
  const idOf = (count: number) => {
    const found = new LineId();
    found.push(line(count));
    return found.id;
  };
  assert.equal(idOf(1024), "A".repeat(1024));
  assert.equal(idOf(1025), undefined);
  assert.equal(idOf(1_000_000), undefined);
});

Deno.test("A flood without a line feed is reported once and takes no memory", () => {
  const problems: FrameProblem[] = [];
  const splitter = new LineSplitter(1 << 20, {
    line: () => assert.fail("a line"),
    problem: (problem) => problems.push(problem),
  });
  const piece = new Uint8Array(1 << 16).fill(0x7b);
  splitter.push(piece);
  const before = Deno.memoryUsage().rss;
  for (let count = 0; count < 2000; count++) splitter.push(piece);
  assert.deepEqual(problems.map(({ why }) => why), ["The line is longer than 1,048,576 bytes"]);
  splitter.end();
  assert.equal(problems.length, 1);
  const grown = Deno.memoryUsage().rss - before;
  assert.ok(grown < 32 << 20, `${grown} bytes`);
});

Deno.test("A line in pieces of one byte takes time in proportion to its length", () => {
  const time = (length: number) => {
    const piece = Uint8Array.of(0x61);
    const splitter = new LineSplitter(32 << 20, { line: () => {}, problem: () => {} });
    const start = performance.now();
    for (let count = 0; count < length; count++) splitter.push(piece);
    splitter.end();
    return performance.now() - start;
  };
  time(100_000);
  const [short, long] = [time(200_000), time(2_000_000)];
  assert.ok(long < 30 * short + 50, `${short} ms, ten times longer ${long} ms`);
});
