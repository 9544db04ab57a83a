/** `explain` through the real command line: the hook's verdict, without a trace. */
import { deepStrictEqual as deepEqual, match, ok, strictEqual as equal } from "node:assert/strict";
import { Project } from "../../tests/hook/project.ts";
import { shell } from "./warrant_test_shell.ts";

const policy = `enforce:
  Read: subpath:{sandbox}
  Bash: shlex:ls,pwd
`;

/** Every file of the state directory, evidence included. */
function contents(project: Project, folder = ".state"): string[] {
  return [...Deno.readDirSync(project.path(folder))].flatMap(({ name, isDirectory }) => {
    const path = `${folder}/${name}`;
    return isDirectory ? contents(project, path) : [`${path} ${project.read(path)}`];
  }).sort();
}

interface Told {
  readonly code: number;
  readonly verdict: string;
  readonly reason: string;
  readonly source: string;
  readonly input: unknown;
  readonly cwd: string;
  readonly role: string | null;
  readonly steps: readonly { readonly outcome: string }[];
  readonly after_refresh: null | { readonly verdict?: string; readonly problem?: string };
}

/** The JSON that is printed, with the exit code in place of the refusal's. */
async function explained(project: Project, ...args: readonly string[]): Promise<Told> {
  const { code, stdout, stderr } = await project.command("explain", ...args, "--json");
  equal(stderr, "");
  return { ...JSON.parse(stdout), code };
}

Deno.test("The verdict and the sentence are the hook's, and nothing is recorded", async () => {
  await using project = await Project.create({ policy });
  const before = contents(project);
  const calls: readonly (readonly [tool: string, input: Record<string, unknown>])[] = [
    ["Bash", { command: "ls -la" }],
    ["Bash", { command: "ls; id" }],
    ["Bash", { command: "cat .state/holder_key.b64" }],
    ["Read", { file_path: "sandbox/notes.txt" }],
    ["Read", { file_path: "/etc/hosts" }],
    ["Read", {}],
    ["NoSuchTool", {}],
    ["TodoWrite", { todos: [] }],
  ];
  const told: Told[] = [];
  for (const [tool, input] of calls) {
    told.push(await explained(project, tool, JSON.stringify(input)));
  }
  deepEqual(contents(project), before);
  for (const [at, [tool, input]] of calls.entries()) {
    const { code, verdict, reason, steps, source, after_refresh } = told[at] as Told;
    const hook = await project.ask(tool, input);
    deepEqual([verdict, reason], [hook.decision, hook.reason], JSON.stringify(input));
    equal(code, verdict === "allow" ? 0 : 1);
    deepEqual([source, after_refresh], ["in force", null]);
    const refused = steps.filter(({ outcome }) => outcome === "refused");
    equal(refused.length, verdict === "allow" ? 0 : 1);
  }
});

Deno.test("Text, standard input, an event, a folder and a role", async () => {
  await using project = await Project.create({ policy });
  const text = await explained(project, "Bash", "ls -la");
  deepEqual([text.code, text.input, text.cwd], [0, { command: "ls -la" }, project.root]);
  const inside = await explained(project, "Read", "notes.txt", "--cwd", "sandbox");
  deepEqual([inside.code, inside.cwd], [0, project.path("sandbox")]);
  equal((await explained(project, "Read", "notes.txt")).code, 1);
  equal((await explained(project, "Bash", "ls", "--role", "Explore")).role, "Explore");

  const event = project.event("Read", { file_path: "notes.txt" });
  project.write("event.json", JSON.stringify({ ...event, cwd: project.path("sandbox") }));
  equal((await explained(project, "--event", "event.json")).code, 0);
  for (const input of ["ls -la", '{"command": "ls -la"}']) {
    const script = `echo '${input}' | tenuo-claude explain Bash - --json`;
    const { code, stdout } = await shell(script, project.root);
    deepEqual([code, JSON.parse(stdout).input], [0, { command: "ls -la" }]);
  }
  const { code, stdout } = await project.command("explain", "Read", "/etc/hosts");
  equal(code, 1);
  match(stdout, /^Read \{"file_path":"\/etc\/hosts"\}\n\nok +project /);
  match(stdout, /^refused +rule path +path "\/etc\/hosts" is not within/m);
  match(stdout, /^DENY +Tenuo denied Read: /m);
  for (const line of stdout.split("\n")) ok(line.length <= 120, line);
});

