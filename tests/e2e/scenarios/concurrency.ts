import assert from "node:assert/strict";
import { agent, bash, read, turn } from "../calls.ts";
import { callOf, decisionOf, denied, ran, resultOf } from "../expect.ts";
import { policy, RULES } from "../policy.ts";
import { chainFaults } from "../receipts.ts";
import type { Scenario } from "../scenario.ts";

const ROUNDS = 3;

export const concurrency: readonly Scenario[] = [
  {
    name: "Parallel calls of a turn all get receipts and the chain has no gap",
    async run(stage) {
      const files = { "sandbox/notes.txt": "a note for the agent\n" };
      const project = await stage.project({ policy: policy(), files });
      const round = turn(read("sandbox/notes.txt"), read("/etc/hosts"), bash("echo hi"));
      const session = await stage.play(project, {
        turns: Array.from({ length: ROUNDS }, () => round),
      });
      for (let first = 0; first < ROUNDS * 3; first += 3) {
        await ran(project, session, first);
        const because = { rule: RULES.read, line: project.line("Read:") };
        await denied(project, session, callOf(session, first + 1), because);
        await ran(project, session, first + 2);
      }
      const rows = await project.receipts();
      // Two rows for each call that ran, one for each that did not.
      assert.equal(rows.filter((row) => row.session === session.id).length, ROUNDS * 5);
      assert.deepEqual(chainFaults(rows), []);
    },
  },
  {
    name: "The calls of a subagent are governed like the session's own",
    async run(stage) {
      const project = await stage.project({
        policy: policy({ top: ["allow: [Agent]"] }),
        files: { "sandbox/notes.txt": "a note for the agent\n" },
      });
      const steps = [read("sandbox/notes.txt"), read("/etc/hosts"), bash("cat /etc/passwd")];
      const session = await stage.play(project, {
        turns: [turn(agent("Play the part of the subagent."))],
        agents: { "Play the part of the subagent.": steps.map((step) => turn(step)) },
      });
      await ran(project, session, 0);
      const [inside, hosts, passwd] = session.agentCalls;
      assert.ok(inside && hosts && passwd, "The subagent did not make its three calls");
      assert.match(resultOf(inside).content, /a note for the agent/);
      assert.equal((await decisionOf(project, inside)).decision, "allow");
      const reading = { rule: RULES.read, line: project.line("Read:") };
      assert.doesNotMatch(await denied(project, session, hosts, reading), /localhost/);
      const running = { rule: RULES.bash, line: project.line("Bash:") };
      assert.doesNotMatch(await denied(project, session, passwd, running), /root:/);
    },
  },
];
