import { deepStrictEqual as deepEqual, ok, strictEqual as equal } from "node:assert/strict";
import fc from "fast-check";
import { rule } from "../../tests/conformance/minted.ts";
import type { Cbor } from "../protocol/cbor.ts";
import type { Constraint } from "../protocol/warrant.ts";
import { equals, fromJson, matches, member, prepare } from "./registry.ts";

/** Judges as the pipeline does: prepared first. */
async function judge(constraint: Constraint, argument: Cbor): Promise<boolean> {
  await prepare([constraint]);
  return matches(constraint, argument);
}

Deno.test("A type that was not prepared denies; this test must come first", () => {
  ok(!matches([5, rule({ pattern: "a" })], "a"));
  ok(!matches([9, "https://a.b/*"], "https://a.b/c"));
});

Deno.test("What is nested is prepared with what it is nested in; this test comes second", async () => {
  const inner = [13, rule({ constraints: [[7, rule({ excluded: [] })]] })];
  const outer: Constraint = [13, rule({ constraints: [inner] })];
  ok(!matches(outer, "a"));
  await prepare([outer]);
  ok(matches(outer, "a"));
});

/** One rule of every known type, with an argument it allows and one it denies. */
const known: readonly (readonly [type: number, rule: Cbor, yes: Cbor, no: Cbor])[] = [
  [1, rule({ value: "a" }), "a", "b"],
  [2, rule({ pattern: "a*" }), "ab", "b"],
  [3, rule({ min: { float: 1 }, max: null }), 2, 0],
  [4, rule({ values: ["a", 5] }), 5, "5"],
  [5, rule({ pattern: "^a" }), "ab", "ba"],
  [7, rule({ excluded: ["a"] }), "b", "a"],
  [8, "10.0.0.0/8", "10.1.1.1", "11.1.1.1"],
  [10, rule({ required: ["a", 1] }), ["b", 1, "a"], ["a"]],
  [11, rule({ allowed: ["a", 1] }), [1, 1], ["a", "b"]],
  [
    12,
    rule({ constraints: [[2, rule({ pattern: "a*" })], [2, rule({ pattern: "*b" })]] }),
    "ab",
    "a",
  ],
  [14, rule({ constraint: [1, rule({ value: "a" })] }), "b", "a"],
  [9, "https://a.b/*", "https://a.b/c", "https://b.a/c"],
  [13, rule({ constraints: [[1, rule({ value: "a" })], [2, rule({ pattern: "b*" })]] }), "bc", "c"],
  [17, rule({ root: "/data" }), "/data/a", "/etc"],
  [18, rule({}), "https://example.com/", "http://127.0.0.1/"],
  [128, rule({ allow: ["ls"] }), "ls -l", "rm -r"],
];

for (const [type, value, yes, no] of known) {
  Deno.test(`Type ${type} allows and denies`, async () => {
    equal(await judge([type, value], yes), true);
    equal(await judge([type, value], no), false);
  });
}

Deno.test("A wildcard allows anything, and only as it is written", async () => {
  for (const argument of [null, "", 0, false, [], rule({}), "a"]) {
    ok(await judge([16, null], argument));
    for (const odd of [rule({}), 0, "", false, []]) ok(!await judge([16, odd], argument));
  }
});

Deno.test("Types that are not known deny, whatever they say", async () => {
  for (const type of [0, 6, 15, 19, 20, 32, 127, 129, 255, 256, 1e9]) {
    for (
      const value of [null, true, rule({}), rule({ value: "a", allowed: ["a"], required: [] })]
    ) {
      for (const argument of ["a", ["a"], null]) {
        ok(!await judge([type, value], argument), `${type}`);
      }
    }
  }
});

Deno.test("Values are equal when they are of one type and say the same", () => {
  const distinct: Cbor[] = [
    5,
    "5",
    true,
    "true",
    null,
    "",
    0,
    false,
    [],
    [5],
    ["5"],
    rule({}),
    rule({ a: 5 }),
  ];
  for (const [i, left] of distinct.entries()) {
    for (const [j, right] of distinct.entries()) equal(equals(left, right), i === j, `${i} ${j}`);
  }
  ok(!equals([1, 2], [2, 1]));
  ok(!equals([1], [1, 1]));
  ok(!equals(rule({ a: 1 }), rule({ b: 1 })));
  ok(!equals(rule({ a: null }), rule({ b: null })));
  ok(!equals(undefined, null));
  ok(!equals("a", "A"));
});

Deno.test("Numbers are equal by value, maps in any order, at any depth", () => {
  for (
    const [left, right] of [[5, 5n], [2 ** 60, 2n ** 60n], [-0, { float: -0 }], [0.5, {
      float: 0.5,
    }]] as const
  ) {
    ok(equals(left, right) && equals(right, left));
    ok(equals([rule({ k: left })], [rule({ k: right })]));
  }
  ok(!equals(9007199254740993n, 9007199254740992));
  ok(!equals(5, { float: 5 }), "the library tells an integer from a float");
  ok(equals(rule({ a: 1, b: [rule({ c: 2, d: 3 })] }), rule({ b: [rule({ d: 3, c: 2 })], a: 1 })));
});

