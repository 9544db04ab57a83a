import { deepEqual, equal, match, ok } from "node:assert/strict";
import { stockPolicy, type TestProject, withProject } from "../authorizer/service_test_project.ts";
import type { Json } from "../claude/json_file.ts";
import type { ServerLaunch } from "../policy/snapshot.ts";
import { startsTheSame } from "./server_entries.ts";

const launch: ServerLaunch = {
  kind: "command",
  command: "/project/bin/server",
  args: ["/project/data", "--port=1"],
  env: { MODE: "quiet" },
  passEnv: ["TOKEN"],
  cwd: "/project",
};
const whole = {
  type: "stdio",
  command: "./bin/server",
  args: ["/project/data", "--port=1"],
  env: { MODE: "quiet", TOKEN: "${TOKEN}" },
};
const http: ServerLaunch = {
  kind: "http",
  url: "https://mcp.example.test/",
  headers: { Authorization: "LOGIN" },
};

Deno.test("An entry says no more than the policy when all that is in it stands there too", () => {
  const { type: _type, ...untyped } = whole;
  const same: Json[] = [
    whole,
    untyped,
    { ...whole, args: ["data", "--port=1"] },
    { ...whole, env: {} },
    { ...untyped, command: launch.command },
  ];
  for (const entry of same) equal(startsTheSame(entry, launch, "/project"), true);
  const reached = { type: "http", url: http.url, headers: { authorization: "${LOGIN}" } };
  equal(startsTheSame(reached, http, "/project"), true);
  equal(startsTheSame({ type: "http", url: http.url }, http, "/project"), true);
});

Deno.test("An entry that says something else would be lost, and is not the same", () => {
  const others: Json[] = [
    { ...whole, command: "server" },
    { ...whole, args: ["/project/data"] },
    { ...whole, args: ["/project/data", "--port=2"] },
    { ...whole, args: ["/project/data", "--port=1", "x"] },
    { ...whole, args: "x" },
    { ...whole, env: { MODE: "loud" } },
    { ...whole, env: { TOKEN: "secret" } },
    { ...whole, env: { OTHER: "${OTHER}" } },
    { ...whole, env: 5 },
    { ...whole, type: "sse" },
    { ...whole, headersHelper: "x" },
    {},
  ];
  for (const entry of others) {
    equal(startsTheSame(entry, launch, "/project"), false, JSON.stringify(entry));
  }
  equal(startsTheSame(whole, { ...launch, cwd: "/project/inner" }, "/project"), false);
  for (
    const entry of [
      { type: "http", url: "https://other.example.test/" },
      { type: "sse", url: http.url },
      { type: "http", url: http.url, headers: { Authorization: "Bearer secret" } },
      { type: "http", url: http.url, headers: { "X-Other": "${LOGIN}" } },
      whole,
    ]
  ) equal(startsTheSame(entry, http, "/project"), false, JSON.stringify(entry));
  equal(
    startsTheSame(whole, { kind: "bundled", name: "ops-server", folder: "/project" }, "/project"),
    false,
  );
});

const policy = `${stockPolicy}mcp:
  servers:
    notes:
      command: notes-server
      args: [--quiet]
      allow: [read]
`;

function file({ place }: TestProject, name: string): string {
  return `${place.project}/${name}`;
}

function entries(project: TestProject): Json {
  return JSON.parse(Deno.readTextFileSync(file(project, ".mcp.json"))).mcpServers;
}

Deno.test("init writes the proxy for each server, refresh goes with the policy", async () => {
  await withProject((project) => {
    const { project: folder, root } = project.place;
    const tail = ["_mcp-proxy", "--server", "notes", "--project", folder, "--root", root];
    const { notes } = entries(project) as { readonly notes: { readonly args: string[] } };
    deepEqual(notes.args.slice(-tail.length), tail);
    deepEqual(Object.keys(notes), ["type", "command", "args"]);
    const again = project.run(["refresh"]);
    match(again.stdout, /^MCP +: notes, through the proxy \(\.mcp\.json, unchanged\)$/m);

    Deno.writeTextFileSync(file(project, "tenuo.yaml"), stockPolicy);
    match(project.run(["refresh"]).stdout, /^MCP +: no server; \.mcp\.json is without ours$/m);
    equal([...Deno.readDirSync(folder)].some(({ name }) => name === ".mcp.json"), false);
    ok(!project.run(["refresh"]).stdout.includes("MCP"));
  }, { policy });
});

Deno.test("Foreign entries are kept and told; what cannot be merged stops refresh before it mints", async () => {
  await withProject((project) => {
    const path = file(project, ".mcp.json");
    const inForce = () => Deno.readTextFileSync(file(project, ".state/policy.snapshot"));
    const other = { command: "other-server" };
    Deno.writeTextFileSync(path, JSON.stringify({ mcpServers: { ...entries(project), other } }));
    const told = project.run(["refresh"]);
    equal(told.code, 0);
    match(told.stderr, /^warning: \.mcp\.json starts "other" past the proxy: govern it under/m);
    deepEqual(entries(project).other, other);

    const before = inForce();
    for (
      const [text, why] of [
        ["{", /\.mcp\.json is not JSON/],
        [JSON.stringify({ mcpServers: { notes: other } }), /"notes" .* does not start what/],
      ] as const
    ) {
      Deno.writeTextFileSync(path, text);
      const refused = project.run(["refresh"]);
      equal(refused.code, 1);
      match(refused.stderr, why);
      deepEqual([inForce(), Deno.readTextFileSync(path)], [before, text]);
    }
    const same = { command: "notes-server", args: ["--quiet"] };
    Deno.writeTextFileSync(path, JSON.stringify({ mcpServers: { notes: same } }));
    equal(project.run(["refresh"]).code, 0);
    ok(JSON.stringify(entries(project).notes).includes("_mcp-proxy"));
  }, { policy });
});

Deno.test("A new file is kept out of git; one that git tracks is told", async () => {
  await withProject((project) => {
    const git = (...args: string[]) => {
      const { code, stdout } = new Deno.Command("git", {
        args: ["-C", project.place.project, ...args],
      }).outputSync();
      equal(code, 0, args.join(" "));
      return new TextDecoder().decode(stdout);
    };
    git("init", "-q");
    Deno.writeTextFileSync(`${project.place.project}/mcp.lock`, "");
    const shown = git("status", "--porcelain");
    ok(shown.includes(".mcp.json") && shown.includes("mcp.lock"));
    ok(!project.run(["refresh"]).stderr.includes("git"));
    const kept = git("status", "--porcelain");
    ok(!kept.includes(".mcp.json") && !kept.includes("mcp.lock"));
    git("add", "--force", ".mcp.json", "mcp.lock");
    const { stderr } = project.run(["refresh"]);
    match(stderr, /and git tracks it; run git rm --cached \.mcp\.json$/m);
    match(stderr, /and git tracks it; run git rm --cached mcp\.lock$/m);
  }, { policy });
});
