/** Honest receipts of every kind that rests on more than the arguments: none may be called false. */
import { deepEqual, equal } from "node:assert/strict";
import type { Answer } from "../../src/authorizer/pipeline.ts";
import { amendRoutes, type Honest, inHonest } from "./honest_project.ts";

const policy = `sandbox: ./sandbox
allow: [Skill, mcp__s__free]
deny: [WebSearch]
enforce:
  Read: "subpath:{sandbox}"
  Write: "subpath:{sandbox}"
  Grep: "subpath:{sandbox}"
  Glob: "subpath:{sandbox}"
  Bash: "shlex:ls,cat"
  WebFetch: { domains: ["*.example.com"] }
`;
const roles = `subagents: { Explore: { tools: [Read, Grep, Agent] } }\n`;

/** The code of a refusal, 0 for an allow, -1 for silence. */
function codeOf(answer: Answer): number {
  return answer.verdict === "deny" ? answer.code : answer.verdict === "allow" ? 0 : -1;
}

/** Codes of these calls, one after the other. */
async function codes(
  project: Honest,
  ...calls: readonly (readonly [string, Record<string, unknown>, Record<string, unknown>?])[]
): Promise<number[]> {
  const found: number[] = [];
  for (const call of calls) found.push(codeOf(await project.ask(...call)));
  return found;
}

const inside = (project: Honest) => ({ file_path: `${project.project}/sandbox/notes.txt` });

Deno.test("Roles: declared, undeclared, nested, spawned, masked", () =>
  inHonest(async (project) => {
    await project.govern(policy + roles);
    const notes = inside(project);
    const secret = "ghp_0123456789abcdefghijABCDEFGHIJ456789";
    const explore = { agent_type: "Explore", agent_id: "a1" };
    deepEqual(
      await codes(
        project,
        ["Read", notes],
        ["Read", notes, explore],
        ["Read", notes, { ...explore, agent_id: secret }],
        ["Bash", { command: "ls" }, explore],
        ["Bash", { command: "ls" }, { agent_type: "Other", agent_id: "a2" }],
        ["Read", notes, { agent_id: "a3" }],
        ["Read", notes, { agent_type: secret }],
        ["Agent", { prompt: "x", subagent_type: "Explore" }],
        ["Agent", { prompt: "x", subagent_type: "Explore" }, explore],
        ["Agent", { prompt: "x", subagent_type: "Other" }],
        ["Agent", { prompt: "x", subagent_type: "Other" }, explore],
        ["Agent", { prompt: "x", subagent_type: 5 }],
        ["Agent", { prompt: "x", subagent_type: "Other" }, { agent_type: secret }],
        ["Task", { prompt: "x" }],
      ),
      [0, 0, 0, 1500, 1500, 1500, 1500, 0, 0, 1500, 1500, 9013, 1500, 1500],
    );
    await project.requireProven();
  }));

Deno.test("Names of roles and tools that are masked or cut do not make an allow false", () =>
  inHonest(async (project) => {
    const long = `mcp__s__${"x".repeat(300)}`; // longer than any that can be granted
    const key = "mcp__s__ACME-12345678";
    await project.govern(
      `allow: [${key}]\nenforce: { Read: "subpath:{sandbox}" }\n` +
        `subagents: { "ACME-00000001": { tools: [Read, ${key}] } }\n` +
        `receipts: { mask: { patterns: ["ACME-[0-9]{8}"] } }\n`,
    );
    const agent = { agent_type: "ACME-00000001", agent_id: "a1" };
    deepEqual(
      await codes(
        project,
        [long, {}],
        [key, {}],
        ["mcp__s__ACME-87654321", {}],
        ["Read", inside(project), agent],
        [key, {}, agent],
        ["Read", { file_path: "/etc/hosts" }, agent],
        [long, {}, agent],
        ["Read", inside(project), { agent_type: "ACME-00000002" }],
      ),
      [1500, 0, 1500, 0, 0, 1501, 1500, 1500],
    );
    const { counts } = await project.requireProven();
    equal(counts.masked, 3);
  }));

