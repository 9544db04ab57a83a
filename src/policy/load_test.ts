import assert from "node:assert/strict";
import { join } from "node:path";
import fc from "fast-check";
import { defaultTtlSeconds, loadPolicy } from "./load.ts";
import type { Policy } from "./policy.ts";
import { PolicyError } from "./policy_error.ts";
import { reloadPolicy } from "./reload.ts";
import { withProject } from "./test_project.ts";

async function load(text: string, overlays: { [name: string]: string } = {}): Promise<Policy> {
  let policy: Policy | undefined;
  await withProject({ "tenuo.yaml": text, ...overlays }, async ({ root }) => {
    policy = await loadPolicy(root);
  });
  assert.ok(policy !== undefined);
  return policy;
}

async function refusal(text: string, overlays: { [name: string]: string } = {}) {
  try {
    await load(text, overlays);
  } catch (error) {
    assert.ok(error instanceof PolicyError, String(error));
    return error;
  }
  throw new Error(`Loaded: ${text}`);
}

Deno.test("an empty map is a policy that grants the bundle and nothing else", async () => {
  const policy = await load("{}");
  assert.deepEqual({ ...policy, files: [] }, {
    name: "tenuo-claude",
    mode: "enforce",
    ttlSeconds: defaultTtlSeconds,
    sandbox: { text: "./sandbox", place: { file: "tenuo.yaml", line: 0, column: 0 } },
    enforce: new Map(),
    allow: new Map(),
    bundled: true,
    deny: new Map(),
    mcp: { servers: new Map() },
    defaultPlace: { file: "tenuo.yaml", line: 0, column: 0 },
    receipts: { strict: true, sync: true, rotation: { bytes: 64 << 20, daily: false } },
    onGrant: "allow",
    pinPaths: false,
    strictInput: false,
    allowUnsandboxed: false,
    examples: [],
    files: [],
    warnings: [],
  });
});

Deno.test("rules keep their lines", async () => {
  const policy = await load(`name: demo
enforce:
  Read: subpath:{sandbox}
  WebFetch:
    schemes: [HTTPS]
    domains:
      - a.example
default: deny
allow:
  - CronList
mcp:
  enforce:
    read_file: subpath:{sandbox}
    query: {arg: sql, constraint: "regex:^SELECT"}
    call:
      args:
        url: urlpattern:https://api.example.com/*
        method: oneof:GET,HEAD
`);
  assert.equal(policy.enforce.get("Read")?.place.line, 3);
  assert.equal(policy.web?.place.line, 4);
  assert.equal(policy.web?.hostPlace.line, 6);
  assert.deepEqual(policy.web?.schemes, ["https"]);
  assert.equal(policy.defaultPlace.line, 8);
  assert.equal(policy.allow.get("CronList")?.line, 10);
  const args = (tool: string) =>
    [...policy.mcp.servers.get("tenuo-files")?.tools.get(tool)?.args ?? []].map(([name, rule]) =>
      `${name} ${rule.text} ${rule.place.line}`
    );
  assert.deepEqual(args("read_file"), ["path subpath:{sandbox} 13"]);
  assert.deepEqual(args("query"), ["sql regex:^SELECT 14"]);
  assert.deepEqual(args("call"), [
    "url urlpattern:https://api.example.com/* 17",
    "method oneof:GET,HEAD 18",
  ]);
});

Deno.test("all spellings of modes, flags and lists", async () => {
  for (const mode of ["audit", "AUDIT", "dry-run", "dry_run", "dryrun", "Dry-Run"]) {
    assert.equal((await load(`mode: ${mode}`)).mode, "observe", mode);
  }
  assert.equal((await load("mode: Enforce")).mode, "enforce");
  for (const text of ["allow_bundled: false", "audit_bundled: no", "audit_bundled: Off"]) {
    assert.equal((await load(text)).bundled, false, text);
  }
  const lists = await load("allow: [A, B]\naudit_extra: [B, C]\naudit: [D]");
  assert.deepEqual([...lists.allow.keys()], ["A", "B", "C", "D"]);
  const receipts = await load("receipts: {sync: off}\nstrict_receipts: no");
  const rotation = { bytes: 64 << 20, daily: false };
  assert.deepEqual(receipts.receipts, { strict: false, sync: false, rotation });
  assert.equal((await load("receipts: {strict: false}")).receipts.strict, false);
  assert.equal((await load("ttl_seconds: 7776000")).ttlSeconds, 7_776_000);
  assert.equal((await load("enforce:\nmcp:\nallow:\nreceipts:")).enforce.size, 0);
});

