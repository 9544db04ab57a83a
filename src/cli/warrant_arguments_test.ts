import { deepStrictEqual as deepEqual, throws } from "node:assert/strict";
import { UsageError } from "./command.ts";
import { readArguments } from "./warrant_arguments.ts";

const read = (text: string) => Object.fromEntries(readArguments(text));

Deno.test("Numbers are what is written: integers of 64 bits, and floats", () => {
  deepEqual(read(`{"a":50,"b":50.0,"c":5e1,"d":-0,"e":0.5}`), {
    a: 50,
    b: { float: 50 },
    c: { float: 50 },
    d: 0,
    e: { float: 0.5 },
  });
  deepEqual(read(`{"a":9007199254740993,"b":-9223372036854775808}`), {
    a: 9007199254740993n,
    b: -9223372036854775808n,
  });
});

Deno.test("Objects and lists are read through, whatever their members are called", () => {
  const nested = readArguments(`{"a":[1,{"b":null}],"__proto__":true,"value":{"value":1}}`);
  deepEqual([...nested], [
    ["a", [1, new Map([["b", null]])]],
    ["__proto__", true],
    ["value", new Map([["value", 1]])],
  ]);
});

Deno.test("Names are what is written, whatever stands before them", () => {
  const text = String.raw`{"a":{"h":[],"\\":0},"b":{"h":1,"\"":2},"p\u0061th":3}`;
  deepEqual(read(text), {
    a: new Map<string, unknown>([["h", []], ["\\", 0]]),
    b: new Map([["h", 1], ['"', 2]]),
    path: 3,
  });
  for (const twice of ['{"a":1,"a":1}', String.raw`{"b":[{"a":1,"\u0061":2}]}`]) {
    throws(() => readArguments(twice), /^UserError: --args has the member "a" twice$/);
  }
});

Deno.test("What no warrant can hold is a usage error", () => {
  const deep = `{"a":${"[".repeat(5000)}${"]".repeat(5000)}}`;
  const wrong = ["", "{", "null", "[]", "1", `"a"`, `{"a":1e999}`, `{"a":9223372036854775808}`];
  for (const text of [...wrong, `{"a":"\\ud800"}`, `{a:1}`]) {
    throws(() => readArguments(text), UsageError, text);
  }
  try {
    readArguments(deep);
  } catch (error) {
    deepEqual(error instanceof UsageError, true);
  }
});
