import assert from "node:assert/strict";
import fc from "fast-check";
import { plainOf } from "./findings.ts";
import { PolicyError } from "./policy_error.ts";
import { parseSource } from "./yaml_source.ts";

function refusal(text: string): string {
  try {
    parseSource("tenuo.yaml", text);
  } catch (error) {
    assert.ok(error instanceof PolicyError, String(error));
    return error.message;
  }
  return "";
}

function plain(text: string): unknown {
  return JSON.parse(JSON.stringify(plainOf(parseSource("tenuo.yaml", text))));
}

const hostile: { readonly [what: string]: readonly [text: string, message: RegExp] } = {
  "an empty file": ["", /expected a map of policy keys/],
  "a list": ["- a", /expected a map of policy keys/],
  "a scalar": ["hello", /expected a map of policy keys/],
  "a duplicate key": [
    "a: 1\nb: 2\na: 3",
    /^tenuo\.yaml:3:1: "a": expected each key once; .* line 1$/,
  ],
  "a duplicate key in other quotes": ["a: 1\n'a': 2", /each key once/],
  "a nested duplicate key": ["a: {b: 1, b: 2}", /:1:11: a: "b": expected each key once/],
  "a merge key": ["a: &x {b: 1}\nc:\n  <<: *x", /:3:3: c: "<<": .*merge keys/],
  "a merge key of YAML 1.1": ["%YAML 1.1\n---\na: 1", /YAML directive/],
  "a __proto__ key": ["__proto__: {mode: audit}", /"__proto__": expected a key/],
  "a nested __proto__ key": ["enforce:\n  __proto__: x", /:2:3: enforce: "__proto__"/],
  "a number as a key": ["1: a", /a plain string as a key/],
  "a boolean as a key": ["true: a", /a plain string as a key/],
  "nothing as a key": [": a", /a plain string as a key/],
  "a list as a key": ["? [a]\n: b", /a plain string as a key/],
  "a blank key": ["' ': b", /a key that is a plain word/],
  "a tagged key": ["!!str a: b", /a plain string as a key/],
  "a tag": ["a: !!python/object:os.system x", /a: .*tags are not supported/],
  "a harmless tag": ["a: !!str x", /tags are not supported/],
  "the empty tag": ["a: ! x", /tags are not supported/],
  "a tab as indentation": ["a:\n\tb: c", /:2:1: .*Tabs are not allowed/],
  "two documents": ["a: 1\n---\nb: 2", /:2:1: "---": expected one document/],
  "a number that some read as octal": ["a: [1, 010]", /:1:8: a\[1\]: "010": .*leading zero/],
  "an open quote": ['a: "b', /valid YAML/],
  "a nested map on one line": ["Read: subpath: x", /valid YAML/],
  "NUL in a string": ['a: "b\\0"', /:1:4: a: "b\\u\{0\}": .*control/],
  "NUL in the file": ["a: b\0", /control/],
  "an escape sequence in a string": ['a: "\\e[2J"', /control/],
  "a direction override": ["a: x\u202ey", /invisible/],
  "a zero width space in a key": ["en\u200bforce: {}", /a key that is a plain word/],
  "an undefined alias": ["a: *x", /.+/],
  "an alias to itself": ["a: &x [*x]", /an anchor defined before, not itself/],
  "deep flow nesting": ["a: " + "[".repeat(500_000), /at most 32 levels/],
  "deep block nesting": ["- ".repeat(400_000), /at most 32 levels/],
  "deep indentation": [
    Array.from({ length: 40 }, (_, depth) => " ".repeat(depth) + "a:").join("\n"),
    /at most 32 levels/,
  ],
};

for (const [what, [text, message]] of Object.entries(hostile)) {
  Deno.test(`${what} is refused`, () => assert.match(refusal(text), message));
}

Deno.test("a long policy of JSON on one line is flat", () => {
  const hosts = Object.fromEntries(Array.from({ length: 200 }, (_, i) => [`host-${i}`, [`${i}`]]));
  assert.deepEqual(plain(JSON.stringify(hosts)), hosts);
});

Deno.test("quoted keys do not hide deep nesting", () => {
  assert.match(refusal(`{"a":`.repeat(100_000)), /at most 32 levels/);
  assert.match(refusal(`- "a": `.repeat(10) + "- ".repeat(400_000)), /at most 32 levels/);
});

Deno.test("aliases that explode are refused, a few are not", () => {
  const lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"];
  for (let level = 1; level < 10; level++) {
    const items = Array(9).fill(`*a${level - 1}`).join(", ");
    lines.push(`a${level}: &a${level} [${items}]`);
  }
  assert.match(refusal(lines.join("\n")), /at most 100 times/);
  assert.deepEqual(plain("a: &x [1]\nb: *x\nc: *x"), { a: [1], b: [1], c: [1] });
  const wide = Array.from({ length: 60_000 }, (_, index) => `k${index}: 1`).join("\n");
  assert.match(refusal(wide), /50000 values/);
});

Deno.test("many errors are cut off", () => {
  const text = Array.from({ length: 5000 }, () => "a: 1").join("\n");
  assert.match(refusal(text), /100 errors[^]*and 50 more$/);
});

Deno.test("words that other YAML versions read as values stay words", () => {
  assert.deepEqual(plain("a: on\nb: 0o17\nc: 1_000\nd: 12:30:00\ne: 2020-01-01"), {
    a: "on",
    b: 15,
    c: "1_000",
    d: "12:30:00",
    e: "2020-01-01",
  });
});

Deno.test("keys that objects inherit are ordinary keys", () => {
  const root = parseSource("tenuo.yaml", "constructor: 1\ntoString: 2\nhasOwnProperty: 3");
  assert.deepEqual([...root.entries.keys()], ["constructor", "toString", "hasOwnProperty"]);
});

Deno.test("every value knows its line and column", () => {
  const root = parseSource("tenuo.yaml", "# one\na:\n  b: x\n  c: [y]\n");
  const inner = root.entries.get("a")?.value;
  assert.ok(inner?.kind === "map");
  assert.deepEqual(inner.entries.get("b")?.place, { file: "tenuo.yaml", line: 3, column: 3 });
  assert.deepEqual(inner.entries.get("c")?.value.place, { file: "tenuo.yaml", line: 4, column: 6 });
});

Deno.test("no text does anything but parse or be refused", () => {
  const piece = fc.constantFrom(
    ...[
      "a",
      "b: ",
      "- ",
      "? ",
      ": ",
      "\n",
      "  ",
      "\t",
      "&x ",
      "*x",
      "<<: ",
      "!t ",
      "|\n",
      "'",
      '"',
    ],
    ...["[", "]", "{", "}", ",", "#", "%", "---\n", "\0", "__proto__: ", "1", "null", "\u2028"],
  );
  const text = fc.array(piece, { maxLength: 40 }).map((pieces) => pieces.join(""));
  fc.assert(
    fc.property(fc.oneof(text, fc.string({ unit: "binary" })), (source) => {
      try {
        assert.equal(parseSource("tenuo.yaml", source).kind, "map");
      } catch (error) {
        assert.ok(error instanceof PolicyError, String(error));
        assert.notEqual(error.findings.length, 0);
      }
    }),
    { numRuns: 500 },
  );
});
