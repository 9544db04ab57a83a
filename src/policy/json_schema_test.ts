import assert from "node:assert/strict";
import * as z from "zod";
import { constraintKinds } from "./constraint_text.ts";
import { renderHarnessTools } from "./harness_tools.ts";
import { keysOf, policyJsonSchema, renderJsonSchema } from "./json_schema.ts";
import { formExamples, keyExamples, rulePlaces } from "./key_examples.ts";
import { loadPolicy } from "./load.ts";
import { kindTexts, renderReference } from "./policy_reference.ts";
import { PolicyError } from "./policy_error.ts";
import { withProject } from "./test_project.ts";

const root = new URL("../../", import.meta.url);
const advice = "Run deno run -A scripts/policy_schema.ts";

async function formatted(text: string, extension: string): Promise<string> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["fmt", "--ext", extension, "--line-width", "100", "-"],
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(text));
  await writer.close();
  const { stdout, success } = await child.output();
  assert.ok(success);
  return new TextDecoder().decode(stdout);
}

const generated: readonly (readonly [path: string, text: string])[] = [
  ["policy/tenuo.schema.json", renderJsonSchema()],
  ["docs/POLICY_REFERENCE.md", renderReference()],
];
for (const [path, text] of generated) {
  Deno.test(`${path} is what the grammar renders to`, async () => {
    const wanted = await formatted(text, path.split(".").at(-1) ?? "");
    assert.equal(Deno.readTextFileSync(new URL(path, root)), wanted, advice);
  });
}

Deno.test("policy/harness_tools.yaml is what its table renders to", () => {
  const path = new URL("policy/harness_tools.yaml", root);
  assert.equal(Deno.readTextFileSync(path), renderHarnessTools(), advice);
});

const keys = keysOf(policyJsonSchema());
const inRules = (path: string) => rulePlaces.find((place) => path.startsWith(`${place}.`));

Deno.test("every key has a description and an example, and nothing else has", () => {
  const plain = [...keys.keys()].filter((path) => inRules(path) === undefined);
  assert.deepEqual(plain.toSorted(), [...keyExamples.keys()].toSorted());
  const forms = new Set(
    [...keys.keys()].flatMap((path) => {
      const place = inRules(path);
      return place === undefined ? [] : [path.slice(place.length + 1)];
    }),
  );
  assert.deepEqual([...forms].toSorted(), [...formExamples.keys()].toSorted());
  for (const [path, schema] of keys) assert.ok((schema.description ?? "") !== "", path);
  assert.deepEqual([...kindTexts.keys()].toSorted(), constraintKinds.toSorted());
});

async function loads(document: unknown): Promise<boolean> {
  let result = true;
  await withProject({ "tenuo.yaml": JSON.stringify(document) }, async ({ root }) => {
    try {
      await loadPolicy(root);
    } catch (error) {
      assert.ok(error instanceof PolicyError, String(error));
      result = false;
    }
  });
  return result;
}

// deno-lint-ignore no-explicit-any
const judge = z.fromJSONSchema(policyJsonSchema() as any);
const fits = (document: unknown) => judge.safeParse(document).success;

/** What must stand beside a key. */
const beside: { readonly [path: string]: object } = {
  arg: { constraint: "any" },
  exempt: { approval: {} },
  compose: { verbs: { ls: {} } },
  "mcp.servers.*.command": {},
  "mcp.servers.*.url": {},
  "mcp.servers.*.headers": { url: "https://h/" },
  "subagents.*.ttl_seconds": { tools: [] },
  "examples.input": { allow: "Read" },
  "examples.cwd": { allow: "Read" },
  "examples.role": { allow: "Read" },
  "enforce.WebFetch.domains": {},
};

/** A document that says `value` at `path`. */
function documentOf(path: string, value: unknown): unknown {
  const [key = "", ...rest] = path.split(".");
  if (rest.length === 0) return { [key]: value };
  const inner = documentOf(rest.join("."), value) as { [key: string]: unknown };
  return { [key]: inner };
}

function exampleDocument(path: string, value: unknown): unknown {
  const parts = path.split(".");
  const last = parts.pop() ?? "";
  const gate = "enforce.WebFetch.approval";
  if (path.startsWith(`${gate}.`)) return exampleDocument(gate, { [last]: value });
  const standard = path.startsWith("mcp.servers.*.")
    ? { command: "node" }
    : path.startsWith("mcp.")
    ? { downstream: "server.py" }
    : path.startsWith("enforce.WebFetch.")
    ? { domains: ["a.example"] }
    : {};
  const siblings = beside[path] ?? standard;
  if (parts.length === 0) return { [last]: value };
  const parent = parts.map((part) => part === "*" ? "some" : part).join(".");
  const document = { ...siblings, [last]: value };
  return parent === "examples" ? { examples: [document] } : documentOf(parent, document);
}

Deno.test("every example of a key loads, and the schema for editors takes it", async () => {
  for (const [path, { value }] of keyExamples) {
    const document = exampleDocument(path, value);
    assert.equal(await loads(document), true, JSON.stringify(document));
    assert.equal(fits(document), true, JSON.stringify(document));
  }
  for (const [path, { value }] of formExamples) {
    const [first = "", ...rest] = path.split(".");
    const inner = rest.length === 0
      ? { ...beside[path], [first]: value }
      : { [first]: documentOf(rest.join(".").replace("*", "ls"), value) };
    const isServer = ["contains", "subset", "exempt", "exact", "notoneof"].includes(path);
    const isShell = ["verbs", "compose"].includes(first);
    const tool = isShell ? "Bash" : "Read";
    const document = isServer ? { mcp: { enforce: { t: inner } } } : { enforce: { [tool]: inner } };
    assert.equal(await loads(document), true, JSON.stringify(document));
    assert.equal(fits(document), true, JSON.stringify(document));
  }
});

