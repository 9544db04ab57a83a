/** `_post` records what became of a call, never blocks and prints nothing. */
import { equal, match, ok } from "node:assert/strict";
import type { Receipt } from "../../src/receipts/receipt.ts";
import { narrow, Project } from "./project.ts";

function outcome(project: Project, members: Record<string, unknown>) {
  return { ...project.event("Read", {}), hook_event_name: "PostToolUse", ...members };
}

const secret = "ghp_0123456789abcdefghijABCDEFGHIJ";

/** Asks about the call of `before`, lets it end as `after` says and returns both rows. */
async function played(
  project: Project,
  before: Record<string, unknown>,
  after: Record<string, unknown> = {},
): Promise<readonly [Receipt, Receipt]> {
  const event = { ...project.event("Read", { file_path: project.path("sandbox/notes.txt") }) };
  await project.hook({ ...event, ...before });
  const decision = project.last();
  await project.post({ ...event, ...before, hook_event_name: "PostToolUse", ...after });
  return [decision, project.last()];
}

Deno.test("An outcome names its decision and agrees with it when what ran is what was authorized", async () => {
  await using project = await Project.create({ policy: `allow: [SendMessage]\n${narrow}` });
  const sent = { to: "x", summary: "s", message: "m" };
  const derived = { type: "message", recipient: "x", recipient_kind: "name", content: "m" };
  const path = project.path("sandbox/notes.txt");
  const rows: readonly (readonly [Record<string, unknown>, Record<string, unknown>])[] = [
    [{}, {}],
    [{ tool_use_id: "toolu_é\u0001" }, {}],
    [{ session_id: undefined }, {}],
    [{ tool_use_id: "toolu_".repeat(100), session_id: `token=${secret}` }, {}],
    [{ agent_id: "a1", agent_type: "researcher" }, {}],
    [{}, { hook_event_name: "PostToolUseFailure", error: "Exit code 3" }],
    [{ tool_input: { file_path: path, limit: 1, offset: 2 } }, {
      tool_input: { offset: 2, limit: 1, file_path: path },
    }],
    [{ tool_name: "SendMessage", tool_input: { ...sent, ...derived } }, { tool_input: sent }],
  ];
  for (const [before, after] of rows) {
    const [decision, row] = await played(project, before, after);
    const what = JSON.stringify([before, row]);
    equal(decision.decision, "allow", JSON.stringify(decision));
    equal(row.kind, "outcome", what);
    equal(row.of, decision.seq, what);
    equal(row.input, decision.input, what);
    equal(row.mismatch, undefined, what);
    equal(row.agent, before.agent_type, what);
    equal(row.agentId, before.agent_id, what);
  }
});

Deno.test("What ran and was not authorized so is marked", async () => {
  await using project = await Project.create();
  const outside = { file_path: "/etc/hosts" };
  const rows: readonly (readonly [Record<string, unknown>, Record<string, unknown>, string])[] = [
    [{}, { tool_input: outside }, "input"],
    [{}, { tool_input: undefined }, "input"],
    [{ tool_input: outside }, {}, "denied"],
    [{ tool_input: outside }, { tool_input: {} }, "denied"],
    [{}, { tool_use_id: "toolu_2" }, "unknown"],
    [{}, { tool_use_id: undefined }, "unknown"],
    [{}, { session_id: "session-2" }, "unknown"],
    [{}, { session_id: undefined }, "unknown"],
  ];
  for (const [before, after, mismatch] of rows) {
    const [decision, row] = await played(project, before, after);
    const what = JSON.stringify([before, after, row]);
    equal(row.mismatch, mismatch, what);
    equal(row.of, mismatch === "unknown" ? undefined : decision.seq, what);
    equal(row.input === decision.input, mismatch === "unknown" || !("tool_input" in after), what);
  }
});

Deno.test("Paths that were pinned are what is compared", async () => {
  await using project = await Project.create({
    policy: `pin_paths: true\n${narrow}`,
    links: { "sandbox/link.txt": "notes.txt" },
  });
  const link = { file_path: project.path("sandbox/link.txt") };
  const pinned = { file_path: project.path("sandbox/notes.txt") };
  const [, row] = await played(project, { tool_input: link }, { tool_input: pinned });
  equal(row.mismatch, undefined);
  const [, other] = await played(project, { tool_input: link }, { tool_input: link });
  equal(other.mismatch, "input", "The link that was sent is not what was authorized");
});

Deno.test("Under a policy that observes, a call that would be denied runs without a mismatch", async () => {
  await using project = await Project.create({ policy: `mode: audit\n${narrow}` });
  const [decision, row] = await played(project, { tool_input: { file_path: "/etc/hosts" } });
  equal(`${decision.decision} ${decision.observed}`, "deny true");
  equal(row.of, decision.seq);
  equal(row.mismatch, undefined);
});

