/** Whatever a command line is, it is judged without failing, in time that grows with its length. */
import { ok } from "node:assert/strict";
import fc from "fast-check";
import { commandProblem } from "../../src/shell/judge_command.ts";
import { longestLine } from "../../src/shell/shell_line.ts";
import { placeAt, verbsRule } from "../../src/shell/test_rules.ts";

const verbs = "ls grep find sed awk git curl tar jq date sort printf cat mytool uniq rg";
const rules = [
  verbsRule(verbs),
  verbsRule(verbs, { paths: ["/srv"], denyFlags: ["--output", "-x", "-exec"] }),
  { form: "shlex", entries: verbs.split(" ").map((verb) => [verb]) },
] as const;

const piece = fc.oneof(
  fc.constantFrom(
    ...verbs.split(" "),
    ..." '\"\\;|&$`<>(){}[]*?~!#=^-/.,:+@%\n\t",
    "--",
    "-e",
    "&&",
    ">/dev/null",
  ),
  fc.string({ unit: "binary", maxLength: 4 }),
);

Deno.test("No line makes the judge fail", () => {
  const line = fc.array(piece, { maxLength: 20 }).map((parts) => parts.join(""));
  fc.assert(
    fc.property(fc.constantFrom(...verbs.split(" "), ""), line, (verb, rest) => {
      for (const rule of rules) {
        const problem = commandProblem(`${verb} ${rest}`, rule, placeAt("/srv"));
        ok(problem === undefined || problem.message.length > 0);
      }
    }),
    { numRuns: 5000 },
  );
});

Deno.test("The longest lines of every shape are judged quickly", () => {
  const shapes: readonly [start: string, repeated: string, end: string][] = [
    ["ls ", "a", ""],
    ["ls ", "a ", ""],
    ["ls ", "'a'", ""],
    ["ls '", "a", ""],
    ['ls "', "\\", ""],
    ['ls "', "a\\\\", '"'],
    ["ls ", "\\a", ""],
    ["ls a", "~", ""],
    ["ls a", "=", ""],
    ["ls ", "a~b=", ""],
    ["ls ", "!", ""],
    ["ls ", "# ", ""],
    ["ls", ";ls", ""],
    ["ls", "|ls", ""],
    ["ls", "&&ls", ""],
    ["ls", " 2>/dev/null;ls", ""],
    ["ls ", "1", ">/dev/null"],
    ["ls >", " ", "x"],
    ["ls -", "a", ""],
    ["ls ", "--a ", ""],
    ["ls ", "--a=b ", ""],
    ["git log ", "-m ", ""],
    ["git ", "-c ", ""],
    ["find . ", "-exec", ""],
    ["find . ", "! ", ""],
    ["mytool ", "a:b/", ""],
    ["mytool ", "a=/b,", ""],
    ["mytool ", "-x", ""],
    ["sed '", "p;", "'"],
    ["sed '", "s/e/[", "'"],
    ["sed '", "{e", "'"],
    ["sed -e '", "/[[:alpha:]w", "'"],
    ["sed ", "-e p ", ""],
    ["awk '", "/a", "'"],
    ["awk '", "[[:a", "'"],
    ["awk '/", "[^a", "'"],
    ["awk '", "print ", "'"],
    ["awk '", '"a" ', "'"],
    ["curl ", "-d a=@ ", ""],
    ["jq '", "import", "'"],
    ["ls ", "\u00e9", ""],
    ["ls ", "\ud83d\ude00", ""],
    ["ls '", "\u00a0", "'"],
  ];
  for (const [start, repeated, end] of shapes) {
    const count = Math.floor((longestLine - start.length - end.length) / repeated.length);
    const line = start + repeated.repeat(count) + end;
    for (const rule of rules) {
      const began = performance.now();
      commandProblem(line, rule, placeAt("/srv"));
      const took = performance.now() - began;
      // Whatever is quadratic takes minutes here; a slow machine gets a wide margin.
      ok(took < 3000, `${JSON.stringify(line.slice(0, 30))} took ${took} ms (${rule.form})`);
    }
  }
});
