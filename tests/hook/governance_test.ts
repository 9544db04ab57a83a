/** Governance files are out of reach of every tool, though the policy grants the whole project. */
import { equal, ok } from "node:assert/strict";
import { Project, wide } from "./project.ts";
import { allowed, refused } from "./verdict.ts";

const files = {
  ".mcp.json": "{}\n",
  "src/a.ts": "a\n",
  "tenuo.local.yaml": "name: x\n",
};
const links = { notes: ".state", "policy_link.yaml": "tenuo.yaml", here: "." };

/** A project that is its own sandbox and holds its home directory as well. */
async function create(): Promise<Project> {
  return await Project.create({ policy: wide, files, links });
}

Deno.test("No tool reads, writes or lists the state directory", async () => {
  await using project = await create();
  const key = "issuer_key.b64";
  const spellings = [
    `.state/${key}`,
    project.state("issuerKey"),
    `./.state/./${key}`,
    `src/../.state/${key}`,
    `notes/${key}`,
    `here/.state/${key}`,
    `here/here/notes/${key}`,
    ".state",
    ".state/",
    "notes",
    ".state/new/file",
  ];
  for (const file_path of spellings) {
    for (const tool of ["Read", "Write", "Edit"]) {
      refused(project, await project.ask(tool, { file_path }), 9007, /governance files/);
    }
  }
  for (const path of [".state", "notes", " .state ", project.path(".state"), `.state/${key}`]) {
    refused(project, await project.ask("Grep", { pattern: "x", path }), 9007);
    refused(project, await project.ask("Glob", { pattern: "*", path }), 9007);
  }
});

Deno.test("Spellings that only the client would resolve reach nothing", async () => {
  await using project = await create();
  // The client trims a path and takes ~ for the home directory.
  const paths = [
    " .state/issuer_key.b64",
    ".state/issuer_key.b64 ",
    "\u00a0.state/x",
    "~/.tenuo/x",
  ];
  for (const file_path of [...paths, "~", "~/../project/.state/issuer_key.b64"]) {
    for (const tool of ["Read", "Write", "Edit"]) {
      refused(project, await project.ask(tool, { file_path }), 9013);
    }
  }
  const grep = { pattern: "x", path: "~/../project/.state" };
  equal((await project.ask("Grep", grep)).decision, "deny");
});

Deno.test("A search over the project skips the state directory, or is refused", async () => {
  await using project = await create();
  allowed(project, await project.ask("Grep", { pattern: "x" }));
  allowed(project, await project.ask("Grep", { pattern: "x", glob: "*.{ts,tsx}" }));
  allowed(project, await project.ask("Glob", { pattern: "**/*.ts" }));
  for (const glob of ["*", "*.b64", "*.{x,b64} foo", ".state/*", "[^x]*.b6[^x]"]) {
    refused(project, await project.ask("Grep", { pattern: "x", glob }), 9007);
  }
  for (const pattern of [".state/*", `${project.root}/.state/*`, `${project.root}/notes/*`]) {
    refused(project, await project.ask("Glob", { pattern }), 9007);
  }
  for (const pattern of ["../*", "/etc/*", "~/*"]) {
    equal((await project.ask("Glob", { pattern })).decision, "deny", pattern);
  }
  // An ignore file of the project's own must not bring the folder back; the one inside it sees to that.
  ok(Deno.statSync(project.path(".state/.rgignore")).isFile);
  Deno.removeSync(project.path(".state/.rgignore"));
  refused(project, await project.ask("Grep", { pattern: "x" }), 9007);
  await project.must("refresh");
  allowed(project, await project.ask("Grep", { pattern: "x" }));
});

Deno.test("What governs the session is read and not written", async () => {
  await using project = await create();
  const governed = [
    "tenuo.yaml",
    "tenuo.cloud.yaml",
    "tenuo.advanced.yaml",
    "policy_link.yaml",
    "here/tenuo.yaml",
    ".mcp.json",
    "mcp.lock",
    ".claude/settings.json",
    ".claude/settings.local.json",
    ".claude/agents/new.md",
    ".claude",
  ];
  for (const file_path of governed) {
    for (const tool of ["Write", "Edit"]) {
      refused(project, await project.ask(tool, { file_path }), 9007, /may not write it/);
    }
  }
  for (const file_path of governed) {
    allowed(project, await project.ask("Read", { file_path }));
  }
  for (
    const file_path of ["src/a.ts", "new.ts", ".claudeignore", "tenuo.yaml.bak", "my.mcp.json"]
  ) {
    allowed(project, await project.ask("Write", { file_path }));
  }
});

