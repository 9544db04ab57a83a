import assert from "node:assert/strict";
import fc from "fast-check";
import { matchesPattern } from "../constraints/pattern.ts";
import { escapeGlob, globProblem } from "./glob_syntax.ts";

Deno.test("globs the published library refuses are refused", () => {
  for (
    const glob of ["*", "/data/*", "a?b", "[abc]", "[!a]", "[]]", "[!]]", "**", "/a/**/b", "a]"]
  ) {
    assert.equal(globProblem(glob), undefined, glob);
  }
  for (const glob of ["", "a***", "a**", "**b", "[", "[a", "[]", "[!]", "x/[!"]) {
    assert.notEqual(globProblem(glob), undefined, glob);
  }
});

Deno.test("an escaped text is a glob for itself and nothing else", () => {
  const text = fc.string({ unit: fc.constantFrom("a", "b", "/", "*", "?", "[", "]", "!", "-") });
  fc.assert(fc.property(text, text, (one, other) => {
    const glob = escapeGlob(one);
    assert.equal(matchesPattern(glob, other), one === other);
    assert.equal(matchesPattern(glob, one), true);
    if (one !== "") assert.equal(globProblem(glob), undefined);
  }));
});
