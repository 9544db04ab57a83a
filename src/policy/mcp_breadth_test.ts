import assert from "node:assert/strict";
import { breadthWarnings } from "./breadth.ts";
import { loadPolicy } from "./load.ts";
import { withProject } from "./test_project.ts";

async function messages(server: string): Promise<string[]> {
  const found: string[] = [];
  const yaml = `mcp:\n  servers:\n    one: ${server}\n`;
  await withProject({ "tenuo.yaml": yaml }, async ({ root }) => {
    for (const { kind, line, message } of breadthWarnings(await loadPolicy(root))) {
      assert.deepEqual([kind, line], ["broad", 3]);
      found.push(message);
    }
  });
  return found;
}

const wide: readonly (readonly [server: string, message: RegExp])[] = [
  ["{command: x, resources: '*'}", /every resource that one has/],
  ["{command: x, resources: ['note:a', '*']}", /every resource that one has/],
  ["{url: 'http://mcp.example.com/'}", /plain http/],
  ["{url: 'http://localhost.example.com/'}", /plain http/],
  ["{url: 'http://10.0.0.1:8080/mcp'}", /plain http/],
  ["{command: x, env: {API_TOKEN: a1b2c3d4e5f6}}", /env API_TOKEN looks like a secret/],
  ["{command: x, env: {DB_PASSWORD: 'correct-horse'}}", /env DB_PASSWORD looks like a secret/],
  ["{command: x, env: {GITHUB: ghp_abcdefghijklmnop1234}}", /env GITHUB looks like a secret/],
  ["{command: x, args: [--token, a1b2c3d4e5f6]}", /args hold what looks like a secret/],
  ["{command: x, args: ['--api-key=a1b2c3d4e5f6']}", /args hold what looks like a secret/],
  ["{command: x, args: [sk-live-abcdef1234567890]}", /args hold what looks like a secret/],
  ["{command: npx, args: [-y, '@scope/server']}", /write @scope\/server@VERSION/],
  ["{command: npx, args: [-y, '@scope/server@latest']}", /write @scope\/server@VERSION/],
  ["{command: npx, args: [server@1]}", /write server@VERSION/],
  ["{command: npx, args: [server@^1.2.3]}", /whatever version/],
  ["{command: npx, args: [-y, --package, server, run]}", /write server@VERSION/],
  ["{command: /usr/bin/npx, args: [--package=server, run]}", /write server@VERSION/],
  ["{command: bunx, args: [server]}", /bunx runs whatever version/],
  ["{command: x, env: {API_TOKEN: '${API_TOKEN}'}}", /\$\{API_TOKEN\} stays as .* pass_env$/],
  ["{command: x, args: ['${HOME:-/root}/x']}", /\$\{HOME:-\/root\} stays as it is written/],
  ["{url: 'https://x.example.com/${TENANT}'}", /stays as it is written; write it out$/],
  ["{command: uvx, args: [mcp-server]}", /write mcp-server==VERSION/],
  ["{command: uvx, args: [-p, '3.12', --from, pkg, mcp-server]}", /write pkg==VERSION/],
];
for (const [server, message] of wide) {
  Deno.test(`broad server: ${server}`, async () => {
    const found = await messages(server);
    assert.equal(found.length, 1, found.join("\n"));
    assert.match(found[0] ?? "", message);
    assert.doesNotMatch(found[0] ?? "", /a1b2c3d4e5f6|correct-horse|abcdefghijklmnop/);
  });
}

const sound: readonly string[] = [
  "{command: x, resources: ['note:*', 'file://{sandbox}/*'], prompts: '*'}",
  "{command: x, resources: []}",
  "{url: 'https://mcp.example.com/', headers: {Authorization: MCP_TOKEN}}",
  "{url: 'http://localhost:3000/mcp'}",
  "{url: 'http://127.0.0.1:3000/mcp'}",
  "{url: 'http://[::1]:3000/mcp'}",
  "{url: 'http://mcp.localhost/'}",
  "{command: x, env: {LOG_LEVEL: information, PORT: 12345678}}",
  "{command: x, env: {TOKEN_FILE: /run/secrets/token, API_TOKEN: '{sandbox}/t'}}",
  "{command: x, env: {MAX_TOKENS: 100000, API_KEY: changeme, KEYBOARD: us-intl-x11}}",
  "{command: bash, args: [-c, 'exec ${SERVER} --stdio']}",
  "{command: x, args: [--token-file, /run/x, --model, sk-8]}",
  "{command: x, pass_env: [GITHUB_TOKEN]}",
  "{command: npx, args: [-y, '@scope/server@1.2.3']}",
  "{command: npx, args: [-y, 'server@1.2.3-beta.1', --flag]}",
  "{command: npx, args: [-p, server@1.2.3, run]}",
  "{command: npx, args: [./local]}",
  "{command: npx}",
  "{command: uvx, args: [mcp-server==1.2.3]}",
  "{command: uvx, args: [mcp-server@1.2]}",
  "{command: node, args: [npx]}",
];
for (const server of sound) {
  Deno.test(`sound server: ${server}`, async () => {
    assert.deepEqual(await messages(server), []);
  });
}
