import { deepEqual, equal, match, ok } from "node:assert/strict";
import { evaluate } from "./evaluate.ts";
import type { Snapshot, WireConstraint } from "../policy/snapshot.ts";
import { call, route, rule, snapshot } from "./test_snapshot.ts";
import type { ToolCall } from "./tool_call.ts";

const any: WireConstraint = [16, null];

/** The code of a refusal, 0 for a grant. */
async function codeOf(one: ToolCall, policy: Snapshot): Promise<number> {
  const { verdict, code } = await evaluate(one, policy);
  equal(verdict === "deny", code !== undefined);
  return code ?? 0;
}

/** Each input with the code it must come to. */
async function table(
  tool: string,
  policy: Snapshot,
  rows: readonly (readonly [input: ToolCall["input"], code: number])[],
): Promise<void> {
  for (const [input, code] of rows) {
    equal(await codeOf(call(tool, input), policy), code, JSON.stringify(input));
  }
}

Deno.test("A grant says what was signed, a refusal says rule, line and the next step", async () => {
  const policy = snapshot({ mcp__x__y: route([rule("a", [2, { pattern: "b*" }])]) });
  deepEqual(await evaluate(call("mcp__x__y", { a: "bc" }), policy), {
    verdict: "allow",
    reason: "Tenuo authorized: mcp__x__y",
    reference: { rule: "rule of a", line: 7 },
    capability: "use_mcp__x__y",
    args: { a: "bc" },
  });
  const refused = await evaluate(call("mcp__x__y", { a: "c" }), policy);
  equal(refused.code, 1501);
  match(refused.reason, /^Tenuo denied mcp__x__y: a "c" is not granted \(rule rule of a at tenuo/);
  match(refused.reason, /tenuo\.yaml:7; to change it, a person edits tenuo\.yaml and runs tenuo/);
  const unlisted = await evaluate(call("Nothing", {}), policy);
  deepEqual(unlisted.reference, { rule: "default: deny", line: 3 });
  equal(unlisted.code, 1500);
});

Deno.test("It never throws, whatever the snapshot lacks", async () => {
  const { routes } = snapshot({ Bash: route([rule("command", [128, { allow: ["ls"] }])]) });
  const bare = { routes, defaultLine: 1 } as unknown as Snapshot;
  equal(await codeOf(call("Nothing", {}), bare), 1500);
  ok(await codeOf(call("Read", { file_path: "/a" }), {} as Snapshot) > 9000);
  const older = { ...snapshot({ Bash: routes.Bash ?? route([]) }) } as Record<string, unknown>;
  for (const name of ["onGrant", "pinPaths", "strictInput", "allowUnsandboxed"]) delete older[name];
  const strictest = older as unknown as Snapshot;
  equal(await codeOf(call("Bash", { command: "ls" }), strictest), 0);
  const out = { command: "ls", dangerouslyDisableSandbox: true };
  equal(await codeOf(call("Bash", out), strictest), 1501);
});

Deno.test("A closed tool takes the named arguments only, and leaves out what may be anything", async () => {
  const args = [rule("a", [4, { values: ["x"] }]), rule("b", any, { optional: true })];
  await table("mcp__s__t", snapshot({ mcp__s__t: route(args, { closed: true }) }), [
    [{ a: "x" }, 0],
    [{ a: "x", b: { deep: [1, "2"] } }, 0],
    [{ a: "x", b: null }, 0],
    [{ a: "y" }, 1501],
    [{ b: 1 }, 9013],
    [{ a: "x", c: 1 }, 1501],
    [{ a: "x", A: "x" }, 1501],
    [JSON.parse('{"a":"x","__proto__":1}'), 1501],
  ]);
  const open = snapshot({ mcp__s__t: route(args) });
  equal(await codeOf(call("mcp__s__t", { a: "x", c: 1 }), open), 0);
  const { reason } = await evaluate(
    call("mcp__s__t", { a: "x", "c d": 1 }),
    snapshot({ mcp__s__t: route(args, { closed: true }) }),
  );
  match(reason, /given "c d", which no rule names; declare it, for example "c d": any \(rule/);
});

Deno.test("A native tool may have a rule for each argument", async () => {
  const args = [
    rule("path", [17, { root: "/srv" }], { kind: "path", field: "file_path" }),
    rule("limit", [3, { min: 1, max: 100 }]),
  ];
  await table("Read", snapshot({ Read: route(args, { access: "read" }) }), [
    [{ file_path: "/srv/a", limit: 5 }, 0],
    [{ file_path: "/srv/a", limit: 100.5 }, 1501],
    [{ file_path: "/srv/a", limit: "5" }, 1501],
    [{ file_path: "/srv/a" }, 9013],
    [{ file_path: "/etc/a", limit: 5 }, 1501],
    [{ file_path: "/srv/a", limit: 5, offset: 3 }, 0],
  ]);
});

Deno.test("Of several roots a refusal names all", async () => {
  const roots = ["/srv/a", "/srv/b"].map((root) => [17, { root }]);
  const path = rule("path", [13, { constraints: roots }], { kind: "path", field: "file_path" });
  const policy = snapshot({ Read: route([path], { access: "read" }) });
  equal(await codeOf(call("Read", { file_path: "/srv/b/c" }), policy), 0);
  const { reason, code } = await evaluate(call("Read", { file_path: "/srv/c" }), policy);
  equal(code, 1501);
  match(reason, /path "\/srv\/c" is not within rule of path = \/srv\/a, \/srv\/b \(rule/);
});

Deno.test("Command lines are cut of blanks, and refused on their length", async () => {
  const command = rule("command", [128, { allow: ["ls"] }], { kind: "command" });
  const policy = snapshot({ Bash: route([command], { access: "run" }) });
  const granted = await evaluate(call("Bash", { command: " \tls -l\t " }), policy);
  deepEqual(granted.args, { command: "ls -l" });
  await table("Bash", policy, [
    [{ command: "ls" }, 0],
    [{ command: "   " }, 1501],
    [{ command: "\u00a0ls" }, 1501],
    [{ command: "ls\n" }, 1501],
    [{ command: `ls ${"x".repeat(65_000)}` }, 0],
    [{ command: `ls ${"x".repeat(65_536)}` }, 9013],
    [{ command: " ".repeat(2_000_000) }, 9013],
    [{ command: ["ls"] }, 9013],
  ]);
});

Deno.test("PowerShell with a list of programs takes plain words only", async () => {
  const command = rule("command", [128, { allow: ["dir", "ls"] }], { kind: "command" });
  const powerShell = route([command], { access: "run", capability: "run_powershell" });
  const policy = snapshot({ PowerShell: powerShell });
  await table("PowerShell", policy, [
    [{ command: "dir" }, 0],
    [{ command: "dir C:/data/a_b.txt -Name --x=1,2" }, 0],
    ...["dir 'a'", 'dir "a"', "dir @a", "dir %a", "dir ~", "dir *", "dir #x", "dir é", "dir [a]"]
      .map((line) => [{ command: line }, 1501] as const),
    ...["dir a\\b", "dir !x", "dir ^x", "dir {a}", "rm x", "dir\tx"]
      .map((line) => [{ command: line }, 1501] as const),
  ]);
});

Deno.test("What needs approval is refused, and says so, unless it is exempt", async () => {
  const target = rule("target", [2, { pattern: "*" }]);
  const exempt = [rule("target", [2, { pattern: "dev-*" }], { rule: "pattern:dev-*" })];
  const gate = { threshold: 1, rule: "mcp.enforce.deploy.approval", line: 12 };
  const gated = route([target], { approval: gate });
  const policy = snapshot({ mcp__s__t: gated });
  const { reason, code, reference } = await evaluate(call("mcp__s__t", { target: "a" }), policy);
  deepEqual([code, reference], [1707, { rule: gate.rule, line: 12 }]);
  match(reason, /mcp__s__t needs a person's approval; approvals cannot be given on this machine/);
  equal(await codeOf(call("mcp__s__t", { target: 5 }), policy), 1501, "The policy's own no first");

  const open = snapshot({ mcp__s__t: { ...gated, approval: { ...gate, threshold: 2, exempt } } });
  await table("mcp__s__t", open, [[{ target: "dev-1" }, 0], [{ target: "prod" }, 1707]]);
  const { reason: but } = await evaluate(call("mcp__s__t", { target: "prod" }), open);
  match(but, /needs the approval of 2 people, except for target pattern:dev-\*; /);

  const empty = snapshot({ mcp__s__t: { ...gated, approval: { ...gate, exempt: [] } } });
  equal(await codeOf(call("mcp__s__t", { target: "dev-1" }), empty), 1707, "Nothing is exempt");
  const bare = snapshot({ Skill: route([], { approval: { ...gate, exempt } }) });
  await table("Skill", bare, [
    [{ target: "dev-1" }, 0],
    [{ target: "prod" }, 1707],
    [{}, 1707],
  ]);
});

Deno.test("URL patterns leave the apex and other ports out, wherever they stand", async () => {
  const below = [9, { pattern: "https://*.example.com/" }];
  const forms: readonly WireConstraint[] = [
    below as unknown as WireConstraint,
    [13, { constraints: [below, [1, { value: "x" }]] }],
    [12, { constraints: [[16, null], below] }],
    [14, { constraint: [14, { constraint: below }] }],
  ];
  for (const form of forms) {
    await table("mcp__s__t", snapshot({ mcp__s__t: route([rule("to", form)]) }), [
      [{ to: "https://a.example.com/" }, 0],
      [{ to: "https://a.b.example.com/x?y=1" }, 0],
      [{ to: "https://a.example.com:443/" }, 0],
      [{ to: "https://example.com/" }, 1501],
      [{ to: "https://a.example.com:8443/" }, 1501],
      [{ to: "https://u@a.example.com/" }, 1501],
      [{ to: "https://a.example.com\\@evil.com/" }, 1501],
      [{ to: "https://a.example.com./" }, 1501],
      [{ to: "http://a.example.com/" }, 1501],
      [{ to: "https://a.example.com.evil.com/" }, 1501],
    ]);
  }
  const port = snapshot({
    mcp__s__t: route([rule("to", [9, { pattern: "https://a.com:8443/" }])]),
  });
  await table("mcp__s__t", port, [
    [{ to: "https://a.com:8443/" }, 0],
    [{ to: "https://a.com/" }, 1501],
  ]);
  const apart = snapshot({ mcp__s__t: route([rule("to", [14, { constraint: below }])]) });
  await table("mcp__s__t", apart, [
    [{ to: "https://a.example.com/" }, 1501],
    [{ to: "https://example.com/" }, 1501],
    [{ to: "https://a.example.com:8443/" }, 1501],
  ]);
});
