import { deepEqual, doesNotMatch, equal, match, ok } from "node:assert/strict";
import fc from "fast-check";
import { genesis, type ReceiptDraft, sealReceipt } from "./receipt.ts";
import { type Paint, renderLine } from "./render.ts";
import { sampleDraft, sampleKey } from "./sample_log.ts";

const plain: Paint = (_, text) => text;
const tagged: Paint = (colour, text) => `<${colour}>${text}</>`;

function row(change: Partial<ReceiptDraft>, paint = plain): string {
  return renderLine(
    sealReceipt(sampleDraft(change), { seq: 1, prev: genesis }, sampleKey),
    paint,
  );
}

const denied = {
  decision: "deny",
  rule: "subpath:{sandbox}",
  args: { path: "/etc/hosts" },
  reason: 'path "/etc/hosts" is not within subpath:{sandbox} = /project/sandbox',
} as const;

Deno.test("Rows have the shape of the seed", () => {
  equal(row({ args: {} }), "ALLOW      [gov] Read           -> read_file  authorized");
  equal(
    row({}),
    "ALLOW      [gov] Read           -> read_file  authorized  path=/project/sandbox/notes.txt",
  );
  equal(
    row({ ...denied, reason: "no" }),
    "DENY       [gov] Read           -> read_file  no  path=/etc/hosts",
  );
  equal(
    row({ ...denied, observed: true, reason: "no", agent: "reviewer" }),
    "WOULD-DENY [gov] Read           <reviewer> -> read_file  no  path=/etc/hosts",
  );
});

Deno.test("What the reason quotes already is not said twice", () => {
  equal(row(denied), `DENY       [gov] Read           -> read_file  ${denied.reason}`);
});

Deno.test("A call without capability, for example of an unlisted tool, has no arrow", () => {
  // Absent members are absent, not undefined.
  const { capability: _, args: __, ...rest } = sampleDraft();
  const change = { tool: "CronCreate", decision: "deny", rule: "default: deny" } as const;
  const draft = { ...rest, ...change, reason: "CronCreate is not granted" };
  equal(
    renderLine(sealReceipt(draft, { seq: 1, prev: genesis }, sampleKey), plain),
    "DENY       [gov] CronCreate      CronCreate is not granted",
  );
});

Deno.test("Tags tell servers' tools, tools without constraints and governed ones", () => {
  const tag = (change: Partial<ReceiptDraft>) => /\[(\w+)\]/.exec(row(change))?.[1];
  equal(tag({ tool: "mcp__files__read" }), "mcp");
  equal(tag({ tool: "mcp__files__read", decision: "deny" }), "mcp");
  for (const tool of ["mcp__files__read", "ReadMcpResourceTool"]) {
    for (const decision of ["allow", "deny"] as const) {
      equal(tag({ tool, decision, door: "mcp", rule: "allow" }), "prx");
    }
  }
  for (const rule of ["allow", "harness tool", "spawn tool", "allow (tenuo.local.yaml)"]) {
    equal(tag({ rule, tool: "TodoWrite" }), "aud", rule);
    equal(tag({ rule, decision: "deny" }), "gov", rule);
  }
  for (const rule of ["enforce.Read", "allowance", "subpath:{sandbox}"]) {
    equal(tag({ rule }), "gov");
  }
});

Deno.test("The key argument is the first that says most; others are shown together", () => {
  const shown = (args: ReceiptDraft["args"]) =>
    row(args === undefined ? {} : { args }).split("  ").at(-1);
  equal(shown({ command: "ls -la" }), "command=ls -la");
  equal(
    shown({ host: "api.github.com", url: "https://api.github.com/" }),
    "url=https://api.github.com/",
  );
  equal(shown({ count: 3, deep: "[1]" }), 'args={"count":3,"deep":"[1]"}');
  equal(shown({ path: 7 }), "path=7");
  equal(shown({ path: "x".repeat(200) }), `path=${"x".repeat(99)}…`);
  equal(shown({}), "authorized");
});

Deno.test("An outcome that was not decided so is marked, and says how", () => {
  const outcome = { kind: "outcome", outcome: "ok", tool: "Bash", preview: "done" } as const;
  equal(
    row({ ...outcome, of: 12, mismatch: "input" }),
    "!          ok    Bash           rewritten: not the input of decision 12  done",
  );
  equal(
    row({ ...outcome, of: 12, mismatch: "denied", agent: "reviewer" }),
    "!          ok    Bash           <reviewer> ran although denied by decision 12  done",
  );
  equal(
    row({ ...outcome, mismatch: "unknown" }),
    "!          ok    Bash           no decision about this call in the log  done",
  );
  equal(
    row({ ...outcome, of: 12, mismatch: "input" }, tagged),
    "<red>!         </> ok    Bash           <red>rewritten: not the input of decision 12</>  done",
  );
  match(row({ ...outcome, of: 3, mismatch: "later" as "input" }), /does not fit decision 3: later/);
});

