/** Recorded decisions of the published library, constraint by constraint. */
import { deepStrictEqual as deepEqual, ok, strictEqual as equal } from "node:assert/strict";
import { fromJson, matches, prepare } from "../../src/constraints/registry.ts";
import type { Constraint } from "../../src/protocol/warrant.ts";
import { minted, toolsOf } from "./minted.ts";
import { decisions } from "./vectors.ts";

const types = [...new Set(decisions.map(({ type }) => type))];

for (const type of types) {
  const rows = decisions.filter((row) => row.type === type);
  Deno.test(`Type ${type}: ${rows.length} decisions of the library`, async () => {
    for (const row of rows) {
      const written: Constraint = [type, fromJson(row.rule)];
      const text = JSON.stringify(row);
      // As the policy has it, and as it comes back from the wire.
      const read = minted({ tools: toolsOf({ t: { x: written } }) }).tools.get("t")?.get("x");
      ok(read, text);
      await prepare([written, read]);
      for (const constraint of [written, read]) {
        const decision = matches(constraint, fromJson(row.argument)) ? "allow" : "deny";
        equal(decision, row.here ?? row.library, text);
      }
    }
  });
}

Deno.test("Both answers are recorded for every type that is judged", () => {
  deepEqual(types.sort((a, b) => a - b), [1, 2, 3, 4, 5, 7, 8, 9, 13, 17, 18, 128]);
  for (const type of types) {
    for (const answer of ["allow", "deny"]) {
      const count = decisions.filter((row) => row.type === type && row.library === answer).length;
      ok(count >= 20, `${count} of type ${type}: ${answer}`);
    }
  }
});

Deno.test("This program is never wider than the library, and stricter for a reason", () => {
  for (const { library, here, why } of decisions) {
    equal(here === undefined, why === undefined);
    ok(here === undefined || (here === "deny" && library === "allow"), why);
  }
});
