/** Servers in folders that the model may write to, through the real command line. */
import { deepStrictEqual as deepEqual, match, strictEqual as equal } from "node:assert/strict";
import { Project } from "../../tests/hook/project.ts";

const server = `
require("node:readline").createInterface({ input: process.stdin }).on("line", (line) => {
  const { id, method, params } = JSON.parse(line);
  const result = method === "initialize"
    ? {
      protocolVersion: params.protocolVersion,
      capabilities: { tools: {} },
      serverInfo: { name: "notes", version: "1" },
    }
    : method === "tools/list"
    ? { tools: [{ name: "list", inputSchema: { type: "object" } }] }
    : undefined;
  if (result) console.log(JSON.stringify({ jsonrpc: "2.0", id, result }));
});
`;

function policyOf(script: string, rules: string): string {
  return `enforce:
  Read: subpath:{sandbox}
${rules}mcp:
  servers:
    notes:
      command: node
      args: ["${script}"]
      allow: [list]
`;
}

Deno.test("A server that the model may write to is told by init and by check", async () => {
  await using project = await Project.create({ policy: "enforce:\n  Read: subpath:{sandbox}\n" });
  project.write("sandbox/notes/server.cjs", server);
  const script = "{sandbox}/notes/server.cjs";
  project.write("tenuo.yaml", policyOf(script, "  Edit: subpath:{sandbox}\n"));
  const { stderr } = await project.command("init", "--yes");
  match(stderr, /warning: The MCP server notes is loaded from .*\/notes, where Edit may write: /);
  const { stdout, code } = await project.command("check", "--json");
  const [found] = JSON.parse(stdout).findings;
  deepEqual([found.subject, found.severity, code], ["mcp", "warning", 0]);
  match(found.message, /where Edit may write/);
});

Deno.test("A server elsewhere is not", async () => {
  await using project = await Project.create({ policy: "enforce:\n  Read: subpath:{sandbox}\n" });
  project.write("servers/server.cjs", server);
  project.write(
    "tenuo.yaml",
    policyOf("{project}/servers/server.cjs", "  Write: subpath:{sandbox}\n"),
  );
  const { stderr } = await project.command("init", "--yes");
  equal(/may write/.test(stderr), false);
  deepEqual(JSON.parse((await project.command("check", "--json")).stdout).findings, []);
});
