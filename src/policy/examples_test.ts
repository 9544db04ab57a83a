import assert from "node:assert/strict";
import fc from "fast-check";
import { loadExamples } from "./examples.ts";
import { loadPolicy } from "./load.ts";
import type { Policy } from "./policy.ts";
import { PolicyError } from "./policy_error.ts";
import { withProject } from "./test_project.ts";

const base = `
allow: [mcp__git__log]
enforce: {Read: "subpath:{sandbox}"}
mcp:
  enforce: {look: any, twice: any}
  servers:
    a: {command: x, enforce: {twice: any, many: {args: {p: any, q: any}}}, allow: [ping]}
`;

async function load(yaml: string): Promise<Policy> {
  let policy: Policy | undefined;
  await withProject({ "tenuo.yaml": yaml }, async ({ root }) => {
    policy = await loadPolicy(root);
  });
  assert.ok(policy !== undefined);
  return policy;
}

const policy = await load(base);

function refusal(text: string): PolicyError {
  try {
    loadExamples("cases.yaml", text, policy);
  } catch (error) {
    assert.ok(error instanceof PolicyError, String(error));
    return error;
  }
  throw new Error(`Loaded: ${text}`);
}

Deno.test("examples of a policy stand with their line, role and folder", async () => {
  const { examples } = await load(`${base}examples:
  - allow: Bash
    input: ls -la
  - {deny: Read, input: {file_path: /etc/passwd, limit: 5}, cwd: src, role: Explore}
  - {allow: TodoWrite}
`);
  assert.deepEqual(examples, [
    {
      expect: "allow",
      tool: "Bash",
      input: { command: "ls -la" },
      place: { file: "tenuo.yaml", line: 9, column: 5 },
    },
    {
      expect: "deny",
      tool: "Read",
      input: { file_path: "/etc/passwd", limit: 5 },
      cwd: "src",
      role: "Explore",
      place: { file: "tenuo.yaml", line: 11, column: 5 },
    },
    {
      expect: "allow",
      tool: "TodoWrite",
      input: {},
      place: { file: "tenuo.yaml", line: 12, column: 5 },
    },
  ]);
});

const inputs: readonly (readonly [tool: string, named: string, input: object])[] = [
  ["Bash", "Bash", { command: "x" }],
  ["Monitor", "Monitor", { command: "x" }],
  ["Read", "Read", { file_path: "x" }],
  ["NotebookEdit", "NotebookEdit", { notebook_path: "x" }],
  ["Grep", "Grep", { path: "x" }],
  ["WebFetch", "WebFetch", { url: "x", prompt: "" }],
  ["WebSearch", "WebSearch", { query: "x" }],
  ["Agent", "Agent", { subagent_type: "x" }],
  ["look", "mcp__tenuo-files__look", { path: "x" }],
  ["mcp__a__twice", "mcp__a__twice", { path: "x" }],
];

Deno.test("a text is the main argument of its tool", () => {
  for (const [tool, named, input] of inputs) {
    const [example] = loadExamples("c", `[{deny: ${tool}, input: x}]`, policy);
    assert.deepEqual([example?.tool, example?.input], [named, input], tool);
  }
});

Deno.test("cases are a list or a map of YAML or JSON", () => {
  for (const text of ["- {deny: Bash}", '{"examples": [{"deny": "Bash"}]}', '[{"deny":"Bash"}]']) {
    const [example] = loadExamples("cases.yaml", text, policy);
    assert.deepEqual([example?.expect, example?.tool, example?.place.file], [
      ...["deny", "Bash", "cases.yaml"],
    ]);
  }
  assert.deepEqual(loadExamples("c", "[]", policy), []);
  assert.deepEqual(loadExamples("c", "examples: []", policy), []);
});

Deno.test("inputs may hold anything that is written visibly", async () => {
  const text = '[{"deny": "Bash", "input": "echo a\\u2028b\\u0000"}]';
  assert.deepEqual(loadExamples("c", text, policy)[0]?.input, { command: "echo a\u2028b\0" });
  const yaml = 'examples: [{deny: Bash, input: {command: "a\\u200bb"}}]';
  assert.deepEqual((await load(yaml)).examples[0]?.input, { command: "a\u200bb" });
  assert.match(
    refusal("[{deny: Bash, input: 'a\u200bb'}]").message,
    /without control or invisible/,
  );
  await assert.rejects(load('name: "a\\u200bb"'), /without control or invisible/);
});