Deno.test("a missing policy is said in exactly these words", () =>
  withProject({ "tenuo.cloud.yaml": "{}" }, async ({ root }) => {
    const message = `Missing ${join(root, "tenuo.yaml")}`;
    await assert.rejects(loadPolicy(root), { name: "PolicyError", message, missing: true });
  }));

Deno.test("one error tells all findings of all files, in their order", async () => {
  const text = "mode: x\nenforce:\n  Read: nope:1\n  Raed: exact:1\nallow: [Bash]\nttl_seconds: 0";
  const error = await refusal(text, { "tenuo.cloud.yaml": "enforce: {Bash: 'regex:('}" });
  const places = error.findings.map(({ file, line, phase }) => `${file}:${line} ${phase}`);
  assert.deepEqual(places, [
    "tenuo.yaml:1 load",
    "tenuo.yaml:3 mint",
    "tenuo.yaml:4 load",
    "tenuo.yaml:5 load",
    "tenuo.yaml:6 load",
    "tenuo.cloud.yaml:1 mint",
  ]);
  assert.equal(error.phase, "load");
  const both = await refusal("name: a\nname: b", { "tenuo.cloud.yaml": "name: c\nname: d" });
  assert.deepEqual(both.findings.map(({ file }) => file), ["tenuo.yaml", "tenuo.cloud.yaml"]);
});

Deno.test("overlays merge in order and are listed; a replaced allowlist is warned of", async () => {
  const policy = await load("enforce: {Bash: 'shlex:ls', WebFetch: {domains: [a.b, c.d]}}", {
    "tenuo.cloud.yaml": "enforce: {Bash: 'shlex:git'}",
    "tenuo.advanced.yaml": "enforce: {WebFetch: {domains: [e.f]}}",
    "tenuo.other.yaml": "mode: audit",
  });
  const place = { file: "tenuo.cloud.yaml", line: 1, column: 11 };
  assert.deepEqual(policy.enforce.get("Bash"), {
    place,
    args: new Map([["command", { text: "shlex:git", place }]]),
  });
  assert.deepEqual(policy.web?.domains, ["e.f"]);
  assert.deepEqual(policy.files.map(({ path }) => path), [
    "tenuo.yaml",
    "tenuo.cloud.yaml",
    "tenuo.advanced.yaml",
  ]);
  assert.deepEqual(policy.warnings.map(({ where }) => where), [
    "enforce.Bash",
    "enforce.WebFetch.domains",
  ]);
});

Deno.test("slips in the form of a file do not hide what else is wrong in it", async () => {
  const text = 'name: a\nname: b\nenforce:\n  Read: !x subpth:/a\n  Raed: exact:1\n  "": any\n' +
    "ttl_seconds: 010\nmode: of";
  const error = await refusal(text);
  assert.deepEqual(error.findings.map(({ line, text }) => `${line} ${text}`), [
    "2 name",
    "4 subpth:/a",
    "5 Raed",
    "6 ",
    "7 010",
    "8 of",
  ]);
});

Deno.test("an overlay that says nothing changes nothing; a policy that says nothing is refused", async () => {
  const policy = await load("enforce: {Bash: 'shlex:ls'}", {
    "tenuo.cloud.yaml": "",
    "tenuo.advanced.yaml": "# later\n",
  });
  assert.ok(policy.enforce.has("Bash"));
  assert.deepEqual(policy.warnings, []);
  assert.equal(policy.files.length, 3);
  for (const text of ["", "# later\n", "null"]) {
    assert.match((await refusal(text)).message, /a map of policy keys/);
  }
  assert.match((await refusal("a: 1", { "tenuo.cloud.yaml": "- a" })).message, /a map of policy/);
});

