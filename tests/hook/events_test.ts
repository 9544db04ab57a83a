/** What comes in on standard input: anything but a complete event of a tool call is refused. */
import { equal, match, ok } from "node:assert/strict";
import { hasControl } from "../../src/authorizer/resolve_path.ts";
import { Project } from "./project.ts";
import { allowed, refused } from "./verdict.ts";

const limit = 16 << 20;

/** An event, as text, whose `tool_input` is padded to a size in bytes. */
function sized(project: Project, size: number): string {
  const event = project.event("Read", { file_path: project.path("sandbox/notes.txt"), pad: "" });
  const text = JSON.stringify(event);
  return text.replace('"pad":""', `"pad":"${"x".repeat(size - text.length)}"`);
}

Deno.test("Standard input that is no event is refused and recorded", async () => {
  await using project = await Project.create();
  const bytes = (...values: number[]) => Uint8Array.from(values);
  const inputs: readonly (readonly [what: string, input: unknown])[] = [
    ["nothing", ""],
    ["blanks", " \n "],
    ["text", "not json"],
    ["a truncated event", '{"hook_event_name":"PreToolUse","tool_name":"Re'],
    ["two documents", "{}{}"],
    ["null", null],
    ["a number", 1],
    ["text in JSON", "null"],
    ["a list", []],
    ["a list of events", [project.event("Read", {})]],
    ["an empty object", {}],
    ["invalid UTF-8", bytes(0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d)],
    ["NUL bytes", bytes(0, 0, 0, 0)],
    ["UTF-16", bytes(0xff, 0xfe, 0x7b, 0, 0x7d, 0)],
    ["NaN", '{"hook_event_name":NaN}'],
  ];
  for (const [what, input] of inputs) {
    const before = project.receipts().length;
    const verdict = await project.hook(input);
    refused(project, verdict, 9001, /^Tenuo hook error \(fail-closed\): /);
    equal(project.receipts().length, before + 1, what);
  }
});

Deno.test("An event with missing members, wrong types or another name is refused", async () => {
  await using project = await Project.create();
  const good = project.event("Read", { file_path: project.path("sandbox/notes.txt") });
  const changes: readonly Record<string, unknown>[] = [
    ...["PostToolUse", "PostToolUseFailure", "SessionStart", "PreToolUs", "pretooluse", "", 1, null]
      .map((hook_event_name) => ({ hook_event_name })),
    ...[undefined, "", 1, null, ["Read"], {}].map((tool_name) => ({ tool_name })),
    ...[undefined, null, "x", 1, [], [{}]].map((tool_input) => ({ tool_input })),
    ...[undefined, "", "relative", 1, null].map((cwd) => ({ cwd })),
    ...[1, {}, null].map((session_id) => ({ session_id })),
    { tool_use_id: 7 },
    { agent_type: [] },
    { agent_id: {} },
  ];
  for (const change of changes) {
    const verdict = await project.hook({ ...good, ...change });
    refused(project, verdict, 9001, /fail-closed/);
  }
  allowed(project, await project.hook(good));
});

Deno.test("Members are taken from the event itself, never from a prototype", async () => {
  await using project = await Project.create();
  const path = project.path("sandbox/notes.txt");
  const inherited = JSON.stringify({ cwd: project.root, tool_use_id: "t" }).slice(0, -1) +
    `,"__proto__":${JSON.stringify(project.event("Read", { file_path: path }))}}`;
  refused(project, await project.hook(inherited), 9001);
  const inside = JSON.stringify(project.event("Read", {}))
    .replace('"tool_input":{}', `"tool_input":{"__proto__":{"file_path":${JSON.stringify(path)}}}`);
  refused(project, await project.hook(inside), 9013);
  for (const tool of ["__proto__", "constructor", "toString", "hasOwnProperty", "valueOf"]) {
    refused(project, await project.ask(tool, {}), 1500, /is not granted/);
  }
});

Deno.test("Names that try to pass for a granted tool are not granted", async () => {
  await using project = await Project.create();
  const input = { file_path: project.path("sandbox/notes.txt") };
  for (const tool of ["read", "READ", "Read ", " Read", "Read\0", "Re\u200bad", "R\u0435ad", "*"]) {
    refused(project, await project.ask(tool, input), 1500);
  }
});