Deno.test("The program and the client's files at home are not written", async () => {
  await using project = await Project.create({
    policy: wide.replaceAll("subpath:{sandbox}", "subpath:/"),
  });
  const [command] = project.wired("PreToolUse");
  const program = project.wired("PreToolUse").findLast((word) => word.endsWith("main.ts"));
  const governed = [
    command as string,
    ...(program === undefined ? [] : [program, program.replace("main.ts", "src/x.ts")]),
    `${project.home}/.claude.json`,
    `${project.home}/.claude/settings.json`,
    `${project.home}/.claude-other/x`,
  ];
  for (const file_path of governed) {
    refused(project, await project.ask("Write", { file_path }), 9007, /may not write it/);
    allowed(project, await project.ask("Read", { file_path }));
  }
  for (const file_path of [`${project.home}/.tenuo/x`, `${project.home}/.tenuo`]) {
    refused(project, await project.ask("Read", { file_path }), 9007);
    refused(project, await project.ask("Write", { file_path }), 9007);
  }
});

Deno.test("Commands reach no governance file, whatever they are granted", async () => {
  await using project = await create();
  for (
    const command of [
      "cat .state/issuer_key.b64",
      "cat notes/issuer_key.b64",
      "cat not*/issuer_key.b64",
      "cat .{s..s}tate/issuer_key.b64",
      "cat ~+/.state/issuer_key.b64",
      "grep -r . .",
      "cp -r . /tmp/x",
      "echo x > tenuo.yaml",
      "cp src/tenuo.yaml .",
      "sed -i s/a/b/ .claude/settings.json",
      "echo x > ~/.claude.json",
    ]
  ) refused(project, await project.ask("Bash", { command }), 9007, /governance files/);
  for (
    const command of ["ls -la", "cat tenuo.yaml", "git status", "grep -rn a src", "npm test"]
  ) allowed(project, await project.ask("Bash", { command }));
});

Deno.test("A session that works in the state directory gets nothing", async () => {
  await using project = await create();
  for (const cwd of [project.path(".state"), project.path("notes")]) {
    for (
      const [tool, input] of [
        ["Read", { file_path: "issuer_key.b64" }],
        ["Bash", { command: "ls" }],
        ["Grep", { pattern: "x" }],
        ["Glob", { pattern: "*" }],
      ] as const
    ) refused(project, await project.hook({ ...project.event(tool, input), cwd }), 9007);
  }
});

Deno.test("Tools of MCP servers reach no sealed file, by any argument", async () => {
  await using project = await Project.create({
    policy: `${wide}allow: [mcp__other__read]
mcp:
  enforce:
    read_file: { args: { path: "subpath:{sandbox}", also: any } }
    any: { args: { name: "pattern:*" } }
`,
    files,
    links,
  });
  const key = ".state/issuer_key.b64";
  const inputs: readonly (readonly [string, Record<string, unknown>])[] = [
    ["mcp__tenuo-files__read_file", { path: key }],
    ["mcp__tenuo-files__read_file", { path: "src/a.ts", also: key }],
    ["mcp__tenuo-files__any", { name: key }],
    ["mcp__tenuo-files__any", { name: project.state("issuerKey") }],
    ["mcp__other__read", { path: key }],
    ["mcp__other__read", { nested: { list: ["notes/holder_key.b64"] } }],
  ];
  for (const [tool, input] of inputs) refused(project, await project.ask(tool, input), 9007);
  allowed(project, await project.ask("mcp__tenuo-files__read_file", { path: "src/a.ts" }));
  allowed(project, await project.ask("mcp__tenuo-files__any", { name: "anything" }));
  allowed(project, await project.ask("mcp__other__read", { path: "tenuo.yaml" }));
  const undeclared = { name: "anything", also: key };
  refused(project, await project.ask("mcp__tenuo-files__any", undeclared), 1501);
  refused(project, await project.ask("mcp__tenuo-files__other", {}), 1500);
  refused(project, await project.ask("mcp__evil__read_file", { path: "src/a.ts" }), 1500);
});
