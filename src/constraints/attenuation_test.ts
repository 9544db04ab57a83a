import { ok } from "node:assert/strict";
import { rule, toolsOf, type ToolTable } from "../../tests/conformance/minted.ts";
import type { Cbor } from "../protocol/cbor.ts";
import type { Constraint } from "../protocol/warrant.ts";
import { attenuates, narrows } from "./attenuation.ts";
import { prepare } from "./registry.ts";

const exact = (value: Cbor): Constraint => [1, rule({ value })];
const pattern = (text: string): Constraint => [2, rule({ pattern: text })];
const oneOf = (...values: Cbor[]): Constraint => [4, rule({ values })];
const subpath = (root: string, options: Readonly<Record<string, Cbor>> = {}): Constraint => [
  17,
  rule({ root, ...options }),
];
const shlex = (...allow: string[]): Constraint => [128, rule({ allow })];
const any: Constraint = [16, null];

/** Parent, the children it may have and those it may not. */
const matrix: readonly (readonly [parent: Constraint, yes: Constraint[], no: Constraint[]])[] = [
  [any, [any, exact(1), pattern("*"), subpath("/"), [99, null], [14, rule({})]], []],
  [[99, null], [], [[99, null], exact(1)]],
  [exact("a"), [exact("a")], [exact("b"), any, pattern("a"), oneOf("a"), [16, rule({})]]],
  [exact(5), [exact(5n)], [exact("5"), exact({ float: 5 })]],
  [
    pattern("/data/*"),
    [pattern("/data/*"), pattern("/data/a*"), pattern("/data/a"), exact("/data/x")],
    [
      pattern("*"),
      pattern("/dat*"),
      pattern("/data"),
      pattern("*/data/"),
      exact("/etc"),
      exact(5),
      any,
    ],
  ],
  [
    pattern("*-safe"),
    [pattern("*-more-safe"), pattern("x-safe"), exact("x-safe")],
    [pattern("*"), pattern("-safe*"), pattern("*safe"), pattern("x-*"), pattern("x*-safe")],
  ],
  [pattern("*"), [pattern("*"), pattern("a*"), pattern("a"), exact("a")], [
    pattern("*a"),
    exact(5),
  ]],
  [pattern("a*b"), [pattern("a*b"), exact("axb")], [pattern("ab"), pattern("ax*b"), pattern("a*")]],
  [pattern("a*"), [pattern("ab*"), pattern("a?*"), pattern("a[b]*"), pattern("a?")], [
    pattern("a*b"),
    pattern("a*b*"),
    pattern("a[*"),
  ]],
  [pattern("a[b]*"), [pattern("a[b]*"), pattern("a[b]c*")], [pattern("ab*")]],
  [pattern("*]"), [pattern("*a]")], [pattern("*[ab]"), pattern("[ab]")]],
  [pattern("a"), [pattern("a"), exact("a")], [pattern("ab"), pattern("a*")]],
  [pattern("**"), [pattern("**")], [pattern("a"), pattern("*")]],
  [oneOf("a", 5), [oneOf("a"), oneOf(5, "a"), oneOf(), exact("a")], [
    oneOf("b"),
    oneOf("a", "5"),
    exact("5"),
  ]],
  [oneOf("a"), [], [[7, rule({ excluded: ["b"] })], pattern("a"), any]],
  [
    subpath("/data"),
    [
      subpath("/data"),
      subpath("/data/a"),
      subpath("/data/", { allow_equal: false }),
      exact("/data/x"),
    ],
    [
      subpath("/"),
      subpath("/data2"),
      subpath("/data/.."),
      subpath("data"),
      exact("/etc"),
      pattern("/data/*"),
    ],
  ],
  [
    subpath("/data", { allow_equal: false }),
    [subpath("/data/a", { allow_equal: false }), exact("/data/a")],
    [
      subpath("/data", { allow_equal: false }),
      subpath("/data"),
      subpath("/data/a"),
      exact("/data"),
    ],
  ],
  [
    subpath("/data", { case_sensitive: false }),
    [subpath("/Data/a"), subpath("/data", { case_sensitive: false }), exact("/DATA/x")],
    [subpath("/etc")],
  ],
  [subpath("/data"), [], [subpath("/data", { case_sensitive: false })]],
  [shlex("ls", "git"), [shlex("ls"), shlex(), exact("ls -l")], [
    shlex("rm"),
    shlex("ls", "rm"),
    exact("rm"),
  ]],
];

