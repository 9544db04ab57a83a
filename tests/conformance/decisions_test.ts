/** Rows of decisions, each through the whole pipeline in a project of its own. */
import { equal, ok } from "node:assert/strict";
import { dirname } from "node:path";
import { mint, newAuthority, prepareState, readHeld } from "../../src/authorizer/mint.ts";
import { authorize } from "../../src/authorizer/pipeline.ts";
import { parseEvent, toolCallOf } from "../../src/hook/event.ts";
import { compilePolicy } from "../../src/policy/compile.ts";
import { loadPolicy } from "../../src/policy/load.ts";
import { PolicyError } from "../../src/policy/policy_error.ts";
import { resolveSandbox } from "../../src/policy/sandbox.ts";
import { statePath } from "../../src/state/layout.ts";
import { type DecisionRow, decisionRows as rows, filled } from "./decision_rows.ts";

/** Rows that cannot be played, and why. */
const unplayed: Readonly<Record<string, string>> = {
  "fail-002": "no authorizer that hooks depend on can be late: they decide by themselves",
};

/** Rows that are decided otherwise on purpose (docs/COMPATIBILITY.md), and why. */
const otherwise: Readonly<Record<string, readonly [Result, string]>> = {
  "sh-048": ["deny", "bash expands the braces and sh does not"],
};

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** What a row comes to here. */
type Result = "allow" | "deny" | "passthrough" | "policy_error";

function put(project: string, row: DecisionRow): void {
  const files = ["sandbox/notes.txt", "sandbox/sub/a.txt", "outside.txt", "sandbox-evil/x.txt"];
  for (const file of files) {
    Deno.mkdirSync(dirname(`${project}/${file}`), { recursive: true });
    Deno.writeTextFileSync(`${project}/${file}`, "text\n");
  }
  for (const [name, to] of Object.entries(row.fs?.links ?? {})) {
    Deno.symlinkSync(to, `${project}/${name}`);
  }
  // JSON is YAML.
  Deno.writeTextFileSync(`${project}/tenuo.yaml`, JSON.stringify(row.policy, null, 1));
  for (const [name, overlay] of Object.entries(row.overlays ?? {})) {
    Deno.writeTextFileSync(`${project}/${name}`, JSON.stringify(overlay, null, 1));
  }
}

async function establish(project: string, home: string): Promise<string> {
  const policy = await loadPolicy(project);
  const stateDir = `${project}/.state`;
  prepareState(project);
  const { snapshot } = await compilePolicy(policy, {
    project,
    home,
    stateDir,
    binary: "/opt/tenuo-claude",
    sources: [],
    authority: newAuthority(),
    serial: 1,
    issuedAt: 1,
    sandboxRealPath: resolveSandbox(policy, { project, stateDir }),
  });
  mint(project, snapshot, "init");
  return readHeld(project).root;
}

/** Rows name tools of the one MCP server as that server does. */
function isOfServer({ tool, channel, policy }: DecisionRow): boolean {
  const enforce = isMap(policy.mcp) && isMap(policy.mcp.enforce) ? policy.mcp.enforce : {};
  return channel === "mcp_proxy" || Object.hasOwn(enforce, tool);
}

async function ask(row: DecisionRow, project: string, root: string): Promise<Result> {
  const event = row.event_raw ?? JSON.stringify({
    hook_event_name: "PreToolUse",
    session_id: "s",
    tool_use_id: "t",
    cwd: row.cwd ?? project,
    tool_name: isOfServer(row) ? `mcp__tenuo-files__${row.tool}` : row.tool,
    tool_input: row.input,
    ...(row.agent_type === undefined ? {} : { agent_type: row.agent_type, agent_id: "a" }),
  });
  const { verdict } = await authorize({
    locate: () => ({ project, root }),
    decode: async () => {
      const call = toolCallOf(await parseEvent(new TextEncoder().encode(event)));
      return row.channel === "mcp_proxy" ? { ...call, door: "mcp" } : call;
    },
  });
  return verdict === "silent" ? "passthrough" : verdict;
}

/** Runs a row. A policy error counts only when the hook denies under it as well. */
async function play(original: DecisionRow): Promise<Result> {
  const base = Deno.realPathSync(Deno.makeTempDirSync({ prefix: "decision_" }));
  const project = `${base}/project`;
  const row = filled(original, project);
  try {
    Deno.mkdirSync(`${base}/home`);
    put(project, row);
    try {
      const root = await establish(project, `${base}/home`);
      if (row.state?.holder_key === "missing") Deno.removeSync(statePath(project, "holderKey"));
      return await ask(row, project, root);
    } catch (error) {
      ok(error instanceof PolicyError, `${row.id}: ${error}`);
      equal(
        await ask(row, project, "0".repeat(64)),
        "deny",
        "Nothing was minted, so all is denied",
      );
      return "policy_error";
    }
  } finally {
    Deno.removeSync(base, { recursive: true });
  }
}

Deno.test("Rows of decisions hold", async (test) => {
  for (const row of rows) {
    if (Object.hasOwn(unplayed, row.id)) continue;
    const [expected, why] = otherwise[row.id] ?? [row.recommend ?? row.expect, row.why];
    await test.step(`${row.id}: ${why}`, async () => {
      equal(await play(row), expected);
    });
  }
});

Deno.test("Every row is played, but for those that name a reason", () => {
  equal(rows.length, 57);
  equal(new Set(rows.map(({ id }) => id)).size, rows.length);
  for (const id of [...Object.keys(unplayed), ...Object.keys(otherwise)]) {
    ok(rows.some((row) => row.id === id), id);
  }
});
