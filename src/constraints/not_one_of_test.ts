import { ok } from "node:assert/strict";
import { rule } from "../../tests/conformance/minted.ts";
import { matches as verdict } from "./not_one_of.ts";

/** Only a plain yes allows. */
function matches(...given: Parameters<typeof verdict>): boolean {
  return verdict(...given) === true;
}

const excluded = rule({
  excluded: ["a", 5, 2n ** 60n, { float: 0.5 }, null, [1, "x"], rule({ k: 1 })],
});

Deno.test("Any value but the excluded ones", () => {
  for (
    const value of [
      "b",
      "A",
      "",
      "5",
      6,
      true,
      false,
      [],
      [1],
      [1, "x", 2],
      rule({}),
      rule({ k: 2 }),
    ]
  ) {
    ok(matches(excluded, value), Deno.inspect(value));
  }
  ok(matches(rule({ excluded: [] }), "anything"));
});

Deno.test("The excluded ones, however a number is held and a map is ordered", () => {
  for (
    const value of [
      "a",
      5,
      5n,
      { float: 5 },
      2n ** 60n,
      2 ** 60,
      0.5,
      null,
      [1, "x"],
      rule({ k: 1 }),
    ]
  ) {
    ok(!matches(excluded, value), Deno.inspect(value));
  }
  const ordered = rule({ excluded: [rule({ a: 1, b: [2] })] });
  ok(!matches(ordered, rule({ b: [2], a: 1 })));
});

Deno.test("Malformed rules deny", () => {
  for (
    const value of [null, "a", ["a"], rule({}), rule({ excluded: "a" }), rule({ excluded: null })]
  ) {
    ok(!matches(value, "b"));
  }
});
