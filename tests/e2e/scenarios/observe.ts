import assert from "node:assert/strict";
import { bash, read, turn } from "../calls.ts";
import { callOf, decisionOf, resultOf } from "../expect.ts";
import { policy } from "../policy.ts";
import type { Scenario } from "../scenario.ts";
import type { Session } from "../session.ts";

/** The hook ran for the calls of the session and left no word on either stream. */
function saidNothing(session: Session): void {
  const runs = session.log.hooks.filter(({ event }) => event === "PreToolUse");
  assert.equal(runs.length, session.calls.length);
  for (const { stdout, stderr, exitCode } of runs) {
    assert.deepEqual({ stdout, stderr, exitCode }, { stdout: "", stderr: "", exitCode: 0 });
  }
  for (const { name, result } of session.calls) {
    assert.doesNotMatch(
      result?.content ?? "",
      /Tenuo (authorized|denied|hook)/,
      `${name} was answered by the hook`,
    );
  }
}

function everythingRuns(mode: string): Scenario {
  return {
    name: `In ${mode} mode everything runs, nothing is printed and the receipts say WOULD-DENY`,
    async run(stage) {
      const files = { "sandbox/notes.txt": "a note\n", "outside.txt": "out of the sandbox\n" };
      const project = await stage.project({ policy: policy({ mode }), files });
      const calls = [read("sandbox/notes.txt"), read("outside.txt"), bash("true; touch made")];
      const session = await stage.play(project, { turns: calls.map((call) => turn(call)) });
      saidNothing(session);
      assert.match(resultOf(callOf(session, 0)).content, /a note/);
      assert.match(resultOf(callOf(session, 1)).content, /out of the sandbox/);
      assert.equal(await project.exists("made"), true);
      const rows = await Promise.all(session.calls.map((call) => decisionOf(project, call)));
      assert.deepEqual(rows.map((row) => row.decision), ["allow", "deny", "deny"]);
      assert.deepEqual(rows.slice(1).map((row) => row.line), [
        project.line("Read:"),
        project.line("Bash:"),
      ]);
      const { code, stdout } = await project.command("audit");
      assert.equal(code, 0);
      assert.equal(stdout.match(/^WOULD-DENY /gm)?.length, 2, stdout);
    },
  };
}

export const observe: readonly Scenario[] = [
  everythingRuns("audit"),
  everythingRuns("dry-run"),
  {
    // An allow printed by the hook would take the place of the client's own question.
    name: "In audit mode the client still asks for its own permission",
    async run(stage) {
      const project = await stage.project({ policy: policy({ mode: "audit" }) });
      const session = await stage.play(project, {
        turns: [turn(bash("touch sandbox/made"))],
        skipPermissions: false,
      });
      saidNothing(session);
      assert.equal(resultOf(callOf(session, 0)).isError, true);
      assert.equal(await project.exists("sandbox/made"), false);
      assert.equal((await decisionOf(project, callOf(session, 0))).decision, "allow");
    },
  },
];