Deno.test("Exact and OneOf over lists and maps", async () => {
  const value = rule({ a: [1, "x"] });
  ok(await judge([1, rule({ value })], rule({ a: [1, "x"] })));
  ok(!await judge([1, rule({ value })], rule({ a: [1, "x"], b: 1 })));
  ok(await judge([4, rule({ values: [value, ["y"]] })], ["y"]));
  ok(!await judge([4, rule({ values: [value, ["y"]] })], "y"));
});

Deno.test("A pattern that the library would not read denies", async () => {
  for (const pattern of ["a**b", "***", "[a", null, 5]) {
    ok(!await judge([2, rule({ pattern })], "ab"));
    ok(!await judge([2, rule({ pattern })], "axb"));
  }
  ok(await judge([2, rule({ pattern: "/data/**/x" })], "/data/x"));
});

Deno.test("Any: one of them is enough, none of them is none", async () => {
  const any = (...inner: Cbor[]): Constraint => [13, rule({ constraints: inner })];
  const exact = (value: Cbor): Cbor => [1, rule({ value })];
  ok(await judge(any(exact("a"), exact("b")), "b"));
  ok(await judge(any(any(any(exact("a")) as unknown as Cbor) as unknown as Cbor), "a"));
  ok(await judge(any([8, "10.0.0.0/8"], [3, rule({ min: 5 })]), 7), "rare types within");
  ok(!await judge(any([99, null], exact("a")), "a"), "what cannot be judged ends it");
  ok(!await judge(any([8, "10.0.0.0/8"], exact("a")), "a"), "not an address");
  ok(await judge(any(exact("a"), [99, null]), "a"));
  ok(!await judge(any(), "a"));
  ok(!await judge(any([99, null]), "a"));
});

Deno.test("Any with something malformed in it denies and does not throw", async () => {
  const wildcard: Cbor = [16, null];
  for (
    const odd of [5, null, "16", [], [16], [16, null, null], ["16", null], [null, null], rule({}), [
      [16, null],
    ]]
  ) {
    for (const inner of [[odd], [odd, wildcard], [wildcard, odd]]) {
      ok(!await judge([13, rule({ constraints: inner })], "a"), Deno.inspect(inner));
    }
  }
  for (const value of [null, 5, [wildcard], "a", rule({}), rule({ constraints: rule({}) })]) {
    ok(!await judge([13, value], "a"));
  }
});

const json = fc.jsonValue({ maxDepth: 3 }).map(fromJson);
const values = fc.oneof(json, fc.constantFrom<Cbor>(2n ** 60n, { float: 0.5 }, Uint8Array.of(1)));
const keys = [
  "value",
  "pattern",
  "min",
  "max",
  "values",
  "excluded",
  "network",
  "constraints",
  "root",
  "allow",
  "schemes",
  "allow_domains",
  "deny_domains",
  "allow_ports",
  "allow_equal",
  "block_private",
];
const rules: fc.Arbitrary<Cbor> = fc.oneof(
  values,
  fc.uniqueArray(fc.tuple(fc.constantFrom(...keys), values), {
    maxLength: 4,
    selector: ([key]) => key,
  })
    .map((entries) => new Map<Cbor, Cbor>(entries)),
);

Deno.test("Nothing that can stand on the wire makes a judge throw", async () => {
  const types = fc.constantFrom(1, 2, 3, 4, 5, 7, 8, 9, 13, 16, 17, 18, 128, 10, 12, 200);
  const texts = fc.constantFrom(
    "https://example.com/",
    "/data/a",
    "ls -l",
    "10.0.0.1",
    "a",
    "\ud800",
    "",
  );
  await fc.assert(
    fc.asyncProperty(types, rules, fc.oneof(values, texts), async (type, value, argument) => {
      const constraint: Constraint = [type, value];
      equal(typeof await judge(constraint, argument), "boolean");
      equal(
        typeof await judge([13, rule({ constraints: [[type, value], value] })], argument),
        "boolean",
      );
    }),
    { numRuns: 5000 },
  );
});

Deno.test("JSON becomes maps in the order of their keys, and reaches no prototype", () => {
  const value = fromJson(JSON.parse('{"b":[1,{"a":null}],"__proto__":{"x":1},"a":"t","c":true}'));
  deepEqual(
    value,
    rule({ b: [1, rule({ a: null })], ["__proto__"]: rule({ x: 1 }), a: "t", c: true }),
  );
  deepEqual([...(value as Map<string, Cbor>).keys()], ["b", "__proto__", "a", "c"]);
  equal(member(value, "constructor"), undefined);
  equal(member("text", "length"), undefined);
  equal(member(["a"], "length"), undefined);
});
