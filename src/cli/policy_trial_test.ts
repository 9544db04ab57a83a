/** `policy test`, and that `init` and `refresh` try the examples first. */
import { deepStrictEqual as deepEqual, match, ok, strictEqual as equal } from "node:assert/strict";
import { Project } from "../../tests/hook/project.ts";
import { shell } from "./warrant_test_shell.ts";

const rules = `enforce:
  Read: subpath:{sandbox}
  Bash: shlex:ls
`;
const good = `${rules}examples:
  - { allow: Read, input: "{sandbox}/notes.txt" }
  - { allow: Read, input: { file_path: notes.txt }, cwd: sandbox }
  - { deny: Bash, input: "ls; id" }
`;
const failing = `${good}  - { allow: Bash, input: { command: pwd } }
`;

/** Every file below the folder, with what it holds. */
function contents(folder: string): string[] {
  return [...Deno.readDirSync(folder)].flatMap(({ name, isDirectory }) =>
    isDirectory
      ? contents(`${folder}/${name}`)
      : [`${name} ${Deno.readTextFileSync(`${folder}/${name}`)}`]
  ).sort();
}

function names(folder: string): string[] {
  return [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
}

Deno.test("Examples of the file and of a cases file, without state and without a trace", async () => {
  await using project = await Project.create({ policy: good, init: false });
  const before = names(project.root);
  const { code, stdout, stderr } = await project.command("policy", "test");
  deepEqual([code, stderr], [0, ""]);
  const lines = stdout.split("\n");
  equal(
    lines.filter((line) =>
      /^ok {6}(Read|Bash) +.* (allow|deny) +.* at tenuo\.yaml:[23]$/.test(line)
    ).length,
    3,
  );
  equal(lines.at(-2), "3 passed, 0 failed");
  deepEqual(names(project.root), before);

  project.write(
    "cases.yaml",
    '- { deny: Read, input: "{project}/tenuo.yaml" }\n- { allow: Bash, input: id }\n',
  );
  const more = await project.command("policy", "test", "cases.yaml");
  equal(more.code, 1);
  match(more.stdout, /^FAILED {2}Bash {2}id +expected allow, got deny$/m);
  match(more.stdout, /^ {8}cases\.yaml:2:3: Tenuo denied Bash: /m);
  match(more.stdout, /^4 passed, 1 failed$/m);
  for (const line of more.stdout.split("\n")) ok(line.length <= 120, line);

  const json = await project.command("policy", "test", "cases.yaml", "--json");
  const { ok: isGood, passed, failed, sandbox_exists, results } = JSON.parse(json.stdout);
  deepEqual([json.code, isGood, passed, failed, sandbox_exists], [1, false, 4, 1, true]);
  const { reason, ...rest } = results[4];
  match(reason, /^Tenuo denied Bash: /);
  deepEqual(rest, {
    ok: false,
    file: "cases.yaml",
    line: 2,
    tool: "Bash",
    input: { command: "id" },
    cwd: project.root,
    role: null,
    expected: "allow",
    got: "deny",
    code: rest.code,
    rule: "shlex:ls",
    rule_line: 3,
  });
  const piped = await shell(
    "echo '- {allow: Bash, input: ls}' | tenuo-claude policy test -",
    project.root,
  );
  match(piped.stdout, /^4 passed, 0 failed$/m);
});

Deno.test("The files are tried, not what is in force", async () => {
  await using project = await Project.create({ policy: good });
  const before = contents(project.path(".state"));
  project.write("tenuo.yaml", good.replace("shlex:ls", "shlex:pwd"));
  project.write("cases.yaml", "- { allow: Bash, input: pwd }\n");
  equal((await project.command("policy", "test", "cases.yaml")).code, 0);
  deepEqual(contents(project.path(".state")), before);
});

Deno.test("A sandbox that is not there yet is said, and is not made", async () => {
  await using project = await Project.create({ policy: good, init: false });
  Deno.removeSync(project.path("sandbox"), { recursive: true });
  const { code, stdout, stderr } = await project.command("policy", "test");
  deepEqual([code, /3 passed, 0 failed/.test(stdout)], [0, true]);
  match(stderr, /^note: the sandbox \S+\/sandbox does not exist yet/);
  ok(!names(project.root).includes("sandbox"));
});

Deno.test("Where nothing can be tried the exit code is 2", async () => {
  await using project = await Project.create({ policy: rules, init: false });
  Deno.writeFileSync(project.path("bytes.yaml"), new Uint8Array([0xff, 0xfe]));
  const rows: readonly (readonly [policy: string, args: readonly string[], message: RegExp])[] = [
    [rules, ["bytes.yaml"], /bytes\.yaml is not text in UTF-8/],
    [rules, [], /There are no examples/],
    [rules, ["gone.yaml"], /Missing gone\.yaml/],
    [rules, ["tenuo.yaml"], /expected a list of examples/],
    ["mode: maybe\n", [], /cannot be used \(1 error, 0 warnings\)/],
  ];
  for (const [policy, args, message] of rows) {
    project.write("tenuo.yaml", policy);
    const { code, stdout, stderr } = await project.command("policy", "test", ...args);
    deepEqual([code, stdout], [2, ""]);
    match(stderr, message);
  }
});

Deno.test("init with a failing example leaves no trace", async () => {
  await using project = await Project.create({ policy: failing, init: false });
  Deno.removeSync(project.path("sandbox"), { recursive: true });
  const { code, stdout, stderr } = await project.command("init");
  deepEqual([code, stdout], [1, ""]);
  match(stderr, /An example does not hold; what was in force stays in force\n/);
  match(
    stderr,
    /^ {2}tenuo\.yaml:8:5: Bash: expected allow, got deny\n {4}Tenuo denied Bash: .*pwd/m,
  );
  deepEqual(names(project.root), ["tenuo.yaml"]);
});

Deno.test("refresh with a failing example keeps what is in force, byte for byte", async () => {
  await using project = await Project.create({ policy: good });
  const before = contents(project.path(".state"));
  const wiring = project.read(".claude/settings.json");
  project.write("tenuo.yaml", failing);
  const { code, stdout, stderr } = await project.command("refresh", "--yes");
  deepEqual([code, stdout], [1, ""]);
  match(stderr, /tenuo\.yaml:8:5: Bash: expected allow, got deny/);
  deepEqual(contents(project.path(".state")), before);
  equal(project.read(".claude/settings.json"), wiring);
  const { findings } = JSON.parse((await project.command("check", "--json")).stdout);
  deepEqual(findings.map(({ subject, place }: Record<string, unknown>) => [subject, place]), [
    ["examples", "tenuo.yaml:8:5"],
    ["state", null],
  ]);
  project.write("tenuo.yaml", good);
  equal((await project.command("refresh")).code, 0);
});
