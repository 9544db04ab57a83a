/** What the forms of rules come to in the snapshot. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { compilePolicy } from "./compile.ts";
import { loadPolicy } from "./load.ts";
import { resolveSandbox } from "./sandbox.ts";
import { compiled, mintRefusal, routeOf, subpath } from "./test_compile.ts";
import { withProject } from "./test_project.ts";

Deno.test("roles have what they list and the session's harmless tools", async () => {
  const yaml = `
allow_bundled: true
deny: [TodoWrite]
enforce: {Read: "subpath:{sandbox}", Bash: "shlex:ls"}
mcp: {enforce: {look: any}}
subagents:
  general-purpose: {tools: [Read, look], ttl_seconds: 60}
  Explore: {tools: [Skill, Agent]}
  Plan: {tools: []}
`;
  await compiled(yaml, ({ snapshot, policy }) => {
    const roles = snapshot.roles ?? {};
    assert.deepEqual(Object.keys(roles), ["general-purpose", "Explore", "Plan"]);
    const has = (role: string, tool: string) => roles[role]?.tools.includes(tool);
    assert.deepEqual(roles["general-purpose"]?.tools.slice(0, 2), [
      "Read",
      "mcp__tenuo-files__look",
    ]);
    assert.equal(
      has("Explore", "Agent") && has("Explore", "Task") && has("Explore", "Skill"),
      true,
    );
    for (const tool of ["Read", "Bash", "Skill", "Workflow", "WebSearch", "Agent", "TodoWrite"]) {
      assert.equal(has("Plan", tool), false, tool);
    }
    assert.equal(has("Plan", "TaskCreate") && has("Plan", "SendMessage"), true);
    assert.deepEqual([roles["Plan"]?.line, roles["Plan"]?.rule], [9, "subagents.Plan"]);
    assert.equal(policy.roles?.get("general-purpose")?.ttlSeconds, 60);
  });
  await compiled("allow_bundled: false\nsubagents: {r: {tools: []}}", ({ snapshot }) => {
    assert.deepEqual(snapshot.roles, { r: { tools: [], rule: "subagents.r", line: 2 } });
  });
  await compiled("subagents: {}", ({ snapshot }) => assert.equal("roles" in snapshot, false));
});

Deno.test("a role cannot list what the session does not have; both lines are named", async () => {
  const yaml = `enforce:
  Read: subpath:{sandbox}
allow: [CronList]
subagents:
  a: {tools: [Write]}
  b: {tools: [Read, Bash]}
`;
  const message = await mintRefusal(yaml);
  assert.match(message, /tenuo\.yaml:5:15: subagents\.a\.tools: "Write": expected a tool that the/);
  assert.match(
    message,
    /neither enforce at tenuo\.yaml:2:3 nor allow at tenuo\.yaml:3:9 grants it/,
  );
  assert.match(message, /tenuo\.yaml:6:21: subagents\.b\.tools: "Bash"/);
  assert.match(
    await mintRefusal("deny: [Read]\nenforce: {Read: any}\nsubagents: {a: {tools: [Read]}}"),
    /"Read": .*the session is denied it at tenuo\.yaml:1:8/,
  );
});

Deno.test("approval is a gate beside the rule, and alone leaves the main argument open", async () => {
  const yaml = `
enforce:
  Bash: {approval: {threshold: 2, exempt: "shlex:ls,git status"}}
  Write: {approval: {}}
  Read: {constraint: "subpath:{sandbox}", approval: {exempt: {subpath: ["{sandbox}/x"]}}}
  WebFetch: {domains: [a.b], approval: {threshold: 1}, resolve: true}
mcp:
  enforce:
    deploy: {approval: {threshold: 1, exempt: {target: "exact:staging"}}}
    beside: {args: {a: "exact:1"}, approval: {threshold: 1}, exempt: {a: "exact:1", b: "exact:2"}}
    wipe: {approval: {threshold: 1}}
`;
  await compiled(yaml, (both) => {
    const bash = routeOf(both, "Bash");
    assert.deepEqual(
      bash.args.map(({ name, kind, constraint, optional }) => [
        ...[name, kind, constraint, optional],
      ]),
      [["command", "command", [16, null], undefined]],
    );
    assert.deepEqual([bash.approval?.threshold, bash.approval?.line], [2, 3]);
    assert.deepEqual(bash.approval?.exempt?.[0]?.command, {
      form: "shlex",
      entries: [["ls"], ["git", "status"]],
    });
    const write = routeOf(both, "Write");
    assert.deepEqual(write.args.map(({ kind, constraint }) => [kind, constraint]), [
      ["path", [16, null]],
    ]);
    assert.deepEqual(write.approval, {
      threshold: 1,
      rule: "approval: {threshold: 1}",
      line: 4,
    });
    const read = routeOf(both, "Read");
    assert.deepEqual(read.args[0]?.constraint, subpath(join(both.root, "sandbox")));
    const [exempt] = read.approval?.exempt ?? [];
    assert.deepEqual([exempt?.name, exempt?.field, exempt?.kind], ["path", "file_path", "path"]);
    assert.deepEqual(exempt?.constraint, subpath(join(both.root, "sandbox/x")));
    const web = routeOf(both, "WebFetch");
    assert.equal(web.resolve, true);
    assert.equal(web.approval?.threshold, 1);
    assert.deepEqual(web.approval?.exempt?.map(({ name }) => name), ["host"]);
    const args = (tool: string) =>
      routeOf(both, `mcp__tenuo-files__${tool}`).args.map(({ name, constraint, optional }) =>
        `${name} ${constraint[0]} ${optional}`
      );
    assert.deepEqual(args("deploy"), ["target 16 true"]);
    assert.deepEqual(args("beside"), ["a 1 undefined", "b 16 true"]);
    assert.deepEqual(args("wipe"), []);
    for (const tool of ["deploy", "beside", "wipe"]) {
      assert.equal(routeOf(both, `mcp__tenuo-files__${tool}`).closed, true);
    }
  });
});

Deno.test("arguments of native tools go by the warrant's names and by those of the input", async () => {
  const yaml = `
enforce:
  Read: {args: {file_path: "subpath:{sandbox}", limit: "range:1,100", offset: any}}
  Grep: {args: {path: "subpath:{sandbox}", -i: {exact: true}, output_mode: "oneof:content,count"}}
  WebSearch: {args: {allowed_domains: {subset: [a.b, c.d]}}}
  NotebookEdit: {any: ["subpath:{sandbox}/a", "pattern:/srv/*.ipynb"]}
`;
  await compiled(yaml, (both) => {
    const shown = (tool: string) =>
      routeOf(both, tool).args.map(({ name, field, kind, constraint, optional }) =>
        [name, field, kind, constraint[0], optional ?? false].join(" ")
      );
    assert.deepEqual(shown("Read"), [
      "path file_path path 17 false",
      "limit limit value 3 false",
      "offset offset value 16 true",
    ]);
    assert.deepEqual(shown("Grep"), [
      "path path path 17 false",
      "-i -i value 1 false",
      "output_mode output_mode value 4 false",
    ]);
    assert.deepEqual(shown("WebSearch"), ["allowed_domains allowed_domains value 11 false"]);
    assert.deepEqual(routeOf(both, "NotebookEdit").args[0]?.constraint, [13, {
      constraints: [subpath(join(both.root, "sandbox/a")), [2, { pattern: "/srv/*.ipynb" }]],
    }]);
    assert.equal(
      routeOf(both, "NotebookEdit").args[0]?.rule,
      '{any: ["subpath:{sandbox}/a", "pattern:/srv/*.ipynb"]}',
    );
  });
});

Deno.test("every root of a rule is resolved, however deep it stands", async () => {
  await withProject({ "real/x": "", "sandbox/x": "" }, async ({ root, write }) => {
    Deno.symlinkSync("real", join(root, "link"));
    const link = join(root, "link");
    const yaml = `enforce:
  Read: subpath:${link}/x, {sandbox}
  Write: {all: [{any: [{subpath: ["${link}"]}]}, {not: "subpath:${link}/no"}]}
  Bash: {verbs: {ls: {paths: "${link},{sandbox}"}}}
`;
    write("tenuo.yaml", yaml);
    const policy = await loadPolicy(root);
    const places = { project: root, stateDir: join(root, ".state") };
    const rest = { authority: "a", serial: 1, issuedAt: 1, home: root, binary: "/b", sources: [] };
    const sandboxRealPath = resolveSandbox(policy, places);
    const { snapshot } = await compilePolicy(policy, { ...places, ...rest, sandboxRealPath });
    const real = join(root, "real");
    assert.deepEqual(snapshot.routes["Read"]?.args[0]?.constraint, [13, {
      constraints: [subpath(`${real}/x`), subpath(sandboxRealPath)],
    }]);
    assert.deepEqual(snapshot.routes["Write"]?.args[0]?.constraint, [12, {
      constraints: [
        [13, { constraints: [subpath(real)] }],
        [14, { constraint: subpath(`${real}/no`) }],
      ],
    }]);
    const command = snapshot.routes["Bash"]?.args[0]?.command;
    assert.ok(command?.form === "verbs");
    assert.deepEqual(command.verbs["ls"]?.paths, [real, sandboxRealPath]);
  });
});
