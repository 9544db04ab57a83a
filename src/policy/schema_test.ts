import assert from "node:assert/strict";
import { loadPolicy } from "./load.ts";
import { policySchema } from "./schema.ts";
import { keysAt } from "./schema_keys.ts";
import { withProject } from "./test_project.ts";
import { governedTools } from "./tools.ts";

const at = (...path: (string | number)[]) => keysAt(policySchema, path);

Deno.test("enforce takes exactly the tools that have arguments", () => {
  assert.deepEqual([...at("enforce")].sort(), [...governedTools].sort());
});

Deno.test("every place with fixed keys tells them, others none", () => {
  assert.ok(at().includes("ttl_seconds"));
  assert.deepEqual(at("enforce", "WebFetch"), [
    ...["domains", "cidrs", "schemes", "ports", "resolve", "approval"],
  ]);
  assert.deepEqual(at("receipts"), ["sync", "strict", "rotate_megabytes", "rotate_daily", "mask"]);
  assert.deepEqual(at("receipts", "mask"), ["names", "patterns"]);
  const grants = ["resources", "prompts", "sampling", "elicitation", "redact", "max_result_bytes"];
  grants.push("timeout_seconds");
  assert.deepEqual(at("mcp"), ["downstream", "enforce", "servers", ...grants]);
  assert.deepEqual(at("mcp", "servers", "some").slice(-grants.length), grants);
  for (const key of ["constraint", "arg", "args", "any", "subpath", "approval", "exempt"]) {
    assert.ok(at("mcp", "enforce", "some_tool").includes(key), key);
  }
  assert.ok(at("mcp", "servers", "some", "enforce", "tool", "args", "x", "any", 0).includes("all"));
  assert.deepEqual(at("enforce", "Bash", "verbs", "ls"), ["paths", "subcommands", "deny_flags"]);
  assert.equal(at("enforce", "PowerShell").includes("verbs"), false);
  assert.deepEqual(at("examples", 3), ["allow", "deny", "input", "cwd", "role"]);
  assert.deepEqual(at("mcp", "enforce"), []);
  assert.deepEqual(at("name"), []);
  assert.deepEqual(at("enforce", "constructor"), []);
});

Deno.test("what is copied from .mcp.json is told where it goes", async () => {
  const rows = [
    [
      "mcpServers: {a: {command: x}}",
      /"mcpServers": expected servers under mcp, in the map mcp\.s/,
    ],
    ["mcp: {servers: {a: {type: stdio, command: x}}}", /"type": expected no type: command or url /],
    ["mcp: {servers: {a: {comand: x}}}", /timeout_seconds\); did you mean "command"\?$/],
    [
      "enforce: {mcp__a__b: any}",
      /under mcp\.enforce, or enforce of its server under mcp\.servers/,
    ],
    ["mcp: {enforce: {t: {path: x}}}", /exempt\); arguments of the tool go under args$/],
  ] as const;
  for (const [yaml, told] of rows) {
    await withProject({ "tenuo.yaml": yaml }, async ({ root }) => {
      await assert.rejects(loadPolicy(root), { message: told });
    });
  }
});
