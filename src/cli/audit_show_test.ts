import { deepEqual, doesNotMatch, equal, match, ok, rejects } from "node:assert/strict";
import { keepEvidence } from "../receipts/evidence.ts";
import { plainLines, sampleDraft, sampleLines } from "../receipts/sample_log.ts";
import { AuditProject } from "./audit_test_project.ts";
import { UserError } from "./command.ts";

const digest = "ab".repeat(32);
const attack = "a\x1b[2J\u202e";

const lines = sampleLines([
  {
    draft: sampleDraft({
      session: "s1",
      call: "toolu_1",
      tool: "Bash",
      capability: "run_command",
      decision: "deny",
      observed: true,
      code: 1501,
      rule: "shlex: ls (tenuo.local.yaml)",
      line: 7,
      reason: attack,
      args: { command: `curl ${attack}`, [attack]: [1, { deep: "[secret]" }] },
      masked: true,
      chain: digest,
      policy: digest,
      proof: "00",
      proved: 1772366400,
    }),
  },
  { draft: sampleDraft({ line: 0, rule: "harness tool" }), tornAfter: 20 },
  {
    draft: sampleDraft({
      kind: "outcome",
      outcome: "failed",
      preview: "no",
      of: 1,
      mismatch: "denied",
    }),
  },
]);

Deno.test("audit show prints every member with its meaning", async () => {
  using project = new AuditProject(lines);
  keepEvidence(project.log, "policy", digest, "{}");
  const { code, printed } = await project.audit({}, "show", "1");
  equal(code, 0);
  const text = printed.join("\n");
  equal(printed[0]?.startsWith("WOULD-DENY [gov] Bash           -> run_command  "), true);
  for (
    const expected of [
      /^seq +: 1$/m,
      /^kind +: decision {2}\(what was decided about a call\)$/m,
      /^door +: hook {2}\(asked by Claude Code's hook\)$/m,
      /^args\.command +: curl a\\x1b\[2J\\u\{202e\}$/m,
      /^args\.a\\x1b\[2J\\u\{202e\} *: \[1,\{"deep":"\[secret\]"\}\]$/m,
      /^masked +: true {2}\(secrets were hidden .*; the proof is not checkable\)$/m,
      /^decision +: deny {2}\(the policy only observed: the call was let go on\)$/m,
      /^code +: 1501 {2}\(ConstraintViolation\)$/m,
      /^rule +: shlex: ls \(tenuo\.local\.yaml\)$/m,
      /^line +: 7 {2}\(where the rule stands in tenuo\.local\.yaml\)$/m,
      /^chain +: (ab){32} {2}\(the warrants .*; its bytes are missing from evidence\)$/m,
      /^policy +: (ab){32} {2}\(the policy in force: evidence\/abababab….policy\)$/m,
      /^proved +: 1772366400 {2}\(proof made at 2026-03-01T12:00:00\.000Z\)$/m,
      /^signature +: [0-9a-f]{128} {2}\(the receipt key's, over this line\)$/m,
      /^Its outcome, 4:\n! +failed Read +ran although denied by decision 1 {2}no$/m,
    ]
  ) match(text, expected);
  doesNotMatch(printed.join(""), /[\p{Cc}\p{Cf}]/u);
});

Deno.test("audit show tells the other half of an outcome, and what a repair names", async () => {
  using project = new AuditProject(lines);
  const outcome = (await project.audit({}, "show", "4")).printed.join("\n");
  match(outcome, /^outcome +: failed {2}\(the tool ended with an error\)$/m);
  match(outcome, /^of +: 1 {2}\(the decision it belongs to\)$/m);
  match(outcome, /^mismatch +: denied {2}\(ran although denied by decision 1\)$/m);
  match(outcome, /^Its decision, 1:\nWOULD-DENY /m);
  const repair = (await project.audit({}, "show", "2")).printed.join("\n");
  match(repair, /^bytes +: 20 {2}\(how many they are\)$/m);
  const decision = (await project.audit({}, "show", "3")).printed.join("\n");
  match(decision, /^line +: 0 {2}\(the rule is built in\)$/m);
  match(decision, /^No outcome of it stands in the log\.$/m);
});

Deno.test("audit show --json prints the line itself and nothing else", async () => {
  using project = new AuditProject(lines);
  deepEqual((await project.audit({ json: true }, "show", "3")).printed, [lines[3]]);
});

Deno.test("audit show says when a line is not the key's", async () => {
  using project = new AuditProject([(lines[0] as string).replace('"s1"', '"s2"')]);
  match((await project.audit({}, "show", "1")).printed.join("\n"), /\(NOT the receipt key's over/);
  Deno.removeSync(`${project.path}/.state/receipt_pub.hex`);
  match(
    (await project.audit({}, "show", "1")).printed.join("\n"),
    /^signature .*\(not checked: the receipt key is missing\)$/m,
  );
});

Deno.test("audit show prints whatever stands in a line", async () => {
  const deep = `{"seq":1,"prev":"","kind":7,"line":{},"args":[],"proved":1e300,"chain":"x","rule":${
    "[".repeat(200_000)
  }${"]".repeat(200_000)}}`;
  using project = new AuditProject([deep]);
  const text = (await project.audit({}, "show", "1")).printed.join("\n");
  // It depends on the engine whether that can be written as text again.
  match(text, /^rule {3}: (nested deeper than any receipt$|\[\[)/m);
  match(text, /^proved : 1e\+300 {2}\(proof made at 1e\+300\)$/m);
});

Deno.test("audit show finds each receipt in any file, and says what the log has", async () => {
  using project = new AuditProject([]);
  const missing = async (seq: string, message: RegExp) =>
    await rejects(
      project.audit({}, "show", seq),
      (error) => error instanceof UserError && error.exitCode === 1 && message.test(error.message),
    );
  await missing("1", /^No receipt 1; the log is empty$/);
  const many = plainLines(900);
  project.lay(many.slice(0, 400), many.slice(400, 401), many.slice(401), []);
  for (const seq of [1, 2, 399, 400, 401, 402, 899, 900]) {
    const { printed } = await project.audit({ json: true }, "show", String(seq));
    deepEqual(printed, [many[seq - 1]]);
  }
  await missing("901", /^No receipt 901; the log has 1 to 900$/);
  await missing("999999999999999", /the log has 1 to 900$/);
  Deno.removeSync(project.log.replace(".jsonl", ".000001.jsonl"));
  await missing("400", /^No receipt 400; the log has 401 to 900$/);
});

Deno.test("audit show is fast on a long log", async () => {
  using project = new AuditProject([]);
  const body = `"prev":"","time":"2026-03-01T12:00:00.000Z","reason":"${"x".repeat(600)}"}\n`;
  const file = Deno.openSync(project.log, { append: true });
  for (let at = 0; at < 200; at++) {
    const rows = Array.from({ length: 1000 }, (_, row) => `{"seq":${at * 1000 + row + 1},${body}`);
    file.writeSync(new TextEncoder().encode(rows.join("")));
  }
  file.close();
  const start = performance.now();
  const { printed } = await project.audit({ json: true }, "show", "123456");
  match(printed[0] ?? "", /^\{"seq":123456,/);
  ok(performance.now() - start < 200);
});
