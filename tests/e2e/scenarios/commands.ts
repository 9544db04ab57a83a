import assert from "node:assert/strict";
import { bash, turn } from "../calls.ts";
import { callOf, denied, ran } from "../expect.ts";
import { policy, RULES } from "../policy.ts";
import type { Scenario } from "../scenario.ts";

const PLAN = { policy: policy(), files: { "sandbox/notes.txt": "a note\n" } };

export const commands: readonly Scenario[] = [
  {
    name: "Bash command with a granted verb runs",
    async run(stage) {
      const project = await stage.project(PLAN);
      const turns = [turn(bash("touch sandbox/made")), turn(bash("ls sandbox"))];
      const session = await stage.play(project, { turns });
      await ran(project, session, 0);
      assert.match(await ran(project, session, 1), /made\nnotes\.txt/);
      assert.equal(await project.exists("sandbox/made"), true);
    },
  },
  {
    name: "Bash `cat /etc/passwd` is blocked",
    async run(stage) {
      const project = await stage.project(PLAN);
      const session = await stage.play(project, { turns: [turn(bash("cat /etc/passwd"))] });
      const because = { rule: RULES.bash, line: project.line("Bash:") };
      const content = await denied(project, session, callOf(session, 0), because);
      assert.doesNotMatch(content, /root:/);
    },
  },
  {
    name: "Bash `ls; id` is blocked, and so is every other chain",
    async run(stage) {
      const project = await stage.project(PLAN);
      const chains = [
        "ls; id",
        "echo hi; touch sandbox/escaped",
        "echo hi && touch sandbox/escaped",
        "echo hi\ntouch sandbox/escaped",
        "echo $(touch sandbox/escaped)",
        "echo hi > sandbox/escaped",
      ];
      const turns = [turn(...chains.map(bash))];
      const session = await stage.play(project, { turns });
      const because = { rule: RULES.bash, line: project.line("Bash:") };
      for (const index of chains.keys()) {
        const content = await denied(project, session, callOf(session, index), because);
        assert.doesNotMatch(content, /uid=/);
      }
      assert.equal(await project.exists("sandbox/escaped"), false);
    },
  },
];
