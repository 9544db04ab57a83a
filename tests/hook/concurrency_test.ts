/** Hooks beside hooks and beside mints: no receipt is lost, no call is refused by chance. */
import { deepEqual, equal, ok } from "node:assert/strict";
import { putSnapshot, snapshotOf } from "./forge.ts";
import { Project } from "./project.ts";

function inside(project: Project, call: string) {
  const event = project.event("Read", { file_path: project.path("sandbox/notes.txt") });
  return project.hook({ ...event, tool_use_id: call });
}

for (const count of [2, 16]) {
  Deno.test(`${count} hooks at once: each is recorded once, in one chain`, async () => {
    await using project = await Project.create();
    const calls = Array.from({ length: count }, (_, i) => `call-${i}`);
    const verdicts = await Promise.all(calls.map((call) => inside(project, call)));
    for (const { decision, stderr } of verdicts) equal(decision, "allow", stderr);
    const recorded = project.receipts().flatMap(({ call }) => call ?? []);
    deepEqual(recorded.toSorted(), calls.toSorted());
  });
}

Deno.test("Hooks beside outcomes and commands keep one chain", async () => {
  await using project = await Project.create();
  const outcome = { ...project.event("Read", {}), hook_event_name: "PostToolUse" };
  const before = project.receipts().length;
  const runs = Array.from({ length: 4 }, (_, i) => [
    inside(project, `call-${i}`),
    project.post({ ...outcome, tool_response: "x" }),
    project.hook("garbage"),
  ]);
  await Promise.all(runs.flat());
  equal(project.receipts().length, before + 12);
});

Deno.test("Mints beside hooks refuse no call by chance", async () => {
  await using project = await Project.create();
  let done = false;
  const mints = (async () => {
    let count = 0;
    for (; !done; count++) await project.must("refresh");
    return count;
  })();
  const loop = async (name: string) => {
    for (let i = 0; i < 15; i++) {
      const { decision, stderr } = await inside(project, `${name}-${i}`);
      equal(decision, "allow", stderr);
    }
  };
  try {
    await Promise.all([loop("a"), loop("b"), loop("c")]);
  } finally {
    done = true;
  }
  ok(await mints > 3, "There were mints in between");
  equal(project.receipts().filter(({ kind }) => kind === "decision").length, 45);
});

Deno.test("A mint that the disk holds up refuses no call", async () => {
  await using project = await Project.create();
  const { snapshot } = snapshotOf(project);
  for (const delay of [50, 200, 350]) {
    putSnapshot(project, { ...snapshot, serial: snapshot.serial + 1 });
    const verdict = inside(project, `beside-${delay}`);
    await new Promise((done) => setTimeout(done, delay));
    putSnapshot(project, snapshot);
    const { decision, stderr } = await verdict;
    equal(decision, "allow", stderr);
  }
});

Deno.test("Mints at once leave a whole state behind", async () => {
  await using project = await Project.create();
  for (let round = 0; round < 4; round++) {
    const outcomes = await Promise.all([1, 2, 3].map(() => project.command("refresh")));
    for (const { code, stderr } of outcomes) equal(code, 0, stderr);
    equal((await inside(project, `round-${round}`)).decision, "allow");
  }
  const left = [...Deno.readDirSync(project.path(".state"))].map(({ name }) => name);
  deepEqual(left.filter((name) => name.endsWith(".new")), [], "No half-written file stays");
  const serials = project.receipts().filter(({ kind }) => kind === "act")
    .map(({ serial }) => serial);
  equal(new Set(serials).size, serials.length, `Each mint has a serial of its own: ${serials}`);
});

Deno.test("The first inits at once agree on one authority", async () => {
  for (let round = 0; round < 4; round++) {
    await using project = await Project.create({ init: false });
    const outcomes = await Promise.all([1, 2, 3].map(() => project.command("init")));
    for (const { code, stderr } of outcomes) equal(code, 0, stderr);
    equal(project.wired("PreToolUse").at(-1), project.pinned, "The wiring pins the one root");
    const { decision, stderr } = await inside(project, "after");
    equal(decision, "allow", stderr);
  }
});

Deno.test("A revocation beside mints is not lost", async () => {
  await using project = await Project.create();
  for (let round = 0; round < 5; round++) {
    await Promise.all([project.must("revoke"), project.must("refresh"), project.must("refresh")]);
    equal((await inside(project, `round-${round}`)).decision, "deny", `Round ${round}`);
    await project.must("revoke", "--lift", "--yes");
    equal((await inside(project, `lifted-${round}`)).decision, "allow");
  }
});
