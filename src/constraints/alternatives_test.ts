import { deepEqual, equal, ok } from "node:assert/strict";
import fc from "fast-check";
import type { Cbor } from "../protocol/cbor.ts";
import type { Constraint } from "../protocol/warrant.ts";
import { fromJson, prepare, readable, type Verdict, verdictOf } from "./registry.ts";

/** The constraints one after the other, as the published library asks them. */
function oneByOne(any: Constraint, argument: Cbor): Verdict {
  let answer: Verdict = false;
  for (const inner of readable(any) ?? [null]) {
    const verdict = inner === null ? "unreadable" : verdictOf(inner, argument);
    if (verdict === true || verdict === "unreadable") return verdict;
    if (verdict === "stricter") answer = verdict;
  }
  return answer;
}

const label = fc.constantFrom("a", "b", "api", "x-y", "é", "*", "?", "[ab]", "A");
const host = fc.array(label, { minLength: 1, maxLength: 3 }).map((parts) => parts.join("."));
const step = fc.constantFrom("srv", "a", "b", "srv", "a", "b", "..", ".", "", "A", "c\\d");
const path = fc.array(step, { minLength: 1, maxLength: 4 }).map((parts) => `/${parts.join("/")}`);

const constraint = fc.oneof(
  { weight: 40, arbitrary: host.map((pattern) => [2, { pattern }]) },
  { weight: 40, arbitrary: host.map((rest) => [2, { pattern: `*.${rest}` }]) },
  { weight: 20, arbitrary: host.map((value) => [1, { value }]) },
  {
    weight: 60,
    arbitrary: fc.tuple(
      path,
      fc.constantFrom({}, { case_sensitive: false }, { allow_equal: false }),
    )
      .map(([root, more]) => [17, { root, ...more }]),
  },
  { weight: 1, arbitrary: fc.constantFrom([8, { network: "10.0.0.0/8" }], [4, { values: ["b"] }]) },
  {
    weight: 1,
    arbitrary: fc.constantFrom([1, { value: 5 }], [16, null], [99, null], [2, { pattern: "[" }]),
  },
);
const argument = fc.oneof(
  host,
  path,
  fc.constantFrom("10.1.2.3", "/a/c\\d", "/srv/c\\d", "/srv\\..\\a", 5, null, "", "\0"),
);

Deno.test("A long list of alternatives is judged as one after the other", async () => {
  const lists = fc.array(constraint, { minLength: 16, maxLength: 40 });
  const counts = new Map<Verdict, number>();
  await fc.assert(
    fc.asyncProperty(lists, fc.array(argument, { minLength: 8 }), async (constraints, args) => {
      const any: Constraint = [13, fromJson({ constraints })];
      await prepare([any]);
      for (const one of args) {
        const verdict = verdictOf(any, one);
        counts.set(verdict, (counts.get(verdict) ?? 0) + 1);
        equal(verdict, oneByOne(any, one), JSON.stringify([constraints, one]));
      }
    }),
    { numRuns: 3000 },
  );
  for (const verdict of [true, false, "stricter", "unreadable"] as const) {
    ok((counts.get(verdict) ?? 0) > 100, `${verdict}: ${counts.get(verdict)}`);
  }
});

function listOf(length: number): Constraint {
  const constraints = Array.from({ length }, (_, i) => [
    [2, { pattern: i % 2 === 0 ? `host${i}.example.com` : `*.host${i}.example.com` }],
    [17, { root: `/srv/data/dir${i}` }],
  ]).flat();
  return [13, fromJson({ constraints })];
}

Deno.test("The ends of a long list are found, and what is beside them is not", () => {
  const any = listOf(1000);
  const yes = [
    "host998.example.com",
    "a.host999.example.com",
    "/srv/data/dir999/a",
    "/srv/data/dir0",
  ];
  const no = [
    "host999.example.com",
    "xhost998.example.com",
    "/srv/data/dir1000",
    "/srv/data",
    "",
    "/",
  ];
  deepEqual(yes.filter((one) => verdictOf(any, one) !== true), []);
  deepEqual(no.filter((one) => verdictOf(any, one) !== false), []);
});

Deno.test("Neither a long list nor a long argument makes many looks", () => {
  const [any, few] = [listOf(1000), listOf(10)];
  const time = (list: Constraint, text: string) => {
    verdictOf(list, text);
    const start = performance.now();
    for (let i = 0; i < 200; i++) verdictOf(list, text);
    return performance.now() - start;
  };
  const ratios = [1, 2, 3].map(() =>
    time(any, "a.host7.example.com/x") / time(few, "a.host7.example.com/x")
  );
  ok(Math.min(...ratios) < 10, `A list a hundred times as long takes ${ratios} times as long`);
  for (const text of [".a".repeat(500_000), "/a".repeat(500_000), "\\a".repeat(500_000)]) {
    const start = performance.now();
    equal(verdictOf(any, text), false);
    ok(performance.now() - start < 2000, `${text.slice(0, 4)}: ${performance.now() - start} ms`);
  }
});