Deno.test("constraint texts of the reference are constraints", async () => {
  for (const [kind, [example]] of kindTexts) {
    const document = { mcp: { enforce: { t: example.replaceAll("\\|", "|") } } };
    assert.equal(await loads(document), true, kind);
  }
});

/** Documents that are refused for their form, so that editors can tell as well. */
const refused: readonly unknown[] = [
  [],
  { enforc: {} },
  { name: 5 },
  { mode: "observe" },
  { ttl_seconds: 0 },
  { ttl_seconds: "3600" },
  { ttl_seconds: 1.5 },
  { allow: "Read" },
  { allow: [5] },
  { allow_bundled: "maybe" },
  { default: "ask" },
  { on_grant: "ask" },
  { pin_paths: 1 },
  { enforce: [] },
  { enforce: { Raed: "any" } },
  { enforce: { Read: 5 } },
  { enforce: { Read: { anny: ["any"] } } },
  { enforce: { Read: { any: [] } } },
  { enforce: { Read: { any: [5] } } },
  { enforce: { Read: { any: [{ nope: 1 }] } } },
  { enforce: { Read: { any: [{ any: ["any"], all: ["any"] }] } } },
  { enforce: { Read: { oneof: [{}] } } },
  { enforce: { Read: { verbs: { ls: {} } } } },
  { enforce: { PowerShell: { verbs: { ls: {} } } } },
  { enforce: { Bash: { verbs: { ls: { path: "/x" } } } } },
  { enforce: { Bash: { verbs: { ls: {} }, compose: ["pip"] } } },
  { enforce: { WebFetch: 5 } },
  { enforce: { WebFetch: { domain: ["a.b"] } } },
  { enforce: { WebFetch: { domains: ["a.b"], ports: [0] } } },
  { enforce: { WebFetch: { domains: ["a.b"], ports: [] } } },
  { enforce: { WebFetch: { domains: ["a.b"], schemes: ["ftp"] } } },
  { enforce: { WebFetch: { domains: ["a.b"], approval: { exempt: "any" } } } },
  { enforce: { Read: { approval: { threshold: 0 } } } },
  { subagents: { r: ["Read"] } },
  { subagents: { r: {} } },
  { subagents: { r: { tools: ["Read"], ttl: 5 } } },
  { examples: {} },
  { examples: [{ allow: "Bash", inptu: "ls" }] },
  { receipts: { sinc: true } },
  { receipts: { rotate_megabytes: 0 } },
  { receipts: { rotate_megabytes: 1025 } },
  { receipts: { rotate_megabytes: 1.5 } },
  { receipts: { rotate_daily: "never" } },
  { receipts: { mask: ["pin"] } },
  { receipts: { mask: { name: ["pin"] } } },
  { receipts: { mask: { names: "pin" } } },
  { receipts: { mask: { names: [""] } } },
  { receipts: { mask: { names: ["x".repeat(101)] } } },
  { receipts: { mask: { names: Array.from({ length: 65 }, (_, at) => `n${at}`) } } },
  { receipts: { mask: { patterns: [""] } } },
  { receipts: { mask: { patterns: ["x".repeat(501)] } } },
  { receipts: { mask: { patterns: Array.from({ length: 33 }, (_, at) => `n${at}`) } } },
  { cloud: { uri: "x" } },
  { authorizer: { transport: "http" } },
  { mcp: { downstream: 5 } },
  { mcp: { enforce: { t: { path: "exact:x" } } } },
  { mcp: { servers: { s: { command: "x", cmd: "y" } } } },
  { mcp: { servers: { s: { command: "x", args: "y" } } } },
  { mcp: { servers: { s: { command: "x", pass_env: ["A-B"] } } } },
  { mcp: { servers: { s: { command: "x", timeout_seconds: 0 } } } },
];

Deno.test("what is refused for its form is refused by the schema for editors", async () => {
  for (const document of refused) {
    assert.equal(await loads(document), false, JSON.stringify(document));
    assert.equal(fits(document), false, JSON.stringify(document));
  }
});

Deno.test("old and odd spellings that load are taken by the schema for editors", async () => {
  for (
    const document of [
      {},
      { enforce: null, mcp: null, allow: null, subagents: null, examples: null },
      { mode: "AUDIT", default: "Audit", allow_bundled: "Off", receipts: { sync: "on" } },
      { mode: "dryrun", default: "approve", audit: ["A"], audit_extra: ["B"], audit_bundled: "no" },
      { enforce: { WebFetch: { domains: ["a.b"], schemes: ["HTTPS"] } } },
      { enforce: { Bash: { verbs: { pwd: null, ls: { paths: "/x" } } } } },
      { authorizer: { transport: "Unix" } },
      { mcp: { servers: { s: { command: "x", env: { A: 1, B: true } } } } },
    ]
  ) {
    assert.equal(await loads(document), true, JSON.stringify(document));
    assert.equal(fits(document), true, JSON.stringify(document));
  }
});
