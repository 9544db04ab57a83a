import assert from "node:assert/strict";
import { join } from "node:path";
import { type CompiledPolicy, compilePolicy } from "./compile.ts";
import { harnessTools } from "./harness_tools.ts";
import { loadPolicy } from "./load.ts";
import { PolicyError } from "./policy_error.ts";
import { resolveSandbox } from "./sandbox.ts";
import type { Route } from "./snapshot.ts";
import { type TestProject, withProject } from "./test_project.ts";

async function compileIn({ root }: TestProject): Promise<CompiledPolicy> {
  const policy = await loadPolicy(root);
  const places = { project: root, stateDir: join(root, ".state") };
  return await compilePolicy(policy, {
    ...places,
    authority: "a1",
    serial: 3,
    issuedAt: 1_800_000_000,
    home: root,
    binary: "/opt/tenuo-claude",
    sources: [],
    sandboxRealPath: resolveSandbox(policy, { ...places, create: true }),
  });
}

async function compiled(
  yaml: string,
  body: (result: CompiledPolicy, root: string) => void,
  overlays: { readonly [name: string]: string } = {},
): Promise<void> {
  await withProject({ "tenuo.yaml": yaml, ...overlays }, async (project) => {
    body(await compileIn(project), project.root);
  });
}

function routeOf({ snapshot }: CompiledPolicy, tool: string): Route {
  const route = Object.hasOwn(snapshot.routes, tool) ? snapshot.routes[tool] : undefined;
  assert.ok(route !== undefined, tool);
  return route;
}

const subpath = (root: string) => [17, { root, case_sensitive: true, allow_equal: true }];

Deno.test("the stock policy of the tour compiles, and each argument is in both halves", async () => {
  const text = Deno.readTextFileSync(new URL("../../policy/tenuo.yaml", import.meta.url));
  await compiled(text, (result, root) => {
    const { snapshot, capabilities } = result;
    assert.equal(snapshot.name, "demo");
    assert.equal(snapshot.mode, "enforce");
    assert.equal(snapshot.sandbox, join(root, "sandbox"));
    assert.equal(snapshot.ttlSeconds, 3600);
    assert.notEqual(snapshot.defaultLine, 0);
    const governed = ["Read", "Write", "Edit", "Glob", "Grep", "Bash", "WebFetch"];
    const served = ["mcp__tenuo-files__read_file", "mcp__tenuo-files__list_directory"];
    const spawn = ["Agent", "Task"];
    assert.deepEqual(
      Object.keys(snapshot.routes).sort(),
      [...harnessTools, ...spawn, ...governed, ...served].sort(),
    );
    assert.deepEqual(snapshot.servers?.["tenuo-files"]?.launch, {
      kind: "bundled",
      name: "ops-server",
      folder: join(root, "sandbox"),
    });
    assert.deepEqual(routeOf(result, "Bash").args[0]?.constraint, [128, {
      allow: ["ls", "pwd", "echo", "date"],
    }]);
    for (const { capability, args } of Object.values(snapshot.routes)) {
      const granted = capabilities.get(capability);
      assert.deepEqual([...granted ?? []], args.map(({ name, constraint }) => [name, constraint]));
    }
    assert.equal(capabilities.size, Object.keys(snapshot.routes).length - 1);
    assert.deepEqual(JSON.parse(JSON.stringify(snapshot)), snapshot);
  });
});

Deno.test("a file tool's path is judged as a path whatever the constraint", async () => {
  const yaml = "enforce:\n  Read: pattern:/x/*\n  Grep: subpath:{sandbox}/sub\n";
  await compiled(yaml, (result, root) => {
    assert.deepEqual(routeOf(result, "Read"), {
      capability: "read_file",
      access: "read",
      args: [{
        name: "path",
        field: "file_path",
        kind: "path",
        constraint: [2, { pattern: "/x/*" }],
        rule: "pattern:/x/*",
        line: 2,
      }],
      rule: "enforce.Read",
      line: 2,
    });
    assert.deepEqual(routeOf(result, "Grep"), {
      capability: "grep",
      access: "search",
      args: [{
        name: "path",
        field: "path",
        kind: "path",
        absentIsCwd: true,
        constraint: subpath(join(root, "sandbox/sub")),
        rule: "subpath:{sandbox}/sub",
        line: 3,
      }],
      globs: ["glob"],
      rule: "enforce.Grep",
      line: 3,
    });
  });
});

Deno.test("roots are resolved: links, .. and a missing tail", () =>
  withProject({ "real/x": "" }, async (project) => {
    const { root, write } = project;
    Deno.symlinkSync("real", join(root, "link"));
    write("tenuo.yaml", `enforce: {Read: "subpath:${root}/link/../link/new/"}`);
    const route = routeOf(await compileIn(project), "Read");
    assert.deepEqual(route.args[0]?.constraint, subpath(join(root, "real/new")));
  }));

Deno.test("WebFetch has a checked URL and a checked host", async () => {
  const yaml =
    "enforce:\n  WebFetch:\n    ports: [443]\n    domains: [a.b]\n    cidrs: [10.0.0.0/8]";
  await compiled(yaml, (result) => {
    const shown = routeOf(result, "WebFetch").args.map(({ name, field, kind, rule, line }) => [
      ...[name, field, kind],
      ...[rule, line],
    ]);
    assert.deepEqual(shown, [
      ["url", "url", "url", "schemes: http, https; ports: 443; listed networks", 2],
      ["host", "url", "host", "domains: a.b; cidrs: 10.0.0.0/8", 4],
    ]);
  });
});