const refused: { readonly [text: string]: RegExp } = {
  "[{deny: Bsah}]": /cases\.yaml:1:9: \[0\]\.deny: "Bsah": .*did you mean "Bash"\?$/,
  "[{deny: read_file}]": /did you mean "Read"\?$/,
  "[{deny: bash}]": /did you mean "Bash"\?$/,
  "[{allow: twice}]": /one tool: mcp__tenuo-files__twice or mcp__a__twice$/,
  "[{allow: many, input: x}]": /mcp__a__many has no single argument/,
  "[{allow: ping, input: x}]": /has no single argument/,
  "[{allow: mcp__git__log, input: x}]": /has no single argument/,
  "[{deny: 'x y'}]": /the name of a tool/,
  "[5]": /\[0\]: "5": expected a map, for example/,
  "[{input: x}]": /allow, or deny, with a tool/,
  "[{deny: Bash, role: ''}]": /a subagent type/,
  "[{deny: Bash, input: [x]}]": /text, or a map of input fields/,
  "{cases: []}": /a list of examples, or a map with examples/,
  "{examples: [], more: 1}": /"more": expected examples and no other key/,
  "x": /a list of examples, or a map with examples/,
  "": /a list of examples, or a map with examples/,
  "[{deny: Bash, deny: Bash}]": /each key once/,
  "[!!str x]": /tags are not supported/,
};
for (const [text, message] of Object.entries(refused)) {
  Deno.test(`cases refused: ${text}`, () => assert.match(refusal(text).message, message));
}

Deno.test("tools that nobody knows may be denied, and every error is told", () => {
  const [example] = loadExamples("c", "[{deny: SomethingQuiteNew, input: {a: 1}}]", policy);
  assert.deepEqual([example?.tool, example?.input], ["SomethingQuiteNew", { a: 1 }]);
  const error = refusal("- {allow: Bsah}\n- {deny: Raed}\n- {allow: many, input: x}");
  assert.deepEqual(error.findings.map(({ line }) => line), [1, 2, 3]);
});

Deno.test("any text of cases loads or is refused", () => {
  const key = fc.constantFrom("allow", "deny", "input", "cwd", "role", "examples", "x");
  const leaf = fc.constantFrom<unknown>(
    "Bash",
    "many",
    "",
    5,
    true,
    null,
    "mcp__a__b",
    "__proto__",
  );
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof(
      { maxDepth: 4 },
      leaf,
      fc.dictionary(key, tie("tree"), { maxKeys: 4 }),
      fc.array(tie("tree"), { maxLength: 3 }),
    ),
  }));
  fc.assert(fc.property(tree, (document) => {
    try {
      loadExamples("c", JSON.stringify(document), policy);
    } catch (error) {
      assert.ok(error instanceof PolicyError, String(error));
      assert.notEqual(error.findings.length, 0);
    }
  }));
});

Deno.test("examples name resources and prompts by their methods", async () => {
  const granting = await load(
    "mcp: {servers: {a: {command: x, resources: ['note:*'], prompts: [p]}}}\n",
  );
  const found = loadExamples(
    "cases.yaml",
    `- {allow: mcp__a__resources/read, input: "note:1"}
- {deny: mcp__a__prompts/get, input: q}
- {allow: ReadMcpResourceTool, input: {server: a, uri: "note:1"}}
`,
    granting,
  );
  assert.deepEqual(found.map(({ expect, tool, input }) => [expect, tool, input]), [
    ["allow", "mcp__a__resources/read", { uri: "note:1" }],
    ["deny", "mcp__a__prompts/get", { name: "q" }],
    ["allow", "ReadMcpResourceTool", { server: "a", uri: "note:1" }],
  ]);
  assert.throws(() => loadExamples("cases.yaml", "[{allow: mcp__a__tools/call}]", granting), {
    name: "PolicyError",
  });
});
