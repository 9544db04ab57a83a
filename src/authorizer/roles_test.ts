import { deepEqual, equal, match } from "node:assert/strict";
import { evaluate } from "./evaluate.ts";
import { call, route, snapshot } from "./test_snapshot.ts";
import type { ToolCall } from "./tool_call.ts";

const routes = {
  Skill: route([]),
  TodoWrite: route([]),
  Agent: route([], { capability: "spawn_agent" }),
  Task: route([], { capability: "spawn_agent" }),
};
const roles = {
  researcher: { tools: ["Skill", "Nothing"], rule: "subagents.researcher", line: 20 },
  lead: { tools: ["Agent"], rule: "subagents.lead", line: 30 },
};
const policy = snapshot(routes, { roles });

type Row = readonly [tool: string, input: ToolCall["input"], more: Partial<ToolCall>, code: number];

const inside = (agentType: string) => ({ agentId: "a1", agentType });

const rows: readonly Row[] = [
  ["Skill", {}, {}, 0],
  ["Skill", {}, inside("researcher"), 0],
  ["Skill", {}, { agentType: "researcher" }, 0],
  ["TodoWrite", {}, {}, 0],
  ["TodoWrite", {}, inside("researcher"), 1500],
  ["TodoWrite", {}, { agentType: "researcher" }, 1500],
  ["Nothing", {}, inside("researcher"), 1500],
  ["Skill", {}, inside("Researcher"), 1500],
  ["Skill", {}, inside("other"), 1500],
  ["Skill", {}, inside(""), 1500],
  ["Skill", {}, inside("__proto__"), 1500],
  ["Skill", {}, { agentId: "a1" }, 1500],
  ["Agent", { subagent_type: "researcher" }, {}, 0],
  ["Task", { subagent_type: "researcher" }, {}, 0],
  ["Agent", { subagent_type: "other" }, {}, 1500],
  ["Agent", { subagent_type: "toString" }, {}, 1500],
  ["Agent", {}, {}, 1500],
  ["Agent", { subagent_type: ["researcher"] }, {}, 9013],
  ["Agent", { subagent_type: null }, {}, 9013],
  ["Agent", { subagent_type: "researcher" }, inside("lead"), 0],
  ["Task", { subagent_type: "researcher" }, inside("lead"), 0],
  ["Agent", { subagent_type: "other" }, inside("lead"), 1500],
  ["Agent", { subagent_type: "lead" }, inside("researcher"), 1500],
];

Deno.test("With declared subagents each has its own tools, and only they are spawned", async () => {
  for (const [tool, input, more, code] of rows) {
    const found = await evaluate(call(tool, input, more), policy);
    equal(found.code ?? 0, code, `${tool} ${JSON.stringify([input, more])}: ${found.reason}`);
  }
});

Deno.test("Without a declaration every subagent has what the session has", async () => {
  const flat = snapshot(routes);
  for (const [tool, input, more] of rows) {
    const { code } = await evaluate(call(tool, input, more), flat);
    equal(code, tool === "Nothing" ? 1500 : undefined, `${tool} ${JSON.stringify([input, more])}`);
  }
});

Deno.test("A spawn without a type starts the client's own, which must be declared", async () => {
  const own = { "general-purpose": { tools: [], rule: "subagents.general-purpose", line: 40 } };
  const open = snapshot(routes, { roles: { ...roles, ...own } });
  equal((await evaluate(call("Agent", { prompt: "x" }), open)).code, undefined);
  const none = snapshot(routes, { roles: {} });
  const { code, reference } = await evaluate(call("Agent", {}), none);
  deepEqual([code, reference], [1500, { rule: "subagents", line: 0 }]);
});

Deno.test("A refusal names the role's line", async () => {
  const beyond = await evaluate(call("TodoWrite", {}, inside("researcher")), policy);
  deepEqual(beyond.reference, { rule: "subagents.researcher", line: 20 });
  match(beyond.reason, /TodoWrite is not among the tools of the subagent type researcher/);
  match(beyond.reason, /rule subagents\.researcher at tenuo\.yaml:20; to change it/);
  const unknown = await evaluate(call("Skill", {}, inside("other")), policy);
  deepEqual(unknown.reference, { rule: "subagents", line: 20 });
  match(unknown.reason, /The subagent type "other" is not declared/);
});
