/** What the keys of the grammar come to: in the loaded policy, and compiled. */
import assert from "node:assert/strict";
import { compiled, mintRefusal, routeOf } from "./test_compile.ts";

Deno.test("old spellings load, and say their new ones", async () => {
  const kinds = async (yaml: string) => {
    let found: string[] = [];
    await compiled(yaml, ({ policy }) => {
      found = policy.warnings.map(({ kind, where }) => `${kind} ${where}`);
    });
    return found;
  };
  assert.deepEqual(await kinds("default: deny\nmode: dry-run\nallow: []"), []);
  for (const verdict of ["audit", "allow", "approve", "AUDIT"]) {
    assert.deepEqual(await kinds(`default: ${verdict}`), ["notice default"]);
  }
  for (const mode of ["audit", "dry_run", "DryRun"]) {
    assert.deepEqual(await kinds(`mode: ${mode}`), ["deprecated mode"]);
  }
  for (const key of ["audit", "audit_extra"]) {
    assert.deepEqual(await kinds(`${key}: [TodoWrite]`), [`deprecated ${key}`]);
  }
  assert.deepEqual(await kinds("audit_bundled: true"), ["deprecated audit_bundled"]);
  assert.deepEqual(await kinds("cloud: {url: 'https://x'}\nauthorizer: {image: i}"), [
    "notice cloud",
    "notice authorizer",
  ]);
  assert.deepEqual(await kinds("subagents: {}"), ["notice subagents"]);
  assert.deepEqual(await kinds("mcp: {enforce: {t: any}}"), ["notice mcp.enforce"]);
  const gated = "mcp: {downstream: s.py, enforce: {t: {approval: {approver: me}}}}";
  assert.deepEqual(await kinds(gated), [
    "notice mcp.enforce.t.approval.approver",
  ]);
});

Deno.test("settings of other modes are typed and grant nothing", async () => {
  const yaml = `cloud: {url: u, trigger: t, agent_name: a, approver_identity: p,
  approver_identity_id: i, managed: yes}
authorizer: {image: i, transport: UNIX, socket: /s, socket_group: g, binary: /b}
`;
  await compiled(yaml, ({ policy, snapshot }) => {
    assert.deepEqual(policy.cloud, {
      url: "u",
      trigger: "t",
      agentName: "a",
      approverIdentity: "p",
      approverIdentityId: "i",
      managed: true,
    });
    assert.deepEqual(policy.authorizer, {
      image: "i",
      transport: "unix",
      socket: "/s",
      socketGroup: "g",
      binary: "/b",
    });
    assert.equal("cloud" in snapshot || "authorizer" in snapshot, false);
  });
});

Deno.test("a denied tool has no route, whatever else grants it", async () => {
  const yaml = `
allow: [CronList, mcp__a__b]
enforce: {Read: "subpath:{sandbox}", WebFetch: {domains: [a.b]}}
mcp: {downstream: s.py, enforce: {drop: any, keep: any}}
deny: [Read, WebFetch, CronList, mcp__a__b, drop, TodoWrite, Task]
`;
  await compiled(yaml, ({ policy, snapshot, capabilities }) => {
    const names = Object.keys(snapshot.routes);
    for (
      const tool of ["Read", "WebFetch", "CronList", "mcp__a__b", "TodoWrite", "Task", "Agent"]
    ) {
      assert.equal(names.includes(tool), false, tool);
    }
    assert.equal(names.includes("mcp__tenuo-files__drop"), false);
    assert.equal(names.includes("mcp__tenuo-files__keep"), true);
    assert.equal(capabilities.has("read_file") || capabilities.has("spawn_agent"), false);
    const denied = { rule: "deny", line: 5 };
    for (const tool of ["Read", "TodoWrite", "Agent", "Task", "mcp__tenuo-files__drop"]) {
      assert.deepEqual(snapshot.denied?.[tool], denied, tool);
    }
    // Narrowing the bundle is no contradiction.
    assert.deepEqual(policy.warnings.map(({ kind, message }) => `${kind} ${message}`), [
      "notice Read is granted at tenuo.yaml:3:11 as well; deny counts",
      "notice WebFetch is granted at tenuo.yaml:3:38 as well; deny counts",
      "notice CronList is granted at tenuo.yaml:2:9 as well; deny counts",
      "notice mcp__a__b is granted at tenuo.yaml:2:19 as well; deny counts",
      "notice drop is granted at tenuo.yaml:4:35 as well; deny counts",
    ]);
  });
});

