import { deepEqual, equal, ok } from "node:assert/strict";
import fc from "fast-check";
import type { ApprovalRule, Route, Snapshot, WireConstraint } from "../policy/snapshot.ts";
import type { CommandRule } from "../shell/command_rule.ts";
import { evaluate } from "./evaluate.ts";
import { call, route, rule, snapshot } from "./test_snapshot.ts";
import type { ToolCall } from "./tool_call.ts";
import { widens } from "./widens.ts";

const simple = fc.constantFrom<WireConstraint>(
  [4, { values: ["x"] }],
  [4, { values: ["x", "y"] }],
  [1, { value: "y" }],
  [2, { pattern: "x*" }],
  [2, { pattern: "*" }],
  [7, { excluded: ["x"] }],
  [16, null],
);
const some = fc.array(simple, { minLength: 1, maxLength: 3 });
const constraint = fc.oneof(
  simple,
  some.map((constraints): WireConstraint => [13, { constraints }]),
  some.map((constraints): WireConstraint => [12, { constraints }]),
  simple.map((one): WireConstraint => [14, { constraint: one }]),
);

const argument = fc.record({
  name: fc.constantFrom("a", "b"),
  constraint,
  optional: fc.boolean(),
}).map(({ name, constraint, optional }) => rule(name, constraint, { optional }));
const rules = fc.uniqueArray(argument, { maxLength: 2, selector: ({ name }) => name });
const approval = fc.record({
  threshold: fc.constantFrom(1, 2),
  exempt: fc.option(rules, { nil: undefined, freq: 1 }),
  rule: fc.constant("approval"),
  line: fc.constant(9),
});

const routes = fc.record({
  args: rules,
  closed: fc.boolean(),
  approval: fc.option(approval, { nil: undefined, freq: 1 }),
}).map(({ args, closed, approval }): Route =>
  route(args, { closed, ...(approval === undefined ? {} : { approval: approval as ApprovalRule }) })
);

const roles = fc.dictionary(
  fc.constantFrom("one", "two"),
  fc.subarray(["mcp__s__t", "Agent"]).map((tools) => ({ tools, rule: "role", line: 2 })),
);

const snapshots = fc.record({
  tool: fc.option(routes, { nil: undefined }),
  spawns: fc.boolean(),
  roles: fc.option(roles, { nil: undefined, freq: 1 }),
}).map(({ tool, spawns, roles }) =>
  snapshot({
    ...(tool === undefined ? {} : { mcp__s__t: tool }),
    ...(spawns ? { Agent: route([], { capability: "spawn_agent" }) } : {}),
  }, roles === undefined ? {} : { roles })
);

const values = ["x", "y", "xx", 5];
const inputs: readonly ToolCall["input"][] = [
  {},
  ...values.flatMap((a) => [{ a }, { b: a }, ...values.map((b) => ({ a, b }))]),
  { a: "x", c: 1 },
];
const calls: readonly ToolCall[] = [undefined, "one", "two"].flatMap((agentType) => {
  const more = agentType === undefined ? {} : { agentType };
  return [
    ...inputs.map((input) => call("mcp__s__t", input, more)),
    ...["one", "two"].map((type) => call("Agent", { subagent_type: type }, more)),
  ];
});

/** The calls that a snapshot allows. */
async function allowedBy(policy: Snapshot): Promise<ReadonlySet<ToolCall>> {
  const found = new Set<ToolCall>();
  for (const one of calls) if ((await evaluate(one, policy)).verdict === "allow") found.add(one);
  return found;
}

/** The first snapshot, with what the second has in some places: random ones have little in common. */
function near(before: Snapshot, other: Snapshot): Snapshot {
  const [tool, wanted] = [before.routes.mcp__s__t, other.routes.mcp__s__t];
  if (tool === undefined || wanted === undefined) {
    return { ...before, routes: { ...other.routes, ...before.routes }, ...pick(other) };
  }
  const { approval: _, ...rest } = tool;
  const changed: Route = {
    ...rest,
    closed: wanted.closed === true,
    args: tool.args.map((one, i) => ({ ...one, optional: wanted.args[i]?.optional === true })),
    ...(wanted.approval === undefined ? {} : { approval: wanted.approval }),
  };
  return { ...before, routes: { ...before.routes, mcp__s__t: changed } };
}

