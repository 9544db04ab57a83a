import assert from "node:assert/strict";
import { parse } from "yaml";
import { clientTools, harnessClient, harnessTools, renderHarnessTools } from "./harness_tools.ts";
import { nativeTools } from "./tools.ts";

const file = new URL("../../policy/harness_tools.yaml", import.meta.url);

const named = (wanted: string) =>
  [...clientTools].filter(([, tool]) => tool.class === wanted).map(([name]) => name);

Deno.test("policy/harness_tools.yaml is what this table renders to", () => {
  assert.equal(Deno.readTextFileSync(file), renderHarnessTools());
  assert.deepEqual(parse(renderHarnessTools()), {
    client: harnessClient,
    tools: [...harnessTools],
    governed: named("governed"),
    spawn: named("spawn"),
    unlisted: named("unlisted"),
  });
});

Deno.test("the bundle has each tool once, and none that runs commands or opens files", () => {
  assert.equal(new Set(harnessTools).size, harnessTools.length);
  for (const tool of harnessTools) {
    const native = nativeTools.get(tool);
    assert.notEqual(native?.isShell, true, tool);
    assert.ok(native === undefined || native.access === "none", tool);
  }
});

// As the client announces them, at once or deferred, and the older names it still takes.
const announced =
  "Agent Bash CronCreate CronDelete CronList Edit EnterWorktree ExitWorktree ListAgents Monitor " +
  "NotebookEdit Read ReportFindings ScheduleWakeup SendMessage Skill TaskStop WebFetch WebSearch " +
  "Workflow Write ToolSearch DeferredToolPlaceholder TaskCreate TaskUpdate TaskList TaskGet " +
  "TodoWrite AskUserQuestion EnterPlanMode ExitPlanMode Glob Grep MultiEdit TaskOutput BashOutput " +
  "KillShell PowerShell Task";

Deno.test("every tool of the client is classified, with one sentence each", () => {
  for (const name of announced.split(" ")) assert.ok(clientTools.has(name), name);
  for (const [name, { reason }] of clientTools) assert.match(reason, /^[A-Z].*\.$/, name);
});

Deno.test("what has a rule of its own, starts agents or runs commands is classified as that", () => {
  for (const { name, isSpawn, isShell, access } of nativeTools.values()) {
    const expected = isSpawn ? "spawn" : name === "WebSearch" ? "granted" : "governed";
    assert.equal(clientTools.get(name)?.class, expected, name);
    if (isShell || access !== "none") assert.equal(expected, "governed", name);
  }
  assert.deepEqual(
    named("governed").filter((name) => !nativeTools.has(name)),
    [],
  );
});
