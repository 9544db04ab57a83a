/** `check` and `status` about MCP servers, through the real command line. */
import { deepStrictEqual as deepEqual, match, ok, strictEqual as equal } from "node:assert/strict";
import { Project } from "../../tests/hook/project.ts";
import type { Json } from "../claude/json_file.ts";

const policy = `enforce:
  Read: subpath:{sandbox}
mcp:
  downstream: bundled:ops-server
  enforce:
    read_file: subpath:{sandbox}
`;

interface Found {
  readonly subject: string;
  readonly severity: string;
  readonly place: string | null;
  readonly message: string;
  readonly mend: string;
}

/** What check says of MCP servers, and that it says nothing else. */
async function check(project: Project): Promise<Found[]> {
  const { stdout, stderr, code } = await project.command("check", "--json");
  equal(stderr, "");
  const { findings } = JSON.parse(stdout) as { readonly findings: Found[] };
  deepEqual(findings.filter(({ subject }) => subject !== "mcp"), []);
  equal(code, findings.some(({ severity }) => severity === "problem") ? 1 : 0);
  return findings;
}

interface ServersFile {
  readonly mcpServers: { readonly [name: string]: { readonly args: readonly string[] } & Json };
}

const own = "tenuo-files";

Deno.test("Servers behind the proxy are in order, and status counts them", async () => {
  await using project = await Project.create({ policy });
  deepEqual(await check(project), []);
  const { stdout } = await project.command("status");
  match(stdout, /^mcp +: 1 server behind the proxy, 3 tools pinned$/m);
  match(stdout, /^enforced +: mcp__tenuo-files__read_file, Read$/m);
  const { mcp } = JSON.parse((await project.command("status", "--json")).stdout);
  deepEqual(mcp, { servers: 1, pinnedTools: 3, unpinned: [] });
});

Deno.test("An entry that is not as init writes it is found, and init mends it", async (test) => {
  await using project = await Project.create({ policy });
  const good = JSON.parse(project.read(".mcp.json")) as ServersFile;
  const entry = good.mcpServers[own];
  ok(entry !== undefined);
  const { args } = entry;
  const rows: readonly (readonly [name: string, entry: unknown, message: RegExp])[] = [
    ["missing", undefined, /is missing, so that its tools are not there/],
    ["with variables", { ...entry, env: { A: "1" } }, /has env beside what init writes/],
    ["with a URL", { ...entry, url: "https://a.test" }, /has url beside what init writes/],
    ["another type", { ...entry, type: "http" }, /has the type "http"/],
    ["another root", { ...entry, args: args.with(-1, "ab".repeat(32)) }, /is for another server/],
    ["another project", { ...entry, args: args.with(-3, "/other") }, /is for another server/],
    ["another server", { ...entry, args: args.with(-5, "other") }, /is for another server/],
    ["more arguments", { ...entry, args: [...args, "--x"] }, /is for another server/],
    ["another program", { ...entry, command: "/bin/sh" }, /does not run the program .* \/bin\/sh/],
    ["given more before", { ...entry, args: ["--inspect", ...args] }, /does not run the program/],
  ];
  for (const [name, spoiled, message] of rows) {
    await test.step(name, async () => {
      project.write(".mcp.json", JSON.stringify({ mcpServers: { [own]: spoiled } }));
      const [found, ...others] = await check(project);
      deepEqual(others, []);
      match(found?.message ?? "", /^The entry of the MCP server tenuo-files /);
      match(found?.message ?? "", message);
      deepEqual([found?.severity, found?.place], ["problem", ".mcp.json"]);
      equal(found?.mend, "tenuo-claude init");
      await project.must("init");
      deepEqual(await check(project), []);
    });
  }
});

Deno.test("Entries that point past the proxy fail the check", async () => {
  await using project = await Project.create({ policy });
  const { mcpServers } = JSON.parse(project.read(".mcp.json")) as ServersFile;
  const other = { command: "other-server" };
  project.write(".mcp.json", JSON.stringify({ mcpServers: { ...mcpServers, other } }));
  const [found, ...more] = await check(project);
  deepEqual(more, []);
  equal(found?.severity, "problem");
  match(found?.message ?? "", /^The MCP server other is reached past the proxy/);

  project.write(".mcp.json", JSON.stringify({ mcpServers: { [own]: other } }));
  match((await check(project))[0]?.message ?? "", /starts the server past the proxy/);
  project.write(".mcp.json", "{");
  match((await check(project))[0]?.message ?? "", /\.mcp\.json is not JSON: .*\.$/);
});