Deno.test("What is not called wider allows nothing that was refused", async () => {
  const seen = { wider: 0, narrower: 0 };
  await fc.assert(
    fc.asyncProperty(snapshots, snapshots, fc.boolean(), async (before, other, isNear) => {
      const after = isNear ? near(before, other) : other;
      const isWider = widens(before, after);
      seen[isWider ? "wider" : "narrower"]++;
      if (isWider) return;
      const allowed = await allowedBy(before);
      const more = [...await allowedBy(after)].filter((one) => !allowed.has(one));
      deepEqual(more, [], JSON.stringify([before.routes, before.roles, after.routes, after.roles]));
    }),
    { numRuns: 800 },
  );
  ok(seen.wider > 100 && seen.narrower > 100, JSON.stringify(seen));
});

function pick({ roles }: Snapshot): Partial<Snapshot> {
  return roles === undefined ? {} : { roles };
}

Deno.test("A policy is not wider than itself", () => {
  fc.assert(fc.property(snapshots, (policy) => {
    equal(widens(policy, structuredClone(policy)), false);
  }));
});

const shlex = (entries: readonly string[]): CommandRule => ({
  form: "shlex",
  entries: entries.map((entry) => entry.split(" ")),
});
const verbs = (
  more: Partial<Extract<CommandRule, { form: "verbs" }>["verbs"][string]> = {},
  compose: Extract<CommandRule, { form: "verbs" }>["compose"] = [],
): CommandRule => ({ form: "verbs", verbs: { git: { rule: "git", line: 3, ...more } }, compose });

function withCommand(command: CommandRule | undefined): Snapshot {
  const line = rule("command", [2, { pattern: "*" }], {
    kind: "command",
    ...(command === undefined ? {} : { command }),
  });
  return snapshot({ Bash: route([line], { access: "run" }) });
}

/** Each second is narrower than its first, and each first wider than its second. */
const steps: readonly (readonly [what: string, wider: CommandRule | undefined, CommandRule])[] = [
  ["a rule", undefined, shlex(["ls"])],
  ["an entry less", shlex(["ls", "cat"]), shlex(["ls"])],
  ["a subcommand", shlex(["git"]), shlex(["git status", "git log"])],
  ["one word more", shlex(["git status"]), shlex(["git status -s"])],
  ["no verb", verbs(), { form: "verbs", verbs: {}, compose: [] }],
  ["paths", verbs(), verbs({ paths: ["/srv"] })],
  ["paths below", verbs({ paths: ["/srv"] }), verbs({ paths: ["/srv/a", "/srv/b"] })],
  ["subcommands", verbs(), verbs({ subcommands: [["status"]] })],
  [
    "fewer subcommands",
    verbs({ subcommands: [["status"], ["remote"]] }),
    verbs({ subcommands: [["remote", "-v"]] }),
  ],
  ["a flag refused", verbs(), verbs({ denyFlags: ["-o"] })],
  ["fewer compositions", verbs({}, ["pipe", "and"]), verbs({}, ["pipe"])],
];

Deno.test("Command rules: each way to be narrower, and back", () => {
  for (const [what, wide, narrow] of steps) {
    equal(widens(withCommand(wide), withCommand(narrow)), false, what);
    equal(widens(withCommand(narrow), withCommand(wide)), true, `back from ${what}`);
  }
  equal(widens(withCommand(shlex(["ls"])), withCommand(verbs())), true, "another form");
  const other = verbs({ paths: ["/srv-other"] });
  equal(widens(withCommand(verbs({ paths: ["/srv"] })), withCommand(other)), true, "beside");
});

Deno.test("Settings: each way to be narrower, and back", () => {
  const base = snapshot({ WebFetch: route([]) });
  const narrower: readonly (readonly [what: string, change: Partial<Snapshot>])[] = [
    ["defer", { onGrant: "defer" }],
    ["pinned paths", { pinPaths: true }],
    ["strict input", { strictInput: true }],
    ["roles", { roles: {} }],
    ["names resolved", { routes: { WebFetch: { ...base.routes.WebFetch!, resolve: true } } }],
    ["closed", { routes: { WebFetch: { ...base.routes.WebFetch!, closed: true } } }],
    [
      "approval",
      {
        routes: {
          WebFetch: {
            ...base.routes.WebFetch!,
            approval: { threshold: 1, exempt: [rule("url", [16, null])], rule: "a", line: 1 },
          },
        },
      },
    ],
  ];
  for (const [what, change] of narrower) {
    equal(widens(base, { ...base, ...change }), false, what);
    equal(widens({ ...base, ...change }, base), true, `back from ${what}`);
  }
  equal(widens(base, { ...base, allowUnsandboxed: true }), true);
  equal(widens({ ...base, allowUnsandboxed: true }, base), false);
  const { onGrant: _, pinPaths: __, strictInput: ___, ...older } = base;
  equal(widens(older as Snapshot, base), false, "An older snapshot lacks what is now said");
});