Deno.test("Input up to 16 MB is judged, a byte more is refused", async () => {
  await using project = await Project.create();
  allowed(project, await project.hook(sized(project, limit)));
  refused(project, await project.hook(sized(project, limit + 1)), 9001, /larger than 16 MB/);
  refused(project, await project.hook(sized(project, limit + 4_000_000)), 9001);
});

Deno.test("Deeply nested and odd input ends in a plain refusal with a receipt", async () => {
  await using project = await Project.create();
  const deep = (depth: number) => "[".repeat(depth) + "]".repeat(depth);
  const event = (input: string) =>
    JSON.stringify(project.event("FutureTool", {})).replace(
      '"tool_input":{}',
      `"tool_input":${input}`,
    );
  for (const depth of [1000, 200_000]) {
    const before = project.receipts().length;
    const verdict = await project.hook(event(`{"x":${deep(depth)}}`));
    equal(verdict.decision, "deny");
    equal(project.receipts().length, before + 1, `Nested ${depth} deep`);
  }
  refused(project, await project.hook(event('{"x":1e999}')), 1500);
  refused(project, await project.hook(event('{"x":"\\ud800"}')), 1500);
  const path = { file_path: "/".concat("a/".repeat(500_000)) };
  const long = await project.ask("Read", path);
  refused(project, long, 9013, /longer than/);
  ok(long.stdout.length < 10_000, `${long.stdout.length} bytes printed`);
  const named = await project.ask("T".repeat(1_000_000), {});
  refused(project, named, 1500);
  ok(named.stdout.length < 10_000, `${named.stdout.length} bytes printed`);
  const command = await project.ask("Bash", { command: `rm ${"x".repeat(100_000)}` });
  equal(command.decision, "deny");
  ok(command.stdout.length < 10_000, `${command.stdout.length} bytes printed`);
});

Deno.test("A reason carries no control characters to the terminal", async () => {
  await using project = await Project.create();
  const hostile = "\x1b[2J\x1b]0;owned\x07\r\u009b31m";
  for (
    const [tool, input] of [
      [`X${hostile}`, {}],
      ["Read", { file_path: `/etc/${hostile}` }],
      ["Bash", { command: `evil ${hostile}` }],
    ] as const
  ) {
    const { decision, stderr } = await project.ask(tool, input);
    equal(decision, "deny");
    ok(!hasControl(stderr.replace(/\n$/, "")), JSON.stringify(stderr));
  }
});

Deno.test("Arguments of the hook are read strictly", async () => {
  await using project = await Project.create();
  const root = project.pinned;
  const input = { file_path: project.path("sandbox/notes.txt") };
  const at = ["--project", project.root];
  const lines: readonly (readonly string[])[] = [
    ["--project"],
    [...at, "--root"],
    [...at, ...at],
    [...at, "--root", root, "--root", root],
    [...at, "--yes", "1"],
    ["project", project.root],
    ["--project", `${project.root}/nowhere`],
    [],
  ];
  for (const args of lines) {
    const verdict = await project.ask("Read", input, { args });
    equal(verdict.decision, "deny", args.join(" "));
    match(verdict.reason, /^Tenuo hook error \(fail-closed\): /);
  }
  allowed(project, await project.ask("Read", input, { args: [...at, "--root", root] }));
  allowed(project, await project.ask("Read", input, { args: at }));
  allowed(
    project,
    await project.ask("Read", input, { args: [], env: { CLAUDE_PROJECT_DIR: project.root } }),
  );
});

Deno.test("The hook speaks for its own project only", async () => {
  await using project = await Project.create();
  await using other = await Project.create();
  Deno.symlinkSync(project.root, other.outside("alias"));
  const input = { file_path: project.path("sandbox/notes.txt") };
  const told = (directory: string) => ({ env: { CLAUDE_PROJECT_DIR: directory } });
  const verdict = await project.ask("Read", input, told(other.root));
  equal(verdict.decision, "deny");
  match(verdict.reason, /wired for .* not for /);
  for (const directory of ["/", "", `${project.root}/nowhere`]) {
    equal((await project.ask("Read", input, told(directory))).decision, "deny", directory);
  }
  allowed(project, await project.ask("Read", input, told(project.root)));
  allowed(project, await project.ask("Read", input, told(other.outside("alias"))));
  // The working directory of the process says nothing about the project.
  allowed(project, await project.ask("Read", input, { cwd: other.root }));
});
