/** Lines that nobody thought of. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { readFrame } from "./read_frame.ts";
import { writeFrame } from "./write_frame.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const read = (text: string) => readFrame(bytes(text));
const call = (rest: string) => `{"jsonrpc":"2.0","id":7,"method":"tools/call","params":${rest}}`;
const answer = (rest: string) => `{"jsonrpc":"2.0","id":7,"result":${rest}}`;

interface Written {
  readonly text: string;
  readonly value: unknown;
  readonly isTwice: boolean;
}

function spelt(name: string, isEscaped: boolean): string {
  const escaped = (unit: string) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
  return isEscaped ? `"${[...name].map(escaped).join("")}"` : JSON.stringify(name);
}

const names = fc.constantFrom("a", "b", "", ":", '"', "}", "\\", "\n", "p\\u0", "path", "0");
const scalars = fc.oneof(
  fc.string({ unit: "binary" }).map((text) => text.toWellFormed()),
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true, min: 1e-300, max: 1e300 }),
  fc.constantFrom(null, true, false),
);
/** Text of JSON with members in any number and spelling. */
const written = fc.letrec<{ any: Written }>((tie) => ({
  any: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    scalars.map((value) => ({ text: JSON.stringify(value), value, isTwice: false })),
    fc.array(tie("any"), { maxLength: 4 }).map((items) => ({
      text: `[${items.map(({ text }) => text).join(" , ")}]`,
      value: items.map(({ value }) => value),
      isTwice: items.some(({ isTwice }) => isTwice),
    })),
    fc.array(fc.tuple(names, fc.boolean(), tie("any")), { maxLength: 4 }).map((entries) => ({
      text: `{${
        entries.map(([name, isEscaped, { text }]) => `${spelt(name, isEscaped)} : ${text}`).join()
      }}`,
      value: Object.fromEntries(entries.map(([name, , { value }]) => [name, value])),
      isTwice: new Set(entries.map(([name]) => name)).size < entries.length ||
        entries.some(([, , { isTwice }]) => isTwice),
    })),
  ),
})).any;

Deno.test("What is read is what stands there, and is refused exactly when a member stands twice", () => {
  let twice = 0;
  fc.assert(
    fc.property(written, ({ text, value, isTwice }) => {
      for (const line of [answer(`{"v":${text}}`), call(`{"v":${text}}`)]) {
        const message = read(line);
        if (isTwice) twice++;
        assert.equal("why" in message && /stands twice$/.test(message.why), isTwice, line);
        if ("params" in message) assert.deepEqual(message.params, { v: value });
        if ("result" in message) assert.deepEqual(message.result, { v: value });
        assert.ok(isTwice || "params" in message || "result" in message, JSON.stringify(message));
      }
    }),
    { numRuns: 3000 },
  );
  assert.ok(twice > 200, `${twice}`);
});

Deno.test("A name with an escape is never taken for another", () => {
  const pairs = [['"a"', '"\\""', '"\\\\"'], ['"h"', '"\\\\"', '"\\""'], [
    '"x"',
    '"p\\\\u0"',
    '"p\\u0061th"',
  ]];
  for (let round = 0; round < 50; round++) {
    for (const [first, second, third] of pairs) {
      for (
        const text of [
          `{${first}:[],${second}:0}`,
          `{${first}:1,${third}:2}`,
          `{${first}:"",${second}:"",${third}:""}`,
        ]
      ) {
        const named = [...text.matchAll(/"((?:[^"\\]|\\.)+)":/g)].map(([, name]) =>
          JSON.parse(`"${name}"`)
        );
        const message = read(answer(text));
        assert.ok("result" in message);
        assert.deepEqual(Object.keys(message.result), named, text);
      }
    }
  }
});

/** As it is after a way through JSON. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value === "number") return value + 0;
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, plain(one)]));
}

Deno.test("Whatever an object of the protocol holds is read back as it was written", () => {
  const id = fc.oneof(fc.string({ maxLength: 1024 }), fc.maxSafeInteger());
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), id, (held, id) => {
      fc.pre(!JSON.stringify(held).includes("__proto__"));
      const params = plain(held) as Record<string, unknown>;
      const messages = [
        { jsonrpc: "2.0", id, method: "tools/call", params },
        { jsonrpc: "2.0", method: "notifications/message", params },
        { jsonrpc: "2.0", id, result: params },
        { jsonrpc: "2.0", id, error: { code: -1, message: "a", data: params } },
      ] as const;
      for (const message of messages) {
        const line = writeFrame(message);
        assert.equal(line.indexOf(10), line.length - 1);
        assert.deepEqual(readFrame(line.subarray(0, -1)), message);
      }
    }),
    { numRuns: 1000 },
  );
});

Deno.test("Any bytes are either a message that JSON.parse knows or one problem", () => {
  const honest = bytes(call('{"name":"a","arguments":{"x":[1,"\\u0041",{"y":null}]}}'));
  let taken = 0;
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(honest.length - 1), fc.nat(255)), { maxLength: 3 }),
      (edits) => {
        const line = honest.slice();
        for (const [at, byte] of edits) line[at] = byte;
        const message = readFrame(line);
        if ("why" in message) return;
        taken++;
        const parsed = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(line));
        for (const [name, value] of Object.entries(message)) assert.deepEqual(value, parsed[name]);
      },
    ),
    { numRuns: 5000 },
  );
  assert.ok(taken > 500, `${taken}`);
});