Deno.test("An edit is told of: what refresh would change for this call", async () => {
  await using project = await Project.create({ policy });
  project.write("tenuo.yaml", policy.replace("ls,pwd", "pwd"));
  const told = await explained(project, "Bash", "ls");
  deepEqual([told.verdict, told.after_refresh?.verdict, told.code], ["allow", "deny", 0]);
  const shown = await project.command("explain", "Bash", "ls");
  match(
    shown.stdout,
    /^note +tenuo\.yaml was edited;.*\n? *After tenuo-claude\s+refresh it is deny: /m,
  );
  const same = await explained(project, "Bash", "pwd");
  deepEqual([same.verdict, same.after_refresh?.verdict], ["allow", "allow"]);

  project.write("tenuo.yaml", "enforce: {Raed: x}\n");
  const broken = await explained(project, "Bash", "ls");
  deepEqual([broken.code, broken.verdict], [1, "deny"]);
  match(broken.after_refresh?.problem ?? "", /cannot be used: \d+ errors?/);
});

Deno.test("Without state the files are explained", async () => {
  await using project = await Project.create({ policy, init: false });
  const { code, source, steps, verdict } = await explained(project, "Bash", "ls");
  deepEqual([code, source, steps, verdict], [0, "files", [], "allow"]);
  const shown = await project.command("explain", "Bash", "ls; id");
  equal(shown.code, 1);
  match(shown.stdout, /^note +There is no \.state here:/m);
  equal(Deno.statSync(project.root).isDirectory && names(project).includes(".state"), false);
});

function names(project: Project): string[] {
  return [...Deno.readDirSync(project.root)].map(({ name }) => name);
}

Deno.test("What cannot be told has exit code 2 and no output", async () => {
  await using project = await Project.create({ policy, init: false });
  project.write("stop.json", '{"hook_event_name": "Stop"}');
  const rows: readonly (readonly [args: readonly string[], message: RegExp])[] = [
    [[], /takes TOOL and its input, or --event FILE/],
    [["Bash"], /explain Bash takes its input/],
    [["Bash", "{ls"], /not JSON/],
    [["TodoWrite", "x"], /no one main argument/],
    [["--event", "gone.json"], /Missing gone\.json/],
    [["--event", "stop.json"], /not PreToolUse/],
    [["Bash", "ls", "--event", "stop.json"], /leave out TOOL/],
    [["Bash", "ls", "more"], /Unexpected argument 'more'/],
  ];
  for (const [args, message] of rows) {
    const { code, stdout, stderr } = await project.command("explain", ...args);
    deepEqual([code, stdout], [2, ""], args.join(" "));
    match(stderr, message);
  }
  project.write("tenuo.yaml", "mode: maybe\n");
  const broken = await project.command("explain", "Bash", "ls");
  deepEqual([broken.code, broken.stdout], [2, ""]);
  match(broken.stderr, /cannot be used: \d+ errors?, 0 warnings; see tenuo-claude policy lint/);
  Deno.removeSync(project.path("tenuo.yaml"));
  equal((await project.command("explain", "Bash", "ls")).code, 2);
});

Deno.test("A tool that the policy denies by name is refused by that line", async () => {
  const text = policy + "deny: [TodoWrite, Task]\n";
  await using project = await Project.create({ policy: text });
  for (const tool of ["TodoWrite", "Agent"]) {
    const { reason } = await explained(project, tool, "{}");
    match(reason, /\(rule deny at tenuo\.yaml:4; to change it, a person edits tenuo\.yaml/);
    equal((await project.ask(tool, {})).reason, reason);
  }
});
