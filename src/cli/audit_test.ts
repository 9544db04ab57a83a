import { deepEqual, equal, match, rejects } from "node:assert/strict";
import { otherKey, plainLines, sampleDraft, sampleLines } from "../receipts/sample_log.ts";
import { AuditProject } from "./audit_test_project.ts";
import { UsageError, UserError } from "./command.ts";

const five = plainLines(5);
const row = "ALLOW      [gov] Read           -> read_file  authorized  path=/project/sandbox/";

/** What people did needs no warrant to be proven. */
const acts = sampleLines([1, 2, 3].map((number) => ({
  draft: {
    time: "2026-03-01T12:00:00.000Z",
    kind: "act",
    door: "command",
    reason: `refresh ${number}`,
  },
})));

/** A project with the root's public key. */
function rooted(lines: readonly string[] | undefined): AuditProject {
  const project = new AuditProject(lines);
  Deno.writeTextFileSync(`${project.path}/.state/issuer_pub.hex`, `${otherKey.publicKey}\n`);
  return project;
}

Deno.test("audit prints one row for each receipt, oldest first", async () => {
  using project = new AuditProject(five);
  const { code, printed } = await project.audit();
  equal(code, 0);
  deepEqual(printed, [0, 1, 2, 3, 4].map((at) => `${row}${at}.txt`));
});

Deno.test("audit --tail prints the last rows", async () => {
  using project = new AuditProject(five);
  deepEqual((await project.audit({ tail: "2" })).printed, [`${row}3.txt`, `${row}4.txt`]);
  equal((await project.audit({ tail: "2000" })).printed.length, 5);
  project.lay([]);
  equal((await project.audit({ tail: "1" })).printed.length, 0);
});

Deno.test("audit prints logs of more rows than it writes at once", async () => {
  using project = new AuditProject(plainLines(1100));
  equal((await project.audit()).printed.length, 1100);
});

Deno.test("audit --json prints the receipts as they stand, and leaves torn lines out", async () => {
  const lines = sampleLines([{ draft: sampleDraft() }, { draft: sampleDraft(), tornAfter: 30 }]);
  using project = new AuditProject(lines);
  const { printed, warned } = await project.audit({ json: true });
  deepEqual(printed, [lines[0], lines[2], lines[3]]);
  deepEqual(warned, ["1 line is not JSON; left out"]);
});

Deno.test("audit --verify tells proven from disproved in its exit code", async () => {
  using project = rooted(acts);
  const proven = await project.audit({ verify: true });
  equal(proven.code, 0);
  match(proven.printed[0] ?? "", /^Verified {4}: 3 receipts/);
  project.lay(acts.with(1, (acts[1] as string).replace("refresh 2", "refresh 3")));
  const disproved = await project.audit({ verify: true });
  equal(disproved.code, 1);
  match(
    disproved.printed[0] ?? "",
    /^Disproved {3}: .* line 2 .* is not signed by the receipt key/,
  );
});

Deno.test("audit --verify without key, with a bad key or without file cannot tell: exit code 2", async () => {
  const damages: readonly ((project: AuditProject) => void)[] = [
    ({ path }) => Deno.removeSync(`${path}/.state/receipt_pub.hex`),
    ({ path }) => Deno.writeTextFileSync(`${path}/.state/receipt_pub.hex`, "00\n"),
    ({ path }) => Deno.removeSync(`${path}/.state/issuer_pub.hex`),
    ({ log }) => Deno.removeSync(log),
  ];
  for (const damage of damages) {
    using project = rooted(acts);
    damage(project);
    const { code, printed } = await project.audit({ verify: true });
    equal(code, 2, String(damage));
    match(printed[0] as string, /^Cannot tell : /);
  }
});

Deno.test("audit --verify outside any project cannot tell either", async () => {
  using project = new AuditProject(acts);
  Deno.env.set("TENUO_PROJECT_DIR", "/nowhere\x1b[2J");
  const { code, printed } = await project.audit({ verify: true });
  equal(code, 2);
  match(printed.join("\n"), /^Cannot tell : .*nowhere\\x1b\[2J/);
});

Deno.test("audit --verify --json prints the result as JSON", async () => {
  using project = rooted(acts);
  const { printed } = await project.audit({ verify: true, json: true });
  const { outcome, counts } = JSON.parse(printed.join(""));
  deepEqual([outcome, counts.receipts], ["proven", 3]);
});

Deno.test("audit explains a missing file and refuses options that make no sense", async () => {
  using project = new AuditProject(five);
  for (const options of [{ tail: "0" }, { tail: "x" }, { tail: "2", verify: true }]) {
    await rejects(project.audit(options), UsageError);
  }
  Deno.removeSync(project.log);
  await rejects(
    project.audit(),
    (error) =>
      error instanceof UserError && /receipts\.jsonl\. Run tenuo-claude init/.test(error.message),
  );
});
