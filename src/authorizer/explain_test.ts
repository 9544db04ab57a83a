import { deepEqual, equal, match, ok } from "node:assert/strict";
import type { Snapshot } from "../policy/snapshot.ts";
import { explain, type Explanation } from "./explain.ts";
import { addRevoked, mint, prepareState, readHeld } from "./mint.ts";
import { authorize } from "./pipeline.ts";
import { base, type Ground, inProject } from "./test_mint.ts";
import { call } from "./test_snapshot.ts";
import type { ToolCall } from "./tool_call.ts";

interface Place {
  readonly ground: Ground;
  ask(tool: string, input: ToolCall["input"], more?: Partial<ToolCall>): Promise<Explanation>;
  hook(tool: string, input: ToolCall["input"]): ReturnType<typeof authorize>;
}

/** Runs `body` in a project whose policy is in force, with `change` made to its snapshot. */
async function withPolicy(
  body: (place: Place) => Promise<void>,
  change: Partial<Snapshot> = {},
): Promise<void> {
  await inProject(async (ground) => {
    const { project } = ground;
    prepareState(project);
    Deno.writeTextFileSync(`${project}/sandbox/a.txt`, "a\n");
    mint(project, await ground.compile(base, change), "init");
    const { root } = readHeld(project);
    const request = (one: ToolCall) => ({ locate: () => ({ project, root }), decode: () => one });
    await body({
      ground,
      ask: (tool, input, more) => explain(request(call(tool, input, { cwd: project, ...more }))),
      hook: (tool, input) => authorize(request(call(tool, input, { cwd: project }))),
    });
  });
}

function outcomes({ steps }: Explanation): Record<string, string> {
  return Object.fromEntries(steps.map(({ name, outcome }) => [name, outcome]));
}

function detail({ steps }: Explanation, name: string): string {
  return steps.find((step) => step.name === name)?.detail ?? "no such step";
}

/** Every file of the state, evidence included, by what it holds. */
function stateOf(project: string, folder = `${project}/.state`): Record<string, string> {
  const files: Record<string, string> = {};
  for (const { name, isDirectory } of Deno.readDirSync(folder)) {
    const path = `${folder}/${name}`;
    if (isDirectory) Object.assign(files, stateOf(project, path));
    else files[path] = `${Deno.statSync(path).mtime} ${Deno.readTextFileSync(path)}`;
  }
  return files;
}

Deno.test("A call that is allowed passes every step, and nothing is written", async () => {
  await withPolicy(async ({ ground: { project }, ask }) => {
    const before = stateOf(project);
    const found = await ask("Read", { file_path: "sandbox/./a.txt", encoding: "x" });
    deepEqual(stateOf(project), before);
    deepEqual(outcomes(found), {
      ...{ project: "ok", policy: "ok", call: "ok", warrant: "ok", route: "ok", role: "skipped" },
      ...{ input: "ok", "argument path": "ok", governance: "ok", "rule path": "ok" },
      ...{ address: "skipped", approval: "skipped", grant: "ok", proof: "ok", receipts: "ok" },
    });
    equal(found.evaluation.verdict, "allow");
    deepEqual(found.evaluation.args, { path: `${project}/sandbox/a.txt` });
    match(detail(found, "argument path"), /^"sandbox\/\.\/a\.txt", read as ".*\/sandbox\/a\.txt"$/);
    match(detail(found, "rule path"), /^subpath:\{sandbox\} at tenuo\.yaml:4$/);
    match(detail(found, "policy"), /serial 1, enforce, compiled /);
    match(detail(found, "warrant"), /^[0-9a-f]{32}, expires 20/);
    match(detail(found, "input"), /let pass: "encoding"/);
  });
});

Deno.test("A refusal ends at its step, in the hook's own words", async () => {
  const rows: readonly (readonly [tool: string, input: ToolCall["input"], step: string])[] = [
    ["Read", { file_path: "/etc/hosts" }, "rule path"],
    ["Read", { file_path: "a\0" }, "argument path"],
    ["Read", { file_path: "a", path: "b" }, "input"],
    ["Read", { file_path: ".state/holder_key.b64" }, "governance"],
    ["Nothing", {}, "route"],
    ["WebFetch", { url: "https://evil.example/" }, "rule host"],
    ["WebFetch", { url: "http://api.github.com/" }, "rule url"],
  ];
  await withPolicy(async ({ ask, hook }) => {
    for (const [tool, input, step] of rows) {
      const found = await ask(tool, input);
      const refused = found.steps.filter(({ outcome }) => outcome === "refused");
      deepEqual(refused.map(({ name }) => name), [step]);
      const after = found.steps.slice(found.steps.findIndex(({ name }) => name === step) + 1);
      ok(after.every(({ outcome }) => outcome === "skipped"), JSON.stringify(after));
      const answer = await hook(tool, input);
      equal(answer.verdict, "deny");
      if (answer.verdict !== "deny") continue;
      equal(found.evaluation.reason, answer.reason);
      equal(found.evaluation.code, answer.code);
    }
  });
});

Deno.test("Whatever stops every call is explained too", async () => {
  await withPolicy(async ({ ground: { project }, ask }) => {
    const read = () => ask("Read", { file_path: "sandbox/a.txt" });
    addRevoked(project, detail(await read(), "warrant").slice(0, 32));
    const revoked = await read();
    equal(outcomes(revoked).warrant, "refused");
    equal(revoked.evaluation.code, 1800);
    match(revoked.evaluation.reason, /revoke --lift/);
    Deno.writeTextFileSync(`${project}/tenuo.yaml`, "nonsense: [");
    equal(outcomes(await read()).policy, "refused");
    Deno.removeSync(`${project}/.state/policy.snapshot`);
    equal((await read()).evaluation.code, 9002);
  });
});

Deno.test("An edited policy and observing are said", async () => {
  await withPolicy(async ({ ground: { project }, ask }) => {
    Deno.writeTextFileSync(`${project}/tenuo.yaml`, `# edited\n${base}`);
    const found = await ask("Read", { file_path: "sandbox/a.txt" });
    match(detail(found, "policy"), /edited since, which tenuo-claude refresh puts in force/);
    equal(found.mode, "enforce", "Enforce wins until the edit is in force");
  }, { mode: "observe" });
});

Deno.test("Roles and their lines are named", async () => {
  const roles = { reader: { tools: ["Read"], rule: "subagents.reader", line: 9 } };
  await withPolicy(async ({ ask }) => {
    const input = { file_path: "sandbox/a.txt" };
    equal(detail(await ask("Read", input), "role"), "called by the session itself");
    const inside = await ask("Read", input, { agentType: "reader", agentId: "1" });
    equal(detail(inside, "role"), "subagents.reader at tenuo.yaml:9");
    equal(outcomes(await ask("Read", input, { agentType: "other" })).role, "refused");
  }, { roles });
});
