import assert from "node:assert/strict";
import fc from "fast-check";
import { closest } from "./suggest.ts";

Deno.test("near words are suggested, far ones are not", () => {
  const kinds = ["subpath", "shlex", "pattern", "oneof", "notoneof"];
  assert.equal(closest("subpaht", kinds), "subpath");
  assert.equal(closest("Subpath", kinds), "subpath");
  assert.equal(closest("oneOf", kinds), "oneof");
  assert.equal(closest("python", kinds), undefined);
  assert.equal(closest("", kinds), undefined);
  assert.equal(closest("shlex", ["shlex"]), undefined);
  assert.equal(closest("x".repeat(100_000), kinds), undefined);
});

Deno.test("one swapped or lost letter is always found", () => {
  const word = fc.string({ minLength: 3, maxLength: 20 });
  fc.assert(fc.property(word, fc.nat(), (text, seed) => {
    const lower = text.toLowerCase();
    const at = seed % (lower.length - 1);
    const lost = lower.slice(0, at) + lower.slice(at + 1);
    if (lost !== lower) assert.equal(closest(lost, [lower]), lower);
  }));
});