Deno.test("a denied server is told to be no tool, and a text rule for fetches can be denied", async () => {
  const yaml = "enforce: {WebFetch: 'exact:https://example.com/'}\ndeny: [mcp__files, WebFetch]";
  await compiled(yaml, ({ policy, snapshot }) => {
    assert.equal(Object.hasOwn(snapshot.routes, "WebFetch"), false);
    assert.deepEqual(policy.warnings.map(({ message }) => message), [
      "mcp__files is a server, not a tool: list the server's tools one by one, each as " +
      "mcp__files__NAME",
      "WebFetch is granted at tenuo.yaml:1:11 as well; deny counts",
    ]);
  });
});

Deno.test("flags reach the snapshot", async () => {
  const yaml = "on_grant: defer\npin_paths: yes\nstrict_input: true\nallow_unsandboxed: on";
  await compiled(yaml, ({ snapshot }) => {
    const { onGrant, pinPaths, strictInput, allowUnsandboxed } = snapshot;
    assert.deepEqual([onGrant, pinPaths, strictInput, allowUnsandboxed], ["defer", ...[
      true,
      true,
      true,
    ]]);
  });
});

Deno.test("a policy without the new forms has a snapshot without their keys", async () => {
  const yaml = "enforce: {Read: 'subpath:{sandbox}', WebFetch: {domains: [a.b]}}";
  await compiled(yaml, ({ snapshot }) => {
    assert.equal("roles" in snapshot, false);
    assert.deepEqual(Object.keys(routeOf({ snapshot, capabilities: new Map() }, "Read")), [
      ...["capability", "access", "args", "rule", "line"],
    ]);
    for (const route of Object.values(snapshot.routes)) {
      for (const key of ["closed", "resolve", "approval"]) assert.equal(key in route, false);
      for (const arg of route.args) assert.equal("command" in arg || "optional" in arg, false);
    }
  });
});

Deno.test("servers have their own tools, and are told apart as the client tells them", async () => {
  const yaml = `mcp:
  servers:
    my files:
      command: node
      args: [server.js]
      env: {LEVEL: 3}
      pass_env: [HOME]
      cwd: tools
      timeout_seconds: 2.5
      enforce:
        read: subpath:{sandbox}
        run: shlex:git status
        page: {args: {n: "range:1,5", note: any}}
      allow: [ping]
    web:
      url: https://h/mcp
      headers: {Authorization: TOKEN}
      allow: [search]
`;
  await compiled(yaml, (both) => {
    const { policy, snapshot } = both;
    const names = Object.keys(snapshot.routes).filter((name) => name.startsWith("mcp__"));
    assert.deepEqual(names.sort(), [
      "mcp__my_files__page",
      "mcp__my_files__ping",
      "mcp__my_files__read",
      "mcp__my_files__run",
      "mcp__web__search",
    ]);
    const server = policy.mcp.servers.get("my files");
    assert.deepEqual(server?.launch, {
      command: "node",
      args: ["server.js"],
      env: { LEVEL: "3" },
      passEnv: ["HOME"],
      cwd: "tools",
    });
    assert.equal(server?.grants.timeoutSeconds, 2.5);
    assert.deepEqual(policy.mcp.servers.get("web")?.launch, {
      url: "https://h/mcp",
      headers: { Authorization: "TOKEN" },
    });
    const page = routeOf(both, "mcp__my_files__page");
    assert.equal(page.closed, true);
    assert.deepEqual(page.args.map(({ name, optional }) => [name, optional]), [
      ["n", undefined],
      ["note", true],
    ]);
    const run = routeOf(both, "mcp__my_files__run").args[0];
    assert.deepEqual([run?.kind, run?.command], [
      "command",
      { form: "shlex", entries: [["git", "status"]] },
    ]);
    assert.deepEqual(run?.constraint, [128, { allow: ["git"] }]);
    const ping = routeOf(both, "mcp__my_files__ping");
    assert.deepEqual([ping.args, ping.closed, ping.rule, ping.line], [
      [],
      undefined,
      "mcp.servers.my files.allow",
      14,
    ]);
    // What a variable holds is read when the server is started.
    assert.deepEqual(snapshot.servers?.web?.launch, {
      kind: "http",
      url: "https://h/mcp",
      headers: { Authorization: "TOKEN" },
    });
  });
  const collision =
    "mcp: {servers: {a: {command: x, allow: [b__c]}, a__b: {command: x, allow: [c]}}}";
  assert.match(
    await mintRefusal(collision),
    /one rule for mcp__a__b__c; mcp\.servers\.a\.allow at/,
  );
});
