/** How errors and warnings read. */
import { strictEqual as equal } from "node:assert/strict";
import { policyLines } from "./policy_lines.ts";

const text = `name: demo
enforce:
  Read: subpth:{sandbox}
  Bash: shlex:env
audit: [TodoWrite]
`;
const plain = { paint: (_: unknown, shown: string) => shown };
const coloured = { paint: (colour: string, shown: string) => `<${colour}>${shown}</>` };
const findings = {
  errors: [{
    file: "tenuo.yaml",
    line: 3,
    column: 9,
    where: "enforce.Read",
    text: "subpth",
    expected:
      "one of the constraint kinds subpath, shlex, pattern, oneof, notoneof, exact, regex, " +
      "range, urlpattern, cidr",
    suggestion: "subpath",
    phase: "mint" as const,
  }, {
    file: "tenuo.yaml",
    line: 0,
    column: 0,
    where: "",
    text: "x\x1b",
    expected: "text in UTF-8",
    phase: "load" as const,
  }],
  warnings: [{
    file: "tenuo.yaml",
    line: 4,
    column: 15,
    kind: "broad" as const,
    where: "enforce.Bash",
    message: "env starts any program; list the programs themselves",
  }, {
    file: "tenuo.yaml",
    line: 5,
    column: 1,
    kind: "deprecated" as const,
    where: "audit",
    message: "The old spelling of allow. Write allow: [TodoWrite]",
  }],
  textOf: () => text,
};

Deno.test("Each finding has its place, its line with carets, and what to write", () => {
  equal(
    policyLines(findings, plain).join("\n"),
    `\
error   tenuo.yaml:3:9  enforce.Read
    3 |   Read: subpth:{sandbox}
      |         ^^^^^^
        Expected one of the constraint kinds subpath, shlex, pattern, oneof, notoneof, exact, regex,
        range, urlpattern, cidr.
        Did you mean "subpath"?

error   tenuo.yaml
        "x\\u{1b}"
        Expected text in UTF-8.

warning tenuo.yaml:4:15  enforce.Bash  (broad)
    4 |   Bash: shlex:env
      |               ^^^
        env starts any program; list the programs themselves.

warning tenuo.yaml:5:1  audit  (deprecated)
    5 | audit: [TodoWrite]
      | ^^^^^
        The old spelling of allow. Write allow: [TodoWrite].

2 errors, 2 warnings`,
  );
});

Deno.test("Only the word, the place and the carets have a colour", () => {
  const [head, line, carets, message] = policyLines(
    { ...findings, errors: findings.errors.slice(0, 1), warnings: [] },
    coloured,
  );
  equal(head, "<red>error</>   <bold>tenuo.yaml:3:9  enforce.Read</>");
  equal(line, "    3 |   Read: subpth:{sandbox}");
  equal(carets, "<red>      |         ^^^^^^</>");
  equal(message?.startsWith("        Expected one of"), true);
});
