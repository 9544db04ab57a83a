import { deepEqual, throws } from "node:assert/strict";
import { parseArguments } from "./app_body.ts";

const parse = (text: string) => parseArguments(new TextEncoder().encode(text));

Deno.test("Arguments are read by their names, however these are written", () => {
  deepEqual(parse(""), {});
  deepEqual(parse(' {"path": "a", "n" : [1, {"b":null}]}'), { path: "a", n: [1, { b: null }] });
  deepEqual(parse(String.raw`{"p\u0061th":"a"}`), { path: "a" });
  // After the first of these objects, the engine takes the name in the second for that in the first.
  parse(String.raw`{"x":[],"p\\u0":0}`);
  deepEqual(parse(String.raw`{"x":"","p\u0061th":"a"}`), { x: "", path: "a" });
  parse(String.raw`{"h":[],"\\":0}`);
  deepEqual(parse(String.raw`{"h":1,"\"":2}`), { h: 1, '"': 2 });
});

Deno.test("A name that stands twice is refused, and said without control characters", () => {
  const twice = (name: string) => new RegExp(`^The member "${name}" stands twice$`);
  for (
    const [text, name] of [
      ['{"path":"a","path":"a"}', "path"],
      [String.raw`{"path":"a","p\u0061th":"b"}`, "path"],
      ['{"a":[{"b":1,"c":2,"b":3}]}', "b"],
      [String.raw`{"\u001b[2J":1,"\u001b[2J":2}`, String.raw`\\u\{1b\}\[2J`],
    ] as const
  ) throws(() => parse(text), { name: "extraction_failed", message: twice(name) });
});

Deno.test("Arguments may nest 64 deep, however they are written", () => {
  for (const blank of ["", " "]) {
    const nested = (levels: number) => `{"a":${"[".repeat(levels)}${blank}${"]".repeat(levels)}}`;
    parse(nested(64));
    for (const levels of [65, 2000, 200_000]) {
      throws(() => parse(nested(levels)), { message: "The body nests deeper than 64" });
    }
  }
});