Deno.test("What is refused before, beside and after the rules", () =>
  inHonest(async (project) => {
    await project.govern(policy);
    const { project: root } = project;
    deepEqual(
      await codes(
        project,
        ["Write", { file_path: `${root}/.state/x`, content: "" }],
        ["Write", { file_path: `${root}/tenuo.yaml`, content: "" }],
        ["Bash", { command: `cat ${root}/.state/holder_key.b64` }],
        ["Bash", { command: "ls; id" }],
        ["Bash", { command: "ls", dangerouslyDisableSandbox: true }],
        ["Bash", { command: "" }],
        ["WebSearch", { query: "x" }],
        ["Nothing", {}],
        ["mcp__s__free", { path: `${root}/.state/x` }],
        ["mcp__s__free", { anything: [1, -0] }],
        ["Grep", { pattern: "x", path: `${root}/sandbox`, glob: "*.ts" }],
        ["Grep", { pattern: "x", path: `${root}/sandbox`, glob: "../*" }],
        ["Grep", { pattern: "x" }],
        ["Glob", { pattern: "/etc/*", path: `${root}/sandbox` }],
        ["Glob", { pattern: `${root}/sandbox/**`, path: `${root}/sandbox` }],
        ["WebFetch", { url: "https://a.example.com/", prompt: "x" }],
        ["WebFetch", { url: "https://u:p@a.example.com/", prompt: "x" }],
        ["WebFetch", { url: "https://a.example.com:8443/", prompt: "x" }],
        ["WebFetch", { url: "https://127.0.0.1/", prompt: "x" }],
        ["Read", { ...inside(project), File_Path: "/etc/hosts" }],
        ["Read", { ...inside(project), more: 1 }],
        ["Read", { file_path: 5 }],
        ["Read", { file_path: `${root}/sandbox/${"ü".repeat(100)}😀` }],
        ["Read", { file_path: `${root}/sandbox/token=hunter2hunter2` }],
        ["Bash", { command: `cat ${"x ".repeat(5000)}` }],
        ["Read", inside(project), { tool_use_id: 5 }],
      ),
      [
        ...[9007, 9007, 9007, 1501, 1501, 1501, 1500, 1500, 9007, 0, 0, 9013, 1501, 1501, 0, 0],
        ...[9013, 1501, 1501, 9013, 0, 9013, 0, 0, 0, 9001],
      ],
    );
    for (const text of ["", "{", "[]", "{}", '{"hook_event_name":"PreToolUse"}']) {
      equal(codeOf(await project.raw(text)), 9001);
    }
    const { counts } = await project.requireProven();
    equal(counts.masked, 2);
  }));

Deno.test("Approvals, closed tools, resolved hosts, strict input, pinned paths, deferred grants", () =>
  inHonest(async (project) => {
    const gate = { threshold: 1, rule: "approval", line: 11 };
    await project.govern(
      `enforce:\n  Read: "subpath:{sandbox}"\n  Write: { subpath: ["{sandbox}"], ` +
        `approval: { threshold: 2, exempt: "subpath:{sandbox}/sub" } }\n` +
        `  WebFetch: { domains: ["*.invalid"], resolve: true }\n` +
        `mcp: { enforce: { pay: { args: { amount: "range:1,100", note: any } }, ` +
        `drop: { args: { target: any }, approval: { threshold: 1 } } } }\n` +
        `pin_paths: true\nstrict_input: true\non_grant: defer\n`,
      {},
    );
    const { project: root } = project;
    const pay = "mcp__tenuo-files__pay";
    deepEqual(
      await codes(
        project,
        ["Write", { file_path: `${root}/sandbox/sub/b.txt`, content: "" }],
        ["Write", { file_path: `${root}/sandbox/b.txt`, content: "" }],
        ["Write", { file_path: `/etc/b.txt`, content: "" }],
        ["WebFetch", { url: "https://a.invalid/", prompt: "x" }],
        [pay, { amount: 5 }],
        [pay, { amount: 5.5, note: { b: [1, -0, 1e300, 2 ** 60, null, "ü"], "10": 1, "9": 2 } }],
        [pay, { amount: 500 }],
        [pay, { amount: 5, force: true }],
        [pay, { amount: "5" }],
        ["mcp__tenuo-files__drop", { target: "x" }],
        ["Read", { file_path: `${root}/sandbox/sub/../notes.txt` }],
        ["Read", { file_path: `${root}/sandbox/notes.txt`, more: 1 }],
      ),
      [0, 1707, 1501, 1501, 0, 0, 1501, 1501, 1501, 1707, 0, 9013],
    );
    amendRoutes(project, "mcp__tenuo-files__drop", { approval: { ...gate, exempt: [] } });
    deepEqual(await codes(project, ["mcp__tenuo-files__drop", { target: "x" }]), [1707]);
    await project.requireProven();
  }));