Deno.test("The client's own servers are found where they are in the way, and named where not", async (test) => {
  await using project = await Project.create({ policy });
  const home = (name: string, value: unknown) => {
    const path = `${project.home}/${name}`;
    Deno.mkdirSync(path.slice(0, path.lastIndexOf("/")), { recursive: true });
    Deno.writeTextFileSync(path, JSON.stringify(value));
    return () => Deno.removeSync(path);
  };
  const local = (value: unknown) => {
    project.write(".claude/settings.local.json", JSON.stringify(value));
    return () => Deno.removeSync(project.path(".claude/settings.local.json"));
  };
  const ours = { mcpServers: { [own]: { command: "x" } } };
  const here = (value: unknown) => ({ projects: { [project.root]: value } });
  const rows: readonly (readonly [
    name: string,
    put: () => () => void,
    severity: string | undefined,
    message: RegExp,
  ])[] = [
    [
      "of the project",
      () => home(".claude.json", here(ours)),
      "problem",
      /of its own, whose tools/,
    ],
    ["of the user", () => home(".claude.json", ours), "problem", /of its own, whose tools/],
    [
      "another one",
      () => home(".claude.json", { mcpServers: { other: {} } }),
      "warning",
      /\.claude\.json starts the MCP server other past the proxy\. The hook denies its tools/,
    ],
    [
      "of another project",
      () => home(".claude.json", { projects: { "/elsewhere": ours } }),
      undefined,
      /^$/,
    ],
    ["no map", () => home(".claude.json", [5]), undefined, /^$/],
    [
      "above the project",
      () => home("../.mcp.json", { mcpServers: { other: {} } }),
      "warning",
      /\/\.mcp\.json starts the MCP server other past the proxy/,
    ],
    [
      "above the project, by a name that the project's own file has",
      () => home("../.mcp.json", ours),
      undefined,
      /^$/,
    ],
    [
      "refused by a person",
      () => home(".claude.json", here({ disabledMcpjsonServers: [own] })),
      "problem",
      /keeps the MCP server tenuo-files from being started \(disabledMcpjsonServers\)/,
    ],
    [
      "switched off by a person",
      () => home(".claude.json", here({ disabledMcpServers: [own] })),
      "problem",
      /\(disabledMcpServers\)/,
    ],
    [
      "switched off by the user's settings",
      () => home(".claude/settings.json", { disabledMcpjsonServers: [own] }),
      "problem",
      /\(disabledMcpjsonServers\)/,
    ],
    [
      "switched off here",
      () => local({ disabledMcpjsonServers: [own] }),
      "problem",
      /settings\.local/,
    ],
    [
      "denied",
      () => local({ deniedMcpServers: [{ serverName: own }] }),
      "problem",
      /\(deniedMcpServers\)/,
    ],
    [
      "not among the allowed",
      () => local({ allowedMcpServers: [{ serverName: "other" }] }),
      "problem",
      /\(allowedMcpServers\)/,
    ],
    ["allowed", () => local({ allowedMcpServers: [{ serverName: own }] }), undefined, /^$/],
    ["another one off", () => local({ disabledMcpjsonServers: ["other"] }), undefined, /^$/],
    ["all must be asked for", () => local({ enableAllProjectMcpServers: false }), undefined, /^$/],
  ];
  for (const [name, put, severity, message] of rows) {
    await test.step(name, async () => {
      const remove = put();
      const [found, ...more] = await check(project);
      deepEqual([found?.severity, more], [severity, []]);
      match(found?.message ?? "", message);
      remove();
      deepEqual(await check(project), []);
    });
  }
});

Deno.test("Pins that are missing or altered are found, and refresh mends what it can", async () => {
  await using project = await Project.create({ policy });
  const lock = project.read("mcp.lock");
  project.write("mcp.lock", lock.replace("read_file", "read_fils"));
  const [altered] = await check(project);
  deepEqual([altered?.severity, altered?.place], ["problem", "mcp.lock"]);
  match(altered?.message ?? "", /^mcp\.lock is not as .* signed it; all tools of MCP servers are/);
  match((await project.command("status")).stdout, /^problem +: mcp\.lock is not as /m);
  Deno.removeSync(project.path("mcp.lock"));
  match((await check(project))[0]?.message ?? "", /^mcp\.lock is missing; /);
  project.write("mcp.lock", lock);
  deepEqual(await check(project), []);
});

Deno.test("Without servers nothing is said of MCP but what the client starts by itself", async () => {
  await using project = await Project.create({ policy: "enforce:\n  Read: subpath:{sandbox}\n" });
  project.write(".mcp.json", "garbage");
  deepEqual(await check(project), []);
  project.write(".mcp.json", JSON.stringify({ mcpServers: { other: {} } }));
  match(
    (await check(project))[0]?.message ?? "",
    /^The MCP server other is reached past the proxy/,
  );
  match((await project.command("status")).stdout, /^mcp +: no server$/m);
});

Deno.test("An entry that only looks like one of init's is found", async () => {
  await using project = await Project.create({ policy });
  const { mcpServers } = JSON.parse(project.read(".mcp.json")) as ServersFile;
  const other = { command: "/bin/sh", args: ["-c", "true", "_mcp-proxy"] };
  project.write(".mcp.json", JSON.stringify({ mcpServers: { ...mcpServers, other } }));
  const [found, ...more] = await check(project);
  deepEqual([found?.severity, found?.place, more], ["problem", ".mcp.json", []]);
  match(found?.message ?? "", /^The entry other looks like one of init's, for an MCP server that/);
  await project.must("init");
  deepEqual(await check(project), []);
});
