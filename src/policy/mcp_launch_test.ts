import assert from "node:assert/strict";
import { compiled } from "./test_compile.ts";
import type { ServerLaunch, ServerRule } from "./snapshot.ts";

async function rulesOf(
  mcp: string,
  body: (servers: { readonly [name: string]: ServerRule }, root: string) => void,
): Promise<void> {
  await compiled(`mcp:\n${mcp}`, ({ snapshot, root }) => body(snapshot.servers ?? {}, root));
}

Deno.test("The script of the single server runs by what its name ends in", async () => {
  const rows: readonly (readonly [downstream: string, command: string, script: string])[] = [
    ["./server.py", "python3", "/server.py"],
    ["tools/server.js", "node", "/tools/server.js"],
    ["server.mjs", "node", "/server.mjs"],
    ["server.cjs", "node", "/server.cjs"],
    ["{sandbox}/a.b.ts", "node", "/sandbox/a.b.ts"],
    ["{project}/server.mts", "node", "/server.mts"],
  ];
  for (const [downstream, command, script] of rows) {
    await rulesOf(`  downstream: "${downstream}"\n`, (servers, root) => {
      assert.deepEqual(Object.keys(servers), ["tenuo-files"]);
      const launch: ServerLaunch = {
        kind: "command",
        command,
        args: [root + script],
        env: {},
        passEnv: [],
        cwd: root,
      };
      assert.deepEqual(servers["tenuo-files"]?.launch, launch);
    });
  }
  await rulesOf("  downstream: /opt/server.py\n", (servers) => {
    const { launch } = servers["tenuo-files"] ?? {};
    assert.deepEqual(launch?.kind === "command" && launch.args, ["/opt/server.py"]);
  });
  await rulesOf("  downstream: bundled:ops-server\n", (servers, root) => {
    const folder = `${root}/sandbox`;
    assert.deepEqual(servers["tenuo-files"]?.launch, {
      kind: "bundled",
      name: "ops-server",
      folder,
    });
  });
});

Deno.test("Rules for a server that nothing starts are for the hook alone", async () => {
  await compiled("mcp: {enforce: {read: 'subpath:{sandbox}'}}", ({ snapshot }) => {
    assert.equal("servers" in snapshot, false);
    assert.ok("mcp__tenuo-files__read" in snapshot.routes);
  });
});

Deno.test("What is not said of a server is the narrowest, but for size and time", async () => {
  await rulesOf("  servers: {a: {command: node}}\n", (servers, root) => {
    assert.deepEqual(servers, {
      a: {
        launch: { kind: "command", command: "node", args: [], env: {}, passEnv: [], cwd: root },
        timeoutSeconds: 60,
        resultBytes: 32 << 20,
        sampling: false,
        elicitation: false,
        redact: false,
        rule: "mcp.servers.a",
        line: 2,
      },
    });
  });
  const keys = "sampling: yes, elicitation: true, redact: on, max_result_bytes: 1024, " +
    "timeout_seconds: 2.5";
  for (
    const mcp of [`  servers: {a: {command: node, ${keys}}}\n`, `  {downstream: a.py, ${keys}}\n`]
  ) {
    await rulesOf(mcp, (servers) => {
      const [{ launch: _, rule: __, line: ___, ...rest } = {}] = Object.values(servers);
      assert.deepEqual(rest, {
        timeoutSeconds: 2.5,
        resultBytes: 1024,
        sampling: true,
        elicitation: true,
        redact: true,
      });
    });
  }
});

Deno.test("Placeholders and relative paths are filled in, and order does not count", async () => {
  const yaml = (env: string, pass: string) =>
    `  servers:\n    a: {command: bin/run, args: ["{sandbox}/x", "-p={project}", "a/b", "{other}"],` +
    ` env: ${env}, pass_env: ${pass}, cwd: tools}\n    b: {command: "{project}/bin/b", cwd: "{sandbox}"}\n`;
  let first: unknown;
  await rulesOf(yaml('{B: 3, A: "{sandbox}"}', "[Z, C, Z]"), (servers, root) => {
    first = JSON.stringify(servers.a?.launch).replaceAll(root, "ROOT");
    assert.deepEqual(servers.a?.launch, {
      kind: "command",
      command: `${root}/bin/run`,
      args: [`${root}/sandbox/x`, `-p=${root}`, "a/b", "{other}"],
      env: { A: `${root}/sandbox`, B: "3" },
      passEnv: ["C", "Z"],
      cwd: `${root}/tools`,
    });
    const { launch } = servers.b ?? {};
    assert.ok(launch?.kind === "command");
    assert.deepEqual([launch.command, launch.cwd], [`${root}/bin/b`, `${root}/sandbox`]);
  });
  await rulesOf(yaml('{A: "{sandbox}", B: 3}', "[C, Z]"), (servers, root) => {
    assert.equal(JSON.stringify(servers.a?.launch).replaceAll(root, "ROOT"), first);
  });
});

Deno.test("A server without a grant is legal, and nothing of it is callable", async () => {
  await compiled("mcp: {servers: {a: {url: 'https://h/'}}}", ({ snapshot }) => {
    const names = Object.keys(snapshot.routes).filter((name) => /mcp/i.test(name));
    assert.deepEqual([names, Object.keys(snapshot.servers ?? {})], [[], ["a"]]);
  });
});

Deno.test("The tools of a server take relative paths from where it runs", async () => {
  const yaml = `mcp:
  downstream: bundled:ops-server
  enforce: {read: "subpath:{sandbox}"}
  servers:
    a: {command: node, cwd: tools, allow: [ping]}
    b: {url: "https://h/", allow: [ping]}
`;
  await compiled(yaml, ({ snapshot: { routes }, root }) => {
    const places = ["mcp__tenuo-files__read", "mcp__a__ping", "mcp__b__ping"]
      .map((tool) => routes[tool]?.cwd?.replace(root, ""));
    assert.deepEqual(places, ["/sandbox", "/tools", ""]);
  });
  await compiled("mcp: {enforce: {read: any}}", ({ snapshot: { routes } }) => {
    assert.equal(routes["mcp__tenuo-files__read"]?.cwd, undefined);
  });
});
