import assert from "node:assert/strict";
import { bash, read, turn } from "../calls.ts";
import { callOf, pause, ran, stopped, until } from "../expect.ts";
import { policy } from "../policy.ts";
import { CAN_LIST_PROCESSES, type Project } from "../project.ts";
import type { Scenario, Stage } from "../scenario.ts";

const PLAN = { policy: policy(), files: { "sandbox/notes.txt": "a note for the agent\n" } };
const CALLS = [read("sandbox/notes.txt"), bash("touch sandbox/made")];
const HOOK_ERROR = /Tenuo hook error \(fail-closed\): /;

/** Two granted calls are made after the change and neither may run. */
async function nothingRuns(
  stage: Stage,
  project: Project,
  change: () => Promise<void>,
  says?: RegExp,
): Promise<void> {
  const before = await stage.play(project, { turns: [turn(read("sandbox/notes.txt"))] });
  await ran(project, before, 0);
  await change();
  const session = await stage.play(project, { turns: CALLS.map((call) => turn(call)) });
  for (const index of CALLS.keys()) {
    assert.doesNotMatch(stopped(session, callOf(session, index), says), /a note for the agent/);
  }
  assert.equal(await project.exists("sandbox/made"), false);
}

/** The same in the middle of a session whose first call ran. */
async function nothingRunsAnyMore(
  stage: Stage,
  project: Project,
  change: () => Promise<void>,
  says?: RegExp,
): Promise<void> {
  const session = await stage.play(project, {
    turns: [turn(read("sandbox/notes.txt")), { calls: CALLS, before: change }],
  });
  await ran(project, session, 0);
  for (const index of [1, 2]) {
    assert.doesNotMatch(stopped(session, callOf(session, index), says), /a note for the agent/);
  }
  assert.equal(await project.exists("sandbox/made"), false);
}

async function replaceBinary(project: Project, script: string): Promise<void> {
  await Deno.remove(project.binary);
  await Deno.writeTextFile(project.binary, script, { mode: 0o755 });
}

/** Holds the lock of the receipts, so that a hook waits in the middle of its call. */
function holdReceipts(project: Project): Disposable {
  const file = Deno.openSync(project.path(".state/receipts.jsonl"), { read: true, append: true });
  file.lockSync(true);
  return file;
}

export const failures: readonly Scenario[] = [
  {
    name: "Nothing runs when tenuo.yaml has been moved away",
    async run(stage) {
      const project = await stage.project(PLAN);
      const away = () => Deno.rename(project.path("tenuo.yaml"), project.outside("away.yaml"));
      await nothingRuns(stage, project, away, /fail-closed.*Missing .*\/tenuo\.yaml/);
    },
  },
  {
    name: "Nothing runs while tenuo.yaml is away in mid-session, and calls run when it is back",
    async run(stage) {
      const project = await stage.project(PLAN);
      const [there, away] = [project.path("tenuo.yaml"), project.outside("away.yaml")];
      const session = await stage.play(project, {
        turns: [
          turn(read("sandbox/notes.txt")),
          { calls: CALLS, before: () => Deno.rename(there, away) },
          { calls: [bash("touch sandbox/back")], before: () => Deno.rename(away, there) },
        ],
      });
      await ran(project, session, 0);
      for (const index of [1, 2]) stopped(session, callOf(session, index), HOOK_ERROR);
      await ran(project, session, 3);
      assert.equal(await project.exists("sandbox/made"), false);
      assert.equal(await project.exists("sandbox/back"), true);
    },
  },
  {
    name: "Nothing runs when the warrant is not one",
    async run(stage) {
      const project = await stage.project(PLAN);
      await nothingRunsAnyMore(stage, project, () => project.write(".state/warrant.b64", "AAAA"));
    },
  },
  {
    name: "Nothing runs when no receipt can be written",
    async run(stage) {
      const project = await stage.project(PLAN);
      const receipts = project.path(".state/receipts.jsonl");
      // A folder in the file's place stops every user, root too.
      const change = async () => {
        await Deno.rename(receipts, project.outside("receipts.jsonl"));
        await Deno.mkdir(receipts);
      };
      await nothingRuns(stage, project, change, HOOK_ERROR);
    },
  },
  {
    name: "Nothing runs when the binary has been deleted",
    async run(stage) {
      const project = await stage.project({ ...PLAN, ownBinary: true });
      await nothingRuns(stage, project, () => Deno.remove(project.binary), /onFailure/);
    },
  },
  {
    name: "Nothing runs when the binary is deleted in mid-session",
    async run(stage) {
      const project = await stage.project({ ...PLAN, ownBinary: true });
      await nothingRunsAnyMore(stage, project, () => Deno.remove(project.binary), /onFailure/);
    },
  },
  {
    name: "Nothing runs when the binary has been replaced by one that exits 1",
    async run(stage) {
      const project = await stage.project({ ...PLAN, ownBinary: true });
      const replace = () => replaceBinary(project, "#!/bin/sh\nexit 1\n");
      await nothingRunsAnyMore(stage, project, replace, /onFailure/);
    },
  },
  {
    name: "A call does not run when its hook is killed in the middle",
    skip: () => CAN_LIST_PROCESSES ? undefined : "processes cannot be listed here",
    async run(stage) {
      const project = await stage.project(PLAN);
      let held: Disposable | undefined;
      const killed = {
        calls: [bash("touch sandbox/made")],
        before: () => Promise.resolve(void (held = holdReceipts(project))),
        async during() {
          using _released = held;
          const hook = await until("The hook", async () => (await project.hookProcesses())[0]);
          await pause(0.5);
          const waiting = await project.hookProcesses();
          assert.ok(waiting.includes(hook), "The hook did not wait for the receipts");
          Deno.kill(hook, "SIGKILL");
        },
      };
      const session = await stage.play(project, {
        turns: [turn(read("sandbox/notes.txt")), killed],
      });
      await ran(project, session, 0);
      stopped(session, callOf(session, 1), /onFailure/);
      assert.equal(await project.exists("sandbox/made"), false);
    },
  },
];
