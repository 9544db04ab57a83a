/** How an explanation reads. */
import { strictEqual as equal } from "node:assert/strict";
import { type Explained, explainLines } from "./explain_lines.ts";

const plain = { paint: (_: unknown, text: string) => text };
const denied: Explained = {
  call: { door: "hook", tool: "Bash", input: { command: "ls; id" }, cwd: "/home/me/project" },
  source: "in force",
  mode: "enforce",
  steps: [
    { name: "project", outcome: "ok", detail: "/home/me/project" },
    { name: "role", outcome: "skipped", detail: "not needed" },
    { name: "rule command", outcome: "refused", detail: 'it has ";"' },
    { name: "grant", outcome: "skipped", detail: "not reached" },
    { name: "proof", outcome: "skipped", detail: "not reached" },
  ],
  evaluation: {
    verdict: "deny",
    reason: 'Tenuo denied Bash: command "ls; id": it has ";" (rule shlex:ls at tenuo.yaml:7; to ' +
      "change it, a person edits tenuo.yaml and runs tenuo-claude refresh)",
    code: 1501,
    reference: { rule: "shlex:ls", line: 7 },
  },
};
const allowed: Explained = {
  ...denied,
  steps: denied.steps.slice(0, 2),
  evaluation: {
    verdict: "allow",
    reason: "Tenuo authorized: Bash",
    reference: { rule: "shlex:ls", line: 7 },
  },
};

function shown(explained: Explained): string {
  return explainLines(explained, plain).join("\n");
}

Deno.test("A refusal shows the steps that were taken, the one that refused and the sentence", () => {
  equal(
    shown(denied),
    `\
Bash {"command":"ls; id"}

ok       project       /home/me/project
refused  rule command  it has ";"
skipped  the rest      grant, proof

DENY     Tenuo denied Bash: command "ls; id": it has ";" (rule shlex:ls at tenuo.yaml:7; to change
         it, a person edits tenuo.yaml and runs tenuo-claude refresh)`,
  );
});

Deno.test("A grant names its rule, and what refresh or the mode would change", () => {
  equal(
    shown({ ...allowed, mode: "observe", afterRefresh: denied.evaluation }),
    `\
Bash {"command":"ls; id"}

ok       project  /home/me/project

ALLOW    Tenuo authorized: Bash
rule     shlex:ls at tenuo.yaml:7
mode     The policy only observes: the call runs, and the verdict is recorded.
note     tenuo.yaml was edited; the rules above are those of the last refresh. After tenuo-claude
         refresh it is deny: Tenuo denied Bash: command "ls; id": it has ";" (rule shlex:ls at
         tenuo.yaml:7; to change it, a person edits tenuo.yaml and runs tenuo-claude refresh)`,
  );
});

Deno.test("Without state there are no steps, and what a terminal obeys is shown", () => {
  const input = { command: "ls \x1b[2J" };
  const call = { ...denied.call, tool: "Ba\u202esh", input };
  equal(
    shown({ ...allowed, call, source: "files", steps: [] }),
    `\
Ba\\u{202e}sh {"command":"ls \\u001b[2J"}

ALLOW    Tenuo authorized: Bash
rule     shlex:ls at tenuo.yaml:7
note     There is no .state here: this is what the policy files say, not what is in force. Run
         tenuo-claude init.`,
  );
});
