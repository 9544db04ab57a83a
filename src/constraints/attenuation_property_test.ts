import { ok } from "node:assert/strict";
import fc from "fast-check";
import { wire } from "../../tests/interop/ours.ts";
import { Chance, near, type RuleOf, sample, types } from "../../tests/interop/samples.ts";
import { varied } from "../../tests/interop/variants.ts";
import { fromJson } from "./registry.ts";
import type { Constraint } from "../protocol/warrant.ts";
import { narrows } from "./attenuation.ts";
import { matches, prepare } from "./registry.ts";

/** A rule beside another: an edit or two, another of its type, or one of its values. */
function child(chance: Chance, type: number, rule: RuleOf, values: readonly unknown[]): RuleOf {
  switch (chance.below(5)) {
    case 0:
      return sample(chance, type).rule;
    case 1:
      return [1, { value: chance.pick(values) }];
    case 2:
      return varied(chance, varied(chance, rule));
    default:
      return varied(chance, rule);
  }
}

for (const type of types) {
  Deno.test(`Type ${type}: what narrows it accepts nothing that it refuses`, async () => {
    await prepare(types.map((one) => [one, null]));
    let narrower = 0;
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const chance = new Chance(seed);
        const { rule, values } = sample(chance, type);
        const other = child(chance, type, rule, values);
        const [outer, inner] = [wire(rule), wire(other)];
        if (!narrows(outer, inner)) return;
        narrower++;
        const more = other[0] === type ? sample(new Chance(seed + 1), type).values : [];
        for (const value of [...values, ...more, ...values.map((one) => near(chance, one))]) {
          const argument = fromJson(value);
          const text = () => JSON.stringify([rule, other, value]);
          if (matches(inner, argument)) ok(matches(outer, argument), text());
        }
      }),
      { numRuns: 3000 },
    );
    ok(narrower > 100, `${narrower} narrower`);
  });
}

Deno.test("Nothing that can stand on the wire makes attenuation throw or hang", async () => {
  await prepare(types.map((one) => [one, null]));
  const keys = fc.constantFrom(
    "value",
    "values",
    "pattern",
    "min",
    "max",
    "min_inclusive",
    "excluded",
    "required",
    "allowed",
    "constraints",
    "constraint",
    "expression",
    "root",
    "allow",
    "schemes",
    "allow_ports",
    "allow_domains",
    "deny_domains",
    "block_private",
  );
  const json = fc.jsonValue({ maxDepth: 3 });
  const rule = fc.oneof(json, fc.dictionary(keys, fc.oneof(json, fc.tuple(fc.nat(20), json))))
    .map(fromJson);
  const constraint = fc.tuple(fc.oneof(fc.constantFrom(...types), fc.nat(255)), rule);
  const started = performance.now();
  fc.assert(
    fc.property(constraint, constraint, rule, (parent, other, argument) => {
      const same: Constraint = [parent[0], other[1]];
      for (const one of [other, same, parent]) {
        if (narrows(parent, one) && matches(one, argument)) ok(matches(parent, argument));
      }
    }),
    { numRuns: 20_000 },
  );
  ok(performance.now() - started < 30_000, "it hangs");
});

Deno.test("Constraints nested deeper than 32 deny and do not exhaust the stack", async () => {
  for (const type of [12, 13, 14]) {
    let deep: Constraint = [16, null];
    for (let i = 0; i < 5000; i++) {
      const inner = deep as unknown as string;
      const held = type === 14 ? ["constraint", inner] : ["constraints", [inner]];
      deep = [type, new Map([held as [string, string]])];
    }
    await prepare([deep]);
    ok(!matches(deep, "a"));
    ok(!narrows(deep, deep));
  }
});