Deno.test("A decision in a finished segment is found", async () => {
  await using project = await Project.create();
  const event = project.event("Read", { file_path: project.path("sandbox/notes.txt") });
  await project.hook(event);
  const { seq } = project.last();
  const log = project.state("receipts");
  Deno.renameSync(log, log.replace(".jsonl", ".000001.jsonl"));
  Deno.writeTextFileSync(log, "", { mode: 0o600 });
  await project.post({ ...event, hook_event_name: "PostToolUse" });
  const row = JSON.parse(Deno.readTextFileSync(log)) as Receipt;
  equal(row.of, seq);
  equal(row.seq, seq + 1);
  equal(row.mismatch, undefined);
});

Deno.test("An outcome is recorded with what the tool answered", async () => {
  await using project = await Project.create();
  const rows: readonly (readonly [Record<string, unknown>, readonly [string, string]])[] = [
    [{ tool_response: "done" }, ["ok", "done"]],
    [{ tool_response: { stdout: "hi" } }, ["ok", '{"stdout":"hi"}']],
    [{ tool_result: [1, 2] }, ["ok", "[1,2]"]],
    [{}, ["ok", ""]],
    [{ tool_response: null }, ["ok", "null"]],
    [{ hook_event_name: "PostToolUseFailure", error: "Exit code 3" }, ["failed", "Exit code 3"]],
  ];
  for (const [members, about] of rows) {
    const { code, stdout, stderr } = await project.post(outcome(project, members));
    equal(code, 0);
    equal(stdout + stderr, "");
    const receipt = project.last();
    equal(receipt.kind, "outcome");
    equal(receipt.call, "toolu_1");
    equal(receipt.tool, "Read");
    equal(`${receipt.outcome} ${receipt.preview}`, about.join(" "));
  }
});

Deno.test("What the tool answered is kept short, and secrets are masked", async () => {
  await using project = await Project.create();
  await project.post(outcome(project, { tool_response: `token=${secret} ${"x".repeat(100_000)}` }));
  const { preview = secret } = project.last();
  ok(!preview.includes(secret), preview);
  ok(preview.length < 300);
  await project.post(outcome(project, { tool_response: "x".repeat(950) + secret }));
  ok(!JSON.stringify(project.last()).includes("ghp_"));
  await project.post(outcome(project, { tool_response: `lone \ud800 surrogate` }));
  await project.post(outcome(project, { tool_response: "a\x1b[2J\u0000b" }));
  equal(project.last().kind, "outcome");
});

Deno.test("What the policy masks is masked in what the tool answered", async () => {
  const mask = "receipts: { mask: { names: [colour], patterns: ['badge-\\d+'] } }";
  await using project = await Project.create({ policy: `${mask}\n${narrow}` });
  const tool_input = { file_path: project.path("sandbox/notes.txt"), colour: "ultramarine" };
  await project.post(outcome(project, { tool_input, tool_response: "ultramarine badge-12 plain" }));
  equal(project.last().preview, "[secret] [secret] plain");
});

Deno.test("Whatever comes in, the tool's result stands and nothing is printed", async () => {
  await using project = await Project.create();
  const before = project.receipts().length;
  const inputs: readonly unknown[] = [
    "",
    "garbage",
    "[]",
    project.event("Read", {}),
    outcome(project, { hook_event_name: "SessionStart" }),
    outcome(project, { tool_name: 5 }),
    outcome(project, { session_id: {} }),
    "x".repeat((16 << 20) + 1),
  ];
  for (const input of inputs) {
    const { code, stdout, stderr } = await project.post(input);
    equal(code, 0);
    equal(stdout + stderr, "");
  }
  equal(project.receipts().length, before, "What is no outcome is not recorded as one");
  match(Deno.readTextFileSync(project.state("hookLog")), /outcome not recorded/);
  for (const args of [[], ["--project", "/nowhere"], ["--bad"]]) {
    equal((await project.post(outcome(project, {}), { args })).code, 0);
  }
  Deno.removeSync(project.state("receipts"));
  equal((await project.post(outcome(project, {}))).code, 0);
  Deno.removeSync(project.path(".state"), { recursive: true });
  const { code, stdout, stderr } = await project.post(outcome(project, {}));
  equal(code, 0);
  equal(stdout + stderr, "");
});

Deno.test("hook.log stays small and is not written through a link", async () => {
  await using project = await Project.create();
  const log = project.state("hookLog");
  Deno.symlinkSync(project.outside("target"), log);
  await project.post("garbage");
  equal([...Deno.readDirSync(project.outside(""))].some(({ name }) => name === "target"), false);
  Deno.removeSync(log);
  Deno.writeTextFileSync(log, "x".repeat(2 << 20));
  await project.post("garbage");
  equal(Deno.statSync(log).size, 2 << 20);
  Deno.removeSync(log);
  await project.post("garbage");
  equal((Deno.statSync(log).mode ?? 0) & 0o777, 0o600);
});