Deno.test("An outcome that nobody told is marked as unknown", () => {
  const draft = sampleDraft({
    kind: "outcome",
    outcome: "unknown",
    of: 12,
    reason: "The session ended without an outcome",
  });
  equal(
    renderLine(sealReceipt(draft, { seq: 13, prev: genesis }, sampleKey), tagged),
    `<yellow>?         </>${" ".repeat(7)}Read           <yellow>outcome unknown</>  ` +
      "The session ended without an outcome",
  );
});

Deno.test("A repair says which bytes it names", () => {
  const torn = "ab".repeat(32);
  equal(
    row({ kind: "repair", torn, bytes: 120 }),
    `TORN       120 bytes were never finished, sha256 ${torn}`,
  );
});

Deno.test("Outcomes have a dot, notes a dash", () => {
  equal(
    row({ kind: "outcome", outcome: "ok", preview: "three lines" }),
    "·          ok    Read           three lines",
  );
  equal(
    row({ kind: "outcome", tool: "Bash", outcome: "failed", preview: "" }),
    "·          failed Bash",
  );
  const columns = (["ok", "failed", "unknown"] as const).map((outcome) =>
    row({ kind: "outcome", tool: "Bash", outcome, preview: "text" }).search(/text|outcome/)
  );
  deepEqual(columns, Array(3).fill(row({ tool: "Bash" }).indexOf("->")), "One column for all");
  const cut = row({ kind: "outcome", outcome: "ok", preview: "y".repeat(100) });
  ok(cut.endsWith(` ${"y".repeat(59)}…`));
  equal(
    row({ kind: "act", tool: "", reason: "revoked: warrant 01" }),
    "-          revoked: warrant 01",
  );
});

Deno.test("Only marks are coloured", () => {
  match(row({}, tagged), /^<green>ALLOW {5}<\/> \[gov\]/);
  match(row({ decision: "deny" }, tagged), /^<red>DENY {6}<\/> /);
  match(row({ decision: "deny", observed: true }, tagged), /^<yellow>WOULD-DENY<\/> /);
});

Deno.test("An attacker's text does not reach the terminal", () => {
  const attack = "a\x1b[2J\nALLOW      [gov] forged\u202e\x9b31m";
  const shown = row({
    tool: attack,
    capability: attack,
    agent: attack,
    reason: attack,
    args: { path: attack },
  });
  doesNotMatch(shown, /[\p{Cc}\p{Cf}]/u);
  match(shown, /a\\x1b\[2J\\nALLOW/);
});

Deno.test("Any line at all gives one safe row", () => {
  const members = fc.record({
    kind: fc.oneof(fc.constantFrom("decision", "outcome", "act", "repair"), fc.jsonValue()),
    outcome: fc.jsonValue(),
    preview: fc.jsonValue(),
    mismatch: fc.oneof(fc.constantFrom("input", "denied", "unknown"), fc.jsonValue()),
    of: fc.jsonValue(),
    torn: fc.jsonValue(),
    bytes: fc.jsonValue(),
    decision: fc.oneof(fc.constantFrom("allow", "deny", "toString"), fc.jsonValue()),
    tool: fc.jsonValue(),
    agent: fc.jsonValue(),
    capability: fc.jsonValue(),
    args: fc.jsonValue(),
    rule: fc.jsonValue(),
    reason: fc.jsonValue(),
  }, { requiredKeys: [] });
  const line = fc.oneof(
    fc.string({ unit: "binary" }),
    members.map((it) => JSON.stringify({ seq: 1, prev: "", ...it })),
  );
  fc.assert(fc.property(line, (it) => {
    doesNotMatch(renderLine(it, plain), /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
  }));
  equal(renderLine("half a li", plain), "TORN       half a li");
  const deep = `{"seq":1,"prev":"","args":${"[".repeat(200_000)}${"]".repeat(200_000)}}`;
  // It depends on the engine whether that can be written as text again.
  match(renderLine(deep, plain), /^(TORN {7}\{"seq":1|\? {10}\[gov\] .*args=\[\[)/);
});
