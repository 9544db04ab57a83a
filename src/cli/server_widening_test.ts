/** Every way in which servers may do more has its words. */
import { deepStrictEqual as deepEqual, doesNotMatch } from "node:assert/strict";
import { loadPolicy } from "../policy/load.ts";
import { withProject } from "../policy/test_project.ts";
import { candidateOf } from "./candidate.ts";
import { widening } from "./widening.ts";

const rows: readonly (readonly [before: string, after: string, words: readonly string[]])[] = [
  ["", "a: {command: node, args: [a.js]}", ["+ MCP server a: node a.js"]],
  ["a: {command: node, args: [a.js]}", "a: {command: node, args: [b.js]}", [
    "MCP server a: node a.js → node b.js",
  ]],
  ["a: {command: node, args: [a b]}", "a: {command: node, args: [a, b]}", [
    "MCP server a: node a b, its arguments",
  ]],
  ["a: {command: node}", "a: {command: node, env: {KEY: hunter22}, cwd: sandbox}", [
    "MCP server a: node, its environment, where it is started",
  ]],
  ["a: {command: node}", "a: {command: node, pass_env: [HOME]}", [
    "MCP server a: node, the variables that are handed on",
  ]],
  ["a: {command: node}", "a: {url: 'https://h/'}", ["MCP server a: node → https://h/"]],
  ["a: {url: 'https://h/'}", "a: {url: 'https://h/', headers: {A: B}}", [
    "MCP server a: https://h/, its headers",
  ]],
  ["a: {command: x}", "a: {command: x, sampling: true, elicitation: true}", [
    "MCP server a may ask the client's model (sampling)",
    "MCP server a may ask the person at the client (elicitation)",
  ]],
  ["a: {command: x, redact: true, max_result_bytes: 1024}", "a: {command: x}", [
    "MCP server a: secrets in its results are no longer masked (redact)",
    "MCP server a: max_result_bytes 1024 → 33554432",
  ]],
  ["a: {command: x, prompts: [p]}", "a: {command: x, prompts: [p, q]}", [
    "MCP server a: prompts: p → prompts: p, q",
  ]],
  ["a: {command: x}", "a: {command: x, resources: ['note:*']}", [
    "+ MCP server a: resources: note:*",
    "+ ReadMcpResourceTool oneof:a; resources: note:*",
    "+ ListMcpResourcesTool oneof:a",
  ]],
];

Deno.test("What a wider policy lets servers do is said, and no value of a variable", async () => {
  await withProject({ "tenuo.yaml": "" }, async ({ root }) => {
    const compile = async (servers: string) => {
      Deno.writeTextFileSync(`${root}/tenuo.yaml`, `name: x\nmcp: {servers: {${servers}}}\n`);
      return await candidateOf(root, await loadPolicy(root));
    };
    for (const [before, after, words] of rows) {
      const found = widening(await compile(before), await compile(after));
      deepEqual(found, words, after);
      doesNotMatch(found.join(), /hunter22/);
    }
  });
});