Deno.test("an overlay that cannot be read is an error, not an absent overlay", () =>
  withProject({ "tenuo.yaml": "{}" }, async ({ root }) => {
    Deno.mkdirSync(join(root, "tenuo.cloud.yaml"));
    const message = "tenuo.cloud.yaml: expected a regular file";
    await assert.rejects(loadPolicy(root), { message });
  }));

Deno.test("allowed tools that look wrong are warned of, not refused", async () => {
  const policy = await load("enforce: {Read: 'exact:x'}\nallow: [TodoWrit, Read, CronCreate]");
  assert.deepEqual(policy.warnings.map(({ message }) => message), [
    "TodoWrit is not a tool known here; did you mean TodoWrite?",
    "Does nothing: enforce.Read counts",
  ]);
});

Deno.test("reloading an edited policy gives its mode, or the error of the file", () =>
  withProject({ "tenuo.yaml": "mode: audit" }, async ({ root, write }) => {
    const { mode, files } = await reloadPolicy(root);
    assert.equal(mode, "observe");
    assert.match(files[0]?.sha256 ?? "", /^[0-9a-f]{64}$/);
    write("tenuo.yaml", "mode: enforce\nenforce: {Bash: 'range:a,b'}");
    await assert.rejects(reloadPolicy(root), PolicyError);
    Deno.removeSync(join(root, "tenuo.yaml"));
    await assert.rejects(reloadPolicy(root), /^PolicyError: Missing .*\/tenuo\.yaml$/);
  }));

Deno.test("no document does anything but load or be refused", async () => {
  const key = fc.constantFrom(
    ...["name", "mode", "enforce", "mcp", "allow", "Read", "WebFetch", "domains", "args", "x"],
    ...["constructor", "toString", "downstream", "receipts", "strict", "default", "constraint"],
    ...["Bash", "verbs", "ls", "paths", "compose", "any", "all", "not", "subpath", "oneof", "arg"],
    ...["approval", "exempt", "threshold", "subagents", "tools", "deny", "examples", "input"],
    ...["servers", "command", "url", "env", "cloud", "authorizer", "audit", "subcommands"],
  );
  const leaf = fc.constantFrom<unknown>(
    ...[
      "subpath:/x",
      "deny",
      "enforce",
      "regex:(",
      "a.b",
      "",
      1,
      -1,
      1e308,
      true,
      null,
      "__proto__",
      "shlex:ls,git status",
      "not:any",
      "Read",
      "pipe",
    ],
  );
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof(
      { maxDepth: 5 },
      leaf,
      fc.dictionary(key, tie("tree"), { maxKeys: 5 }),
      fc.array(tie("tree"), { maxLength: 3 }),
    ),
  }));
  await withProject({}, async ({ root, write }) => {
    await fc.assert(
      fc.asyncProperty(fc.dictionary(key, tree), async (document) => {
        write("tenuo.yaml", JSON.stringify(document));
        try {
          await loadPolicy(root);
        } catch (error) {
          assert.ok(error instanceof PolicyError, String(error));
          assert.notEqual(error.findings.length, 0);
          for (const { line, file } of error.findings) {
            assert.ok(line >= 1 && file === "tenuo.yaml");
          }
        }
      }),
      { numRuns: 1500 },
    );
  });
});

Deno.test("what stands where it cannot is told where it goes", async () => {
  const cases: Readonly<Record<string, RegExp>> = {
    "enforce: {TodoWrite: any}": /"TodoWrite": expected no rule for TodoWrite: .* under allow/,
    "enforce: {MultiEdit: any}": /no rule for MultiEdit: .* under allow/,
    "enforce: {Agent: 'oneof:a'}": /no rule for Agent: subagents names the types/,
    "enforce: {Bash: {shlex: [ls]}}": /"shlex": expected shlex as a text: "shlex:\.\.\."/,
    "mcp: {enforce: {t: {path: any}}}": /"path": expected a known key .*; arguments .* under args/,
    "enforce: {Read: {}}": /expected constraint, args, or one of the constraints themselves/,
  };
  for (const [text, message] of Object.entries(cases)) {
    assert.match((await refusal(text)).message, message, text);
  }
  assert.deepEqual((await refusal("enforce: {Bash: 'shlex:ls'}\nallow: [Bash]")).warnings, []);
});