const range = (min: Cbor, max: Cbor, low = true, high = true): Constraint => [
  3,
  rule({ min, max, min_inclusive: low, max_inclusive: high }),
];
const url = (members: Readonly<Record<string, Cbor>>): Constraint => [18, rule(members)];
const within = (type: number, ...constraints: Constraint[]): Constraint => [
  type,
  rule({ constraints: constraints as unknown as Cbor }),
];
const not = (inner: Constraint): Constraint => [14, rule({ constraint: inner as unknown as Cbor })];
const of = (type: number, key: string) => (...values: Cbor[]): Constraint => [
  type,
  rule({ [key]: values }),
];
const [excluded, required, allowed] = [of(7, "excluded"), of(10, "required"), of(11, "allowed")];
const cel = (expression: string): Constraint => [15, rule({ expression })];

const further: typeof matrix = [
  [range(0, 100), [range(10, 90), range(0, 100), range(0, 100, false), exact(0), exact(50)], [
    range(-1, 100),
    range(0, 101),
    range(null, 100),
    range(0, null),
    exact(101),
    exact("5"),
    any,
  ]],
  [range(0, 100, false, false), [range(1, 99), range(0, 50, false)], [range(0, 50), exact(0)]],
  [range(0, null), [range(10, 100)], [range(null, 100)]],
  [[5, rule({ pattern: "^a" })], [[5, rule({ pattern: "^a" })], exact("ab")], [
    [5, rule({ pattern: "^ab" })],
    exact("b"),
    pattern("a*"),
  ]],
  [excluded("a", 1), [excluded("a", 1), excluded(1, "b", "a")], [excluded("a"), exact("b")]],
  [[8, "10.0.0.0/8"], [[8, "10.1.0.0/16"], [8, "10.0.0.0/8"], exact("10.1.1.1")], [
    [8, "0.0.0.0/0"],
    [8, "11.0.0.0/16"],
    [8, "::/0"],
    exact("11.0.0.1"),
    exact("x"),
  ]],
  [
    [9, "https://*.a.b/x/*"],
    [
      [9, "https://c.a.b/x/y"],
      [9, "https://*.c.a.b/x/y/*"],
      exact("https://c.a.b/x/y"),
    ],
    [
      [9, "https://a.b/x/*"],
      [9, "http://c.a.b/x/*"],
      [9, "*://c.a.b/x/*"],
      [9, "https://*.b/x/*"],
      [9, "https://c.a.b/"],
      [9, "https://c.a.b/y"],
      exact("https://a.b/x/y"),
      exact("https://c.a.b/y"),
    ],
  ],
  [[9, "https://a.b/x"], [[9, "https://a.b/x"]], [[9, "https://a.b/x/y"], [9, "https://*.a.b/x"]]],
  [[9, "https://a.b:8443/"], [[9, "https://a.b:8443/x"]], [[9, "https://a.b/"]]],
  [required("a"), [required("a", "b")], [required("b"), required(), exact(["a"])]],
  [allowed("a", 1), [allowed("a"), allowed()], [allowed("a", "b"), exact(["a"])]],
  [
    within(12, range(0, 9), excluded(5)),
    [
      within(12, range(1, 9), excluded(5), exact(3)),
      within(12, excluded(5, 6), range(0, 9)),
      exact(3),
    ],
    [within(12, range(0, 9)), within(12, range(0, 10), excluded(5)), exact(5)],
  ],
  [within(13, exact("a"), pattern("b*")), [within(13, exact("a")), within(13, exact("bc"))], [
    within(13, exact("c")),
    within(13, exact("a"), any),
    exact("a"),
  ]],
  [within(13, [8, "10.0.0.0/8"], pattern("b*")), [within(13, [8, "10.1.0.0/16"])], [
    within(13, pattern("ba*")),
  ]],
  [not(exact("a")), [not(exact("a")), not(pattern("a*")), not(any)], [not(exact("b")), exact("b")]],
  [not(pattern("a*")), [not(pattern("*"))], [not(pattern("ab*")), not(exact("a"))]],
  [not([18, rule({})]), [not([18, rule({})])], [not([18, rule({ schemes: ["http", "ws"] })])]],
  [cel("value > 1"), [cel("value > 1")], [
    cel("value>1"),
    cel("(value > 1) && (value < 3)"),
    exact(5),
  ]],
  [
    url({ allow_domains: ["*.a.b", "c.d"], deny_domains: ["x.a.b"] }),
    [
      url({ allow_domains: ["q.a.b"], deny_domains: ["y", "X.a.b"] }),
      url({ allow_domains: ["c.d"], deny_domains: ["*.a.b"] }),
      url({ allow_domains: ["r.q.a.b"], deny_domains: ["*.x.a.b"] }),
      url({ schemes: ["https"], allow_domains: ["*.q.a.b"], deny_domains: ["x.a.b"] }),
      exact("https://c.d/"),
    ],
    [
      url({ allow_domains: ["b"], deny_domains: ["x.a.b"] }),
      url({ allow_domains: ["a.b"], deny_domains: ["x.a.b"] }),
      url({ allow_domains: ["q.a.b"] }),
      url({ deny_domains: ["x.a.b"] }),
      exact("https://x.a.b/"),
    ],
  ],
  [url({}), [url({}), url({ block_internal_tlds: true, allow_ports: [1] })], [
    url({ block_private: false }),
    url({ schemes: ["https", "ftp"] }),
    exact("http://127.0.0.1/"),
  ]],
  [url({ allow_ports: [443] }), [url({ allow_ports: [443] })], [
    url({}),
    url({ allow_ports: [1] }),
  ]],
];

