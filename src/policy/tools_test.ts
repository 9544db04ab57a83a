import assert from "node:assert/strict";
import {
  capabilityOf,
  governedTools,
  mcpToolName,
  nativeTools,
  toolOfCapability,
} from "./tools.ts";

Deno.test("native tools have the capabilities of the published gateway", () => {
  const table = Object.fromEntries([...nativeTools].map(([name, tool]) => [name, tool.capability]));
  assert.deepEqual(table, {
    Read: "read_file",
    Write: "write_file",
    Edit: "edit_file",
    NotebookEdit: "notebook_edit",
    Glob: "glob",
    Grep: "grep",
    Bash: "run_command",
    PowerShell: "run_powershell",
    Monitor: "run_monitor",
    WebFetch: "web_fetch",
    WebSearch: "web_search",
    Agent: "spawn_agent",
    Task: "spawn_agent",
  });
});

Deno.test("other tools are named by rule, those that objects inherit too", () => {
  assert.equal(capabilityOf("Read"), "read_file");
  assert.equal(capabilityOf("TodoWrite"), "todowrite");
  assert.equal(capabilityOf("mcp__tenuo-files__Read-It"), "mcp__tenuo_files__read_it");
  assert.equal(capabilityOf("constructor"), "constructor");
  assert.equal(capabilityOf("__proto__"), "__proto__");
  assert.equal(toolOfCapability("constructor"), undefined);
});

Deno.test("only file tools have path arguments, only search tools fall back to the directory", () => {
  for (const { name, args, access, globs } of nativeTools.values()) {
    const isFile = ["read", "write", "search"].includes(access);
    assert.equal(args.some(({ kind }) => kind === "path"), isFile, name);
    assert.equal(args.some(({ absentIsCwd }) => absentIsCwd === true), access === "search", name);
    assert.equal(globs !== undefined, access === "search", name);
  }
  assert.deepEqual(governedTools.length, 11);
});

Deno.test("MCP tools are named as the client names them", () => {
  assert.equal(mcpToolName("tenuo-files", "a__b"), "mcp__tenuo-files__a__b");
  assert.equal(mcpToolName("my server", "read.file"), "mcp__my_server__read_file");
});
