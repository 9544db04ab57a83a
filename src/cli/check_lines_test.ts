/** How the findings of `check` read. */
import { strictEqual as equal } from "node:assert/strict";
import { checkLines } from "./check_lines.ts";
import { type CheckFinding, problem } from "./check_finding.ts";

const plain = { paint: (_: unknown, text: string) => text };

Deno.test("Findings are numbered, wrapped below themselves, and say what mends them", () => {
  const warning: CheckFinding = {
    subject: "policy",
    severity: "warning",
    place: "tenuo.yaml:5:1",
    message: "audit (deprecated): The old spelling of allow.\x1b[2J",
    mend: "edit tenuo.yaml line 5, then run tenuo-claude refresh",
  };
  const long = "/home/a person/project/.state/holder_key.b64 is open to other users (mode 644, " +
    "not 600), and its words go on.";
  const key = problem("modes", long, "chmod 600 '/home/a person/project/.state/holder_key.b64'");
  equal(
    checkLines([key, warning], plain).join("\n"),
    `\
1. problem /home/a person/project/.state/holder_key.b64 is open to other users (mode 644, not 600),
           and its words go on.
           mend: chmod 600 '/home/a person/project/.state/holder_key.b64'

2. warning tenuo.yaml:5:1: audit (deprecated): The old spelling of allow.\\x1b[2J
           mend: edit tenuo.yaml line 5, then run tenuo-claude refresh

1 problem, 1 warning`,
  );
  equal(checkLines([], plain).join("\n"), "All well");
});
