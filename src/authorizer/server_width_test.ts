import { deepEqual, equal } from "node:assert/strict";
import { widens } from "./mint.ts";
import { serverChanges } from "./server_width.ts";
import { inProject } from "./test_mint.ts";

const policy = (...keys: string[]) =>
  `mcp: {servers: {a: {command: node, args: [a.js], ${keys.join(", ")}}}}\n`;

/** Each with what the server may do more. */
const wider: readonly (readonly [before: string, after: string, what: readonly string[]])[] = [
  ["name: x\n", policy(), ["new"]],
  [policy(), policy().replace("a.js", "b.js"), ["launch"]],
  [policy(), policy().replace("node", "deno"), ["launch"]],
  [policy(), policy("cwd: sandbox"), ["launch"]],
  [policy(), policy("env: {A: b}"), ["launch"]],
  [policy("env: {A: b}"), policy(), ["launch"]],
  [policy(), policy("pass_env: [HOME]"), ["launch"]],
  [policy(), "mcp: {servers: {a: {url: 'https://h/'}}}\n", ["launch"]],
  [
    "mcp: {servers: {a: {url: 'https://h/'}}}\n",
    "mcp: {servers: {a: {url: 'https://h/', headers: {A: B}}}}\n",
    ["launch"],
  ],
  [policy(), policy("sampling: true"), ["sampling"]],
  [policy(), policy("elicitation: true"), ["elicitation"]],
  [policy("redact: true"), policy(), ["redact"]],
  [policy("max_result_bytes: 2048"), policy("max_result_bytes: 4096"), ["max_result_bytes"]],
  [policy("max_result_bytes: 2048"), policy(), ["max_result_bytes"]],
  [policy(), policy("resources: ['note:*']"), []],
  [policy("resources: ['note:a']"), policy("resources: ['note:*']"), []],
  [policy("resources: ['note:*']"), policy("resources: ['note:*', 'x:a']"), []],
  [policy("resources: ['note:*']"), policy("resources: '*'"), []],
  [policy(), policy("prompts: [a]"), []],
  [policy("prompts: [a]"), policy("prompts: [a, b]"), []],
  [policy("prompts: [a]"), policy("prompts: '*'"), []],
];

const same: readonly (readonly [before: string, after: string])[] = [
  [policy(), "name: x\n"],
  [policy("sampling: true", "elicitation: true"), policy()],
  [policy(), policy("redact: true", "max_result_bytes: 1024")],
  [policy(), policy("timeout_seconds: 3600")],
  [
    policy("env: {A: 1, B: 2}", "pass_env: [X, Y]"),
    policy("env: {B: 2, A: 1}", "pass_env: [Y, X]"),
  ],
  [policy("cwd: ."), policy()],
  [policy("resources: ['note:a', 'note:b']"), policy("resources: ['note:a']")],
  [policy("resources: ['note:*']"), policy("resources: ['note:a*']")],
  [policy("resources: '*'"), policy("resources: '*'")],
  [policy("prompts: [a, b]"), policy("prompts: [b]")],
  [policy("resources: '*'", "prompts: '*'"), policy()],
];

Deno.test("A server that may do more, or is another program, is for a person to agree to", async () => {
  await inProject(async ({ compile }) => {
    for (const [before, after, what] of wider) {
      const [was, is] = [await compile(before), await compile(after)];
      equal(widens(was, is), true, `${before} → ${after}`);
      deepEqual(serverChanges(was, is).map((change) => change.what), what, after);
    }
    for (const [before, after] of same) {
      const [was, is] = [await compile(before), await compile(after)];
      equal(widens(was, is), false, `${before} → ${after}`);
      deepEqual(serverChanges(was, is), []);
    }
  });
});
