/** What is taken over as it is, is a narrowing by the published matrix too. */
import { equal, ok } from "node:assert/strict";
import fc from "fast-check";
import { wire } from "../../tests/interop/ours.ts";
import { Chance, sample, types } from "../../tests/interop/samples.ts";
import type { Constraint } from "../protocol/warrant.ts";
import { attenuates } from "./attenuation.ts";
import { isHeldAsIs } from "./held_as_is.ts";
import { fromJson, prepare, verdictOf } from "./registry.ts";

function toolsOf(constraint: Constraint) {
  return new Map([["tool", new Map([["argument", constraint]])]]);
}

Deno.test("What is held as it is narrows by the matrix, or accepts nothing", async () => {
  await prepare(types.map((one) => [one, null]));
  const held = new Map<number, number>();
  fc.assert(
    fc.property(fc.integer(), fc.constantFrom(...types), (seed, type) => {
      const constraint = wire(sample(new Chance(seed), type).rule);
      const tools = toolsOf(constraint);
      if (!isHeldAsIs(tools, tools)) return;
      held.set(type, (held.get(type) ?? 0) + 1);
      ok(
        attenuates(tools, tools) || verdictOf(constraint, "") === "unreadable",
        JSON.stringify(constraint),
      );
    }),
    { numRuns: 5000 },
  );
  for (const type of [1, 2, 3, 4, 5, 7, 8, 9, 10, 11, 12, 13, 16, 17, 18, 128]) {
    ok((held.get(type) ?? 0) > 50, `type ${type}: ${held.get(type)}`);
  }
});

Deno.test("Another rule, another argument, another tool, or more of any is not held as it is", () => {
  const [one, other]: Constraint[] = [[2, "a*"], [2, "a"]].map(([type, rule]) =>
    [type, fromJson(rule)] as Constraint
  ) as [Constraint, Constraint];
  const parent = new Map([["tool", new Map([["argument", one]])], ["free", new Map()]]);
  const rows: [ReadonlyMap<string, ReadonlyMap<string, Constraint>>, boolean][] = [
    [new Map(), true],
    [new Map([["tool", new Map([["argument", one]])]]), true],
    [new Map([["free", new Map()]]), true],
    [new Map([["tool", new Map([["argument", other]])]]), false],
    [new Map([["tool", new Map()]]), false],
    [new Map([["tool", new Map([["argument", one], ["more", one]])]]), false],
    [new Map([["tool", new Map([["another", one]])]]), false],
    [new Map([["free", new Map([["argument", one]])]]), false],
    [new Map([["other", new Map()]]), false],
  ];
  for (const [child, expected] of rows) {
    equal(isHeldAsIs(parent, child), expected, JSON.stringify([...child]));
  }
});

Deno.test("Deep nesting is not held as it is, and does not exhaust the stack", () => {
  let deep: Constraint = [16, null];
  for (let i = 0; i < 5000; i++) {
    const inner = [deep] as unknown as string;
    deep = [12, new Map([["constraints", inner]])];
  }
  equal(isHeldAsIs(toolsOf(deep), toolsOf(deep)), false);
});
