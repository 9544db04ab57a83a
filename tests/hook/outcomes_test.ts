/** `_post` records what became of a call, never blocks and prints nothing. */
import { equal, match, ok } from "node:assert/strict";
import { Project } from "./project.ts";

function outcome(project: Project, members: Record<string, unknown>) {
  return { ...project.event("Read", {}), hook_event_name: "PostToolUse", ...members };
}

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
  const secret = "ghp_0123456789abcdefghijABCDEFGHIJ";
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