Deno.test("The published matrix", async () => {
  await prepare([...further, ...matrix].flatMap(([parent, yes, no]) => [parent, ...yes, ...no]));
  for (const [parent, yes, no] of [...matrix, ...further]) {
    for (const child of yes) {
      ok(narrows(parent, child), Deno.inspect([parent, child], { depth: 6 }));
    }
    for (const child of no) {
      ok(!narrows(parent, child), Deno.inspect([parent, child], { depth: 6 }));
    }
  }
});

Deno.test("Malformed children are refused", () => {
  for (const parent of [exact("a"), pattern("*"), oneOf("a"), subpath("/data"), shlex("ls")]) {
    for (
      const value of [
        null,
        5,
        [],
        "a",
        rule({}),
        rule({ value: null }),
        rule({ root: 5 }),
        rule({ pattern: 5 }),
      ]
    ) {
      ok(!narrows(parent, [parent[0], value]), Deno.inspect([parent, value]));
      ok(!narrows(parent, [1, value]));
    }
  }
  ok(!narrows([16, rule({})], exact("a")));
});

Deno.test("The arguments must stay the same ones, unless there were none", () => {
  const verdict = (parent: ToolTable, child: ToolTable) =>
    attenuates(toolsOf(parent), toolsOf(child));
  const parent = { read: { path: pattern("/data/*"), limit: any }, free: {} };
  ok(verdict(parent, parent));
  ok(verdict(parent, {}));
  ok(verdict(parent, { free: {} }));
  ok(verdict(parent, { free: { anything: exact(1) } }));
  ok(verdict(parent, { read: { limit: exact(1), path: exact("/data/a") } }));
  ok(!verdict(parent, { read: { path: exact("/data/a") } }), "an argument less");
  ok(!verdict(parent, { read: {} }), "no arguments: any would do");
  ok(!verdict(parent, { read: { ...parent.read, more: exact(1) } }), "an argument more");
  ok(!verdict(parent, { read: { path: exact("/data/a"), other: any } }), "another argument");
  ok(!verdict(parent, { read: { ...parent.read, path: any } }), "a wider one");
  ok(!verdict(parent, { write: {} }), "another tool");
  ok(!verdict(parent, { "*": {} }));
  ok(!verdict({ "*": {} }, { read: {} }), "a star is a name here");
  ok(verdict({}, {}));
});
