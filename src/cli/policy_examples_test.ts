/** Examples are judged as the hook would judge them. */
import { deepStrictEqual as deepEqual, match, strictEqual as equal } from "node:assert/strict";
import { withProject } from "../policy/test_project.ts";
import { loadPolicy } from "../policy/load.ts";
import type { Example } from "../policy/policy.ts";
import { candidateOf } from "./candidate.ts";
import { callOf, describeFailures, hasPassed, runExamples } from "./policy_examples.ts";
import { trialJson, trialLines } from "./policy_trial_lines.ts";

const plain = { paint: (_: unknown, text: string) => text };
const files = {
  "tenuo.yaml": "enforce:\n  Read: subpath:{sandbox}\n  Bash: shlex:ls\n",
  "sandbox/notes.txt": "",
};

function example(expect: Example["expect"], tool: string, input: Example["input"], more = {}) {
  return {
    expect,
    tool,
    input,
    ...more,
    place: { file: "tenuo.yaml", line: 9, column: 3 },
  } satisfies Example;
}

async function tried(...examples: readonly Example[]) {
  let trials: Awaited<ReturnType<typeof runExamples>> = [];
  await withProject(files, async ({ root }) => {
    const snapshot = await candidateOf(root, await loadPolicy(root));
    trials = await runExamples(examples, snapshot);
  });
  return { trials };
}

Deno.test("Placeholders, folders and roles are filled in, in every text of the input", async () => {
  await withProject(files, async ({ root }) => {
    const snapshot = await candidateOf(root, await loadPolicy(root));
    const input = { a: "{sandbox}/x{project}", list: [{ b: "{sandbox}", n: 1 }], none: null };
    deepEqual(callOf(example("allow", "T", input), snapshot), {
      door: "hook",
      tool: "T",
      input: {
        a: `${root}/sandbox/x${root}`,
        list: [{ b: `${root}/sandbox`, n: 1 }],
        none: null,
      },
      cwd: root,
    });
    const more = { cwd: "{sandbox}/deep", role: "Explore" };
    const { cwd, agentType } = callOf(example("allow", "T", {}, more), snapshot);
    deepEqual([cwd, agentType], [`${root}/sandbox/deep`, "Explore"]);
    equal(callOf(example("deny", "T", {}, { cwd: "sandbox" }), snapshot).cwd, `${root}/sandbox`);
  });
});

Deno.test("An example passes when the verdict is the expected one, whichever that is", async () => {
  const { trials } = await tried(
    example("allow", "Read", { file_path: "{sandbox}/notes.txt" }),
    example("allow", "Read", { file_path: "notes.txt" }, { cwd: "{sandbox}" }),
    example("allow", "Bash", { command: "ls -la" }),
    example("deny", "Bash", { command: "ls; id" }),
    example("deny", "Read", { file_path: "{project}/.state/holder_key.b64" }),
    example("deny", "Write", { file_path: "{sandbox}/x", content: "" }),
    example("allow", "Read", { file_path: "/etc/hosts" }),
    example("deny", "Bash", { command: "ls" }),
  );
  deepEqual(trials.map(hasPassed), [true, true, true, true, true, true, false, false]);
  const text = describeFailures(trials) ?? "";
  match(text, /^2 examples do not hold; what was in force stays in force\n/);
  match(text, /^ {2}tenuo\.yaml:9:3: Read: expected allow, got deny\n {4}Tenuo denied Read: /m);
  match(
    text,
    /^ {2}tenuo\.yaml:9:3: Bash: expected deny, got allow\n {4}.*shlex:ls at tenuo\.yaml:3/m,
  );
  equal(describeFailures(trials.slice(0, 6)), undefined);
});

Deno.test("A line each, the reason below those that failed, and the count", async () => {
  const { trials } = await tried(
    example("allow", "Bash", { command: "ls -la" }),
    example("deny", "NoSuchTool", { x: 1 }),
    example("allow", "Bash", { command: 1 }),
  );
  equal(
    trialLines(trials, plain).join("\n"),
    `\
ok      Bash        ls -la         allow  shlex:ls at tenuo.yaml:3
ok      NoSuchTool  {"x":1}        deny   default: deny (built in)
FAILED  Bash        {"command":1}  expected allow, got deny
        tenuo.yaml:9:3: Tenuo denied Bash: The command is not text (rule shlex:ls at tenuo.yaml:3;
        to change it, a person edits tenuo.yaml and runs tenuo-claude refresh)

2 passed, 1 failed`,
  );
  const [, , failed] = trials.map(trialJson);
  equal(failed?.ok, false);
  deepEqual([failed?.expected, failed?.got, failed?.line], ["allow", "deny", 9]);
  deepEqual([failed?.rule, failed?.rule_line], ["shlex:ls", 3]);
});
