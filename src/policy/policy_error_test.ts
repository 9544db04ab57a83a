import assert from "node:assert/strict";
import { describeFinding, type Finding, PolicyError, quoteText } from "./policy_error.ts";

const finding: Finding = {
  file: "tenuo.yaml",
  line: 7,
  column: 9,
  where: "enforce.Read",
  text: "subpaht:x",
  expected: "a constraint",
  suggestion: "subpath:x",
  phase: "mint",
};

Deno.test("a finding reads: place, key, text, what was expected, a suggestion", () => {
  assert.equal(
    describeFinding(finding),
    'tenuo.yaml:7:9: enforce.Read: "subpaht:x": expected a constraint; did you mean "subpath:x"?',
  );
  const bare: Finding = {
    file: "tenuo.yaml",
    line: 0,
    column: 0,
    where: "",
    text: "",
    expected: "a regular file",
    phase: "load",
  };
  assert.equal(describeFinding(bare), "tenuo.yaml: expected a regular file");
});

Deno.test("text from the file cannot act on a terminal", () => {
  assert.equal(quoteText('a\x1b[2J"\u202e\\'), '"a\\u{1b}[2J\\"\\u{202e}\\\\"');
  assert.equal(quoteText("x".repeat(5000)).length, 80 + 5);
});

Deno.test("the message lists all findings, the phase is the earliest", () => {
  assert.equal(new PolicyError([finding]).message, describeFinding(finding));
  const both = new PolicyError([finding, { ...finding, line: 8, phase: "load" }]);
  assert.equal(both.message.split("\n").length, 3);
  assert.equal(both.phase, "load");
  assert.equal(new PolicyError([finding]).phase, "mint");
  assert.match(new PolicyError(Array(60).fill(finding)).message, /\n {2}and 10 more$/);
});

Deno.test("a missing policy has its own words", () => {
  const error = PolicyError.missing("/p/tenuo.yaml");
  assert.equal(error.message, "Missing /p/tenuo.yaml");
  assert.equal(error.missing, true);
  assert.equal(error.phase, "load");
});
