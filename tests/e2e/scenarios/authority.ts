import assert from "node:assert/strict";
import { bash, read, turn } from "../calls.ts";
import { callOf, pause, ran, stopped } from "../expect.ts";
import { policy } from "../policy.ts";
import type { Project } from "../project.ts";
import type { Scenario } from "../scenario.ts";

const FILES = { "sandbox/notes.txt": "a note for the agent\n" };
const REVOKED = /Tenuo (denied|hook error).*revoked/i;

async function succeeds(project: Project, ...args: readonly string[]): Promise<void> {
  const { code, stdout, stderr } = await project.command(...args);
  assert.equal(code, 0, `${args.join(" ")} ended with ${code}\n${stdout}${stderr}`);
}

export const authority: readonly Scenario[] = [
  {
    name: "Nothing runs once the warrant has expired",
    async run(stage) {
      const project = await stage.project({
        policy: policy({ top: ["ttl_seconds: 1"] }),
        files: FILES,
      });
      await pause(2.5);
      const calls = [read("sandbox/notes.txt"), bash("touch sandbox/made")];
      const session = await stage.play(project, { turns: calls.map((call) => turn(call)) });
      for (const index of calls.keys()) {
        const content = stopped(
          session,
          callOf(session, index),
          /Tenuo (denied|hook error).*expired/i,
        );
        assert.doesNotMatch(content, /a note for the agent/);
      }
      assert.equal(await project.exists("sandbox/made"), false);
    },
  },
  {
    name: "Nothing runs once the warrant is revoked, a re-mint does not help, lifting it does",
    async run(stage) {
      const project = await stage.project({ policy: policy(), files: FILES });
      const session = await stage.play(project, {
        turns: [
          turn(read("sandbox/notes.txt")),
          {
            calls: [read("sandbox/notes.txt"), bash("touch sandbox/made")],
            before: () => succeeds(project, "revoke"),
          },
          { calls: [bash("touch sandbox/made")], before: () => succeeds(project, "refresh") },
          {
            calls: [bash("touch sandbox/lifted")],
            before: () => succeeds(project, "revoke", "--lift", "--yes"),
          },
        ],
      });
      await ran(project, session, 0);
      for (const index of [1, 2, 3]) {
        const content = stopped(session, callOf(session, index), REVOKED);
        assert.doesNotMatch(content, /a note for the agent/);
      }
      await ran(project, session, 4);
      assert.equal(await project.exists("sandbox/made"), false);
      assert.equal(await project.exists("sandbox/lifted"), true);
    },
  },
];
