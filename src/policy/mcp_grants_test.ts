import assert from "node:assert/strict";
import { loadPolicy } from "./load.ts";
import { PolicyError } from "./policy_error.ts";
import { compiled } from "./test_compile.ts";
import { withProject } from "./test_project.ts";

const yaml = `mcp:
  servers:
    my files:
      command: node
      resources: ["note://*", "note://a"]
      prompts: [review, plan]
    web: {url: "https://h/", resources: "*", prompts: "*"}
    bare: {command: node, resources: [], prompts: []}
`;

Deno.test("Resources and prompts have routes by the names of their methods", async () => {
  await compiled(yaml, ({ snapshot: { routes }, capabilities }) => {
    const names = Object.keys(routes).filter((name) => /mcp/i.test(name));
    assert.deepEqual(names, [
      "mcp__my_files__resources/read",
      "mcp__my_files__prompts/get",
      "mcp__web__resources/read",
      "mcp__web__prompts/get",
      "ReadMcpResourceTool",
      "ListMcpResourcesTool",
    ]);
    assert.deepEqual(routes["mcp__my_files__resources/read"], {
      capability: "mcp__my_files__resources/read",
      access: "read",
      args: [{
        name: "uri",
        field: "uri",
        kind: "uri",
        constraint: [13, {
          constraints: [[1, { value: "note://a" }], [2, { pattern: "note://*" }]],
        }],
        rule: "resources: note://*, note://a",
        line: 5,
      }],
      closed: true,
      rule: "mcp.servers.my files.resources",
      line: 5,
    });
    const prompt = routes["mcp__my_files__prompts/get"];
    assert.deepEqual(
      prompt?.args.map(({ name, constraint, optional }) => [name, constraint, optional]),
      [
        ["name", [4, { values: ["review", "plan"] }], undefined],
        ["arguments", [16, null], true],
      ],
    );
    assert.equal(prompt?.closed, true);
    assert.deepEqual(routes["mcp__web__resources/read"]?.args[0]?.constraint, [2, {
      pattern: "*",
    }]);
    assert.deepEqual(routes["mcp__web__prompts/get"]?.args[0]?.constraint, [2, { pattern: "*" }]);
    const read = routes.ReadMcpResourceTool?.args;
    assert.deepEqual(read?.map(({ name, constraint }) => [name, constraint]), [
      ["server", [4, { values: ["my files", "web"] }]],
      ["uri", [2, { pattern: "*" }]],
    ]);
    assert.ok(capabilities.has("mcp__my_files__resources/read"));
  });
});

Deno.test("What allow and deny say of the client's tools and of methods counts", async () => {
  const lists =
    "allow: [ReadMcpResourceTool]\ndeny: [ListMcpResourcesTool, mcp__web__prompts/get]\n";
  await compiled(yaml + lists, ({ snapshot: { routes, denied } }) => {
    assert.deepEqual([routes.ReadMcpResourceTool?.args, routes.ReadMcpResourceTool?.rule], [
      [],
      "allow",
    ]);
    assert.equal("ListMcpResourcesTool" in routes, false);
    assert.deepEqual(Object.keys(denied ?? {}), ["ListMcpResourcesTool", "mcp__web__prompts/get"]);
    assert.equal("mcp__web__prompts/get" in routes, false);
  });
  await compiled(`${yaml}allow: [mcp__web__resources/read]\n`, ({ snapshot: { routes } }) => {
    assert.equal(routes["mcp__web__resources/read"]?.args.length, 1);
  });
});

Deno.test("A role with the client's tool has what it asks of servers", async () => {
  const roles = "subagents: {reader: {tools: [ReadMcpResourceTool]}, " +
    "other: {tools: [mcp__web__resources/read]}}\n";
  await compiled(yaml + roles, ({ snapshot }) => {
    const tools = (role: string) =>
      snapshot.roles?.[role]?.tools.filter((tool) => /mcp/i.test(tool)).sort();
    assert.deepEqual(tools("reader"), [
      "ReadMcpResourceTool",
      "mcp__my_files__resources/read",
      "mcp__web__resources/read",
    ]);
    assert.deepEqual(tools("other"), ["mcp__web__resources/read"]);
  });
});

const refused: { readonly [mcp: string]: RegExp } = {
  "resources: '*'": /mcp\.resources: "\*": expected downstream beside it/,
  "enforce: {t: any}, sampling: true": /expected downstream beside it, or the same key under/,
  "downstream: server": /expected the path of a server script \(\.py/,
  "downstream: server.rb": /any other program goes under servers, with command/,
  "downstream: .py": /any other program goes under servers/,
  "downstream: bundled:other": /any other program goes under servers/,
  "downstream: ~/server.py": /any other program goes under servers/,
  "servers: {a: {command: ~/x}}": /does not start with ~/,
  "servers: {a: {command: x, cwd: ~}}": /cwd/,
  "servers: {a: {command: x, resources: 'file:///x'}}": /a list of URI patterns, or "\*" for all/,
  "servers: {a: {command: x, resources: 5}}": /a list of URI patterns, or "\*" for all/,
  "servers: {a: {command: x, resources: [5]}}": /resources\[0\]: "5": expected a list of URI/,
  "servers: {a: {command: x, resources: [/srv/docs]}}":
    /resources\[0\]: "\/srv\/docs": expected a URI/,
  "downstream: a.py, resources: ['file://h/x']": /mcp\.resources\[0\]: .*file:\/\/\/PATH/,
  "servers: {a: {command: x, prompts: ['a*']}}": /prompts\[0\]: "a\*": expected the exact name/,
  "servers: {a: {command: x, prompts: [' ']}}": /the name of a prompt/,
  "servers: {a: {command: x, sampling: maybe}}": /sampling: "maybe": expected true or false/,
  "servers: {a: {command: x, max_result_bytes: 1000}}": /from 1024 \(1 KB\) to 67108864/,
  "servers: {a: {command: x, max_result_bytes: 67108865}}": /a number of bytes/,
  "servers: {a: {command: x, max_result_bytes: 2048.5}}": /a number of bytes/,
  "servers: {a: {command: x, timeout_seconds: 0}}": /a number of seconds from 1 to 3600/,
  "servers: {a: {command: x, resource: '*'}}": /did you mean "?resources/,
};
for (const [mcp, message] of Object.entries(refused)) {
  Deno.test(`refused: mcp: {${mcp}}`, async () => {
    await withProject({ "tenuo.yaml": `mcp: {${mcp}}\n` }, async ({ root }) => {
      await assert.rejects(() => loadPolicy(root), (error: unknown) => {
        assert.ok(error instanceof PolicyError);
        assert.equal(error.findings.length, 1, error.message);
        assert.match(error.message, message);
        return true;
      });
    });
  });
}
