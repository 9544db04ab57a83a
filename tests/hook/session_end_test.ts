/** `_session_end` records the calls that nobody said the end of, and nothing else. */
import { deepEqual, equal, match, ok } from "node:assert/strict";
import { openKey } from "../../src/authorizer/authority.ts";
import { openOutcomeLog } from "../../src/authorizer/outcome_log.ts";
import { appendReceipt } from "../../src/receipts/log.ts";
import type { Receipt } from "../../src/receipts/receipt.ts";
import { narrow, Project } from "./project.ts";
import type { Outcome } from "./verdict.ts";

function end(project: Project, event: unknown): Promise<Outcome> {
  return project.post(event, { line: project.wired("SessionEnd") });
}

function endOf(session: string) {
  return { session_id: session, hook_event_name: "SessionEnd", reason: "other" };
}

/** A call of a tool that reads `file`. */
function call(project: Project, id: string, more: Record<string, unknown> = {}) {
  const file = project.path("sandbox/notes.txt");
  return { ...project.event("Read", { file_path: file }), tool_use_id: id, ...more };
}

/** Ends the session and returns the rows that this wrote. */
async function rowsOf(project: Project, session: string): Promise<readonly Receipt[]> {
  const before = project.receipts().length;
  const { code, stdout, stderr } = await end(project, endOf(session));
  equal(`${code} ${stdout}${stderr}`, "0 ");
  return project.receipts().slice(before);
}

Deno.test("An allow without an outcome when its session ends is recorded once", async () => {
  await using project = await Project.create();
  const inside = { agent_id: "a1", agent_type: "researcher" };
  await project.hook(call(project, "told"));
  await project.post(call(project, "told", { hook_event_name: "PostToolUse" }));
  await project.hook(call(project, "first"));
  const { seq: first } = project.last();
  await project.hook(call(project, "other", { session_id: "session-2" }));
  await project.hook(call(project, "denied", { tool_input: { file_path: "/etc/hosts" } }));
  await project.hook(call(project, "second", inside));
  const { seq: second } = project.last();

  const rows = await rowsOf(project, "session-1");
  deepEqual(rows.map(({ call, of }) => [call, of]), [["first", first], ["second", second]]);
  for (const row of rows) {
    equal(`${row.kind} ${row.outcome} ${row.door}`, "outcome unknown hook");
    equal(`${row.tool} ${row.session}`, "Read session-1");
    equal(row.reason, "The session ended without an outcome");
    equal(row.mismatch, undefined);
  }
  equal(`${rows[1]?.agent} ${rows[1]?.agentId}`, "researcher a1");

  deepEqual(await rowsOf(project, "session-1"), [], "It ends again");
  await project.hook(call(project, "resumed"));
  deepEqual((await rowsOf(project, "session-1")).map((row) => row.call), ["resumed"]);
  deepEqual((await rowsOf(project, "session-2")).map((row) => row.call), ["other"]);
  deepEqual(await rowsOf(project, "session-3"), []);
});

Deno.test("A call that a policy only observed ran as well", async () => {
  await using project = await Project.create({ policy: `mode: audit\n${narrow}` });
  await project.hook(call(project, "observed", { tool_input: { file_path: "/etc/hosts" } }));
  equal(project.last().decision, "deny");
  deepEqual((await rowsOf(project, "session-1")).map((row) => row.call), ["observed"]);
});

Deno.test("Of many rows only every few hundredth waits for the disk, and the last", async () => {
  await using project = await Project.create();
  await project.hook(call(project, "a"));
  const { session, tool, seq } = project.last();
  const log = openOutcomeLog({ project: project.root, root: project.pinned });
  const { syncDataSync } = Deno.FsFile.prototype;
  let syncs = 0;
  try {
    Deno.FsFile.prototype.syncDataSync = function () {
      syncs++;
      syncDataSync.call(this);
    };
    for (const isMore of [true, true, false]) {
      await log.append({ session, call: "a", tool, outcome: "unknown", of: seq }, isMore);
    }
  } finally {
    Deno.FsFile.prototype.syncDataSync = syncDataSync;
  }
  equal(syncs, 1);
  equal(project.receipts().length, 4);
});

Deno.test("A session with hundreds of open calls ends with a row for each", async () => {
  await using project = await Project.create();
  await project.hook(call(project, "call 0"));
  const { seq: _seq, prev: _prev, signature: _signature, ...draft } = project.last();
  const key = openKey({ project: project.root, root: project.pinned }, "receiptKey");
  const ids = Array.from({ length: 600 }, (_, index) => `call ${index}`);
  for (const id of ids.slice(1)) {
    appendReceipt(project.state("receipts"), { ...draft, call: id }, { key, sync: false });
  }
  deepEqual((await rowsOf(project, "session-1")).map(({ call }) => call), ids);
  deepEqual(await rowsOf(project, "session-1"), []);
});

Deno.test("Ends of one session at the same moment write each row once", async () => {
  await using project = await Project.create();
  for (const id of ["a", "b", "c"]) await project.hook(call(project, id));
  const before = project.receipts().length;
  await Promise.all(Array.from({ length: 4 }, () => end(project, endOf("session-1"))));
  deepEqual(project.receipts().slice(before).map((row) => row.call), ["a", "b", "c"]);
});

Deno.test("Whatever comes in, the session ends and nothing is printed", async () => {
  await using project = await Project.create();
  await project.hook(call(project, "a"));
  const before = project.receipts().length;
  const inputs: readonly unknown[] = [
    "",
    "garbage",
    "[]",
    { ...endOf("session-1"), hook_event_name: "Stop" },
    { hook_event_name: "SessionEnd" },
    { ...endOf("session-1"), session_id: 5 },
    call(project, "a"),
  ];
  for (const input of inputs) {
    const { code, stdout, stderr } = await end(project, input);
    equal(`${code} ${stdout}${stderr}`, "0 ");
  }
  equal(project.receipts().length, before);
  match(Deno.readTextFileSync(project.state("hookLog")), /end of the session not recorded/);
  Deno.removeSync(project.path(".state"), { recursive: true });
  const { code, stdout, stderr } = await end(project, endOf("session-1"));
  equal(`${code} ${stdout}${stderr}`, "0 ");
  ok(![...Deno.readDirSync(project.root)].some(({ name }) => name === ".state"));
});