Deno.test("MCP tools belong to one server; subpath arguments are paths", async () => {
  const yaml = `mcp:
  enforce:
    read_file: subpath:{sandbox}
    a__b: {arg: x, constraint: "exact:1"}
    call: {args: {url: "urlpattern:https://a.b/*", dest: "subpath:/data"}}
`;
  await compiled(yaml, (result) => {
    const { routes } = result.snapshot;
    const names = Object.keys(routes).filter((name) => name.startsWith("mcp__"));
    assert.deepEqual(
      names,
      ["read_file", "a__b", "call"].map((tool) => `mcp__tenuo-files__${tool}`),
    );
    const call = routeOf(result, "mcp__tenuo-files__call");
    assert.equal(call.access, "run");
    assert.equal(call.capability, "mcp__tenuo_files__call");
    assert.deepEqual(call.args.map(({ name, kind }) => [name, kind]), [
      ["url", "value"],
      ["dest", "path"],
    ]);
    assert.equal(result.capabilities.get("mcp__tenuo_files__a__b")?.has("x"), true);
    assert.equal(result.capabilities.has("read_file"), false);
  });
});

Deno.test("allowed tools are free, but files and addresses stay governed", async () => {
  const yaml = "allow: [CronList, mcp__github__get, Read, Glob, WebFetch, constructor, Task]";
  await compiled(yaml, (result) => {
    for (const tool of ["CronList", "mcp__github__get", "constructor", "Task"]) {
      const { access, args, rule, line } = routeOf(result, tool);
      assert.deepEqual([access, args, rule, line], ["none", [], "allow", 1], tool);
    }
    const read = routeOf(result, "Read");
    assert.deepEqual([read.access, read.args[0]?.kind], ["read", "path"]);
    assert.deepEqual(read.args[0]?.constraint, [16, null]);
    assert.deepEqual(routeOf(result, "Glob").globs, ["pattern"]);
    const [url, host] = routeOf(result, "WebFetch").args;
    assert.equal((url?.constraint[1] as { block_private: boolean }).block_private, true);
    assert.deepEqual(host?.constraint, [2, { pattern: "*" }]);
  });
});

Deno.test("the bundle can be switched off, and enforce overrides it", async () => {
  await compiled("allow_bundled: false", ({ snapshot }) => {
    assert.deepEqual(Object.keys(snapshot.routes), ["Agent", "Task"]);
  });
  await compiled("enforce: {WebSearch: 'regex:^tenuo'}\nallow: [WebSearch]", (result) => {
    const [query] = routeOf(result, "WebSearch").args;
    assert.deepEqual([query?.name, query?.kind], ["query", "value"]);
    assert.deepEqual(result.capabilities.get("web_search")?.get("query"), [5, {
      pattern: "^tenuo",
    }]);
  });
  await compiled("mcp: {enforce: {t: 'exact:1'}}\nallow: [mcp__tenuo-files__t]", (result) => {
    assert.equal(routeOf(result, "mcp__tenuo-files__t").args.length, 1);
  });
});

Deno.test("rules out of an overlay name their file", async () => {
  await compiled("enforce: {Read: 'exact:x'}", (result) => {
    const read = routeOf(result, "Read");
    assert.equal(read.rule, "enforce.Read (tenuo.cloud.yaml)");
    assert.equal(read.args[0]?.rule, "exact:y (tenuo.cloud.yaml)");
    assert.deepEqual(result.snapshot.files.map(({ path }) => path), [
      "tenuo.yaml",
      "tenuo.cloud.yaml",
    ]);
    assert.deepEqual(result.snapshot.overlays, ["tenuo.cloud.yaml", "tenuo.advanced.yaml"]);
  }, { "tenuo.cloud.yaml": "enforce: {Read: 'exact:y'}" });
});

const refused: { readonly [yaml: string]: RegExp } = {
  "mcp: {enforce: {a.b: 'exact:1', a_b: 'exact:1'}}": /one rule for mcp__tenuo-files__a_b/,
  "mcp: {enforce: {Get: 'exact:1', get: 'exact:2'}}": /capability mcp__tenuo_files__get/,
  "mcp: {enforce: {t: 'exact:1'}}\nallow: [mcp__tenuo_files__t]": /capability mcp__tenuo_files__t/,
  ["allow: [" + Array.from({ length: 256 }, (_, index) => "T" + index) + "]"]: /at most 256 tools/,
  [
    "mcp: {enforce: {t: {args: {" +
    Array.from({ length: 65 }, (_, index) => `a${index}: 'exact:1'`) + "}}}}"
  ]: /at most 64 constrained arguments/,
};
for (const [yaml, message] of Object.entries(refused)) {
  Deno.test(`cannot be granted: ${yaml.slice(0, 60)}`, () =>
    assert.rejects(compiled(yaml, () => {}), (error) => {
      assert.ok(error instanceof PolicyError, String(error));
      assert.match(error.message, message);
      assert.equal(error.phase, "mint");
      return true;
    }));
}

Deno.test("a root that cannot be resolved is a policy error", () =>
  withProject({}, async (project) => {
    Deno.symlinkSync("loop", join(project.root, "loop"));
    project.write("tenuo.yaml", `enforce: {Read: "subpath:${project.root}/loop"}`);
    await assert.rejects(compileIn(project), /enforce\.Read: .*a path that can be resolved/);
  }));

Deno.test("a sandbox that is not the project's is refused, whoever resolved it", () =>
  withProject({ "tenuo.yaml": "{}", "sandbox/x": "" }, async ({ root }) => {
    const policy = await loadPolicy(root);
    const facts = { project: root, home: root, stateDir: join(root, ".state"), binary: "/b" };
    const rest = { sources: [], authority: "a", serial: 1, issuedAt: 1 };
    for (const sandboxRealPath of ["/", "/etc"]) {
      await assert.rejects(
        compilePolicy(policy, { ...facts, ...rest, sandboxRealPath }),
        PolicyError,
      );
    }
  }));
