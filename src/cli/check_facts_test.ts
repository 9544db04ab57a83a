/** Checks asked by themselves: at other times, and about other programs. */
import { deepStrictEqual as deepEqual, match, strictEqual as equal } from "node:assert/strict";
import { Project } from "../../tests/hook/project.ts";
import { fileBytes, plainLines } from "../receipts/sample_log.ts";
import { collectCheckFacts } from "./check_facts.ts";
import { checkReceipts } from "./check_receipts.ts";
import { checkWarrant } from "./check_warrant.ts";
import { checkWiring } from "./check_wiring.ts";

type Json = Record<string, unknown>;

Deno.test("An expired warrant, and a clock behind the newest receipt", async () => {
  await using project = await Project.create();
  await project.must("refresh"); // the first receipt
  const facts = await collectCheckFacts(project.root);
  deepEqual([await checkWarrant(facts), await checkReceipts(facts)], [[], []]);

  const later = await checkWarrant({ ...facts, now: facts.now + 7200 });
  equal(later.length, 1);
  match(later[0]?.message ?? "", /expired.*; every call is denied\.$/);
  equal(later[0]?.mend, "tenuo-claude refresh");

  const within = await checkReceipts({ ...facts, now: facts.now - 25 });
  deepEqual(within, []);
  const earlier = await checkReceipts({ ...facts, now: facts.now - 3600 });
  equal(earlier.length, 1);
  match(earlier[0]?.message ?? "", /^The clock is 3\d{3} s behind the newest receipt;/);
  match(earlier[0]?.mend ?? "", /^set the clock/);
});

Deno.test("A state older than its receipts, and receipts that cannot go on", async () => {
  await using project = await Project.create();
  const saved = Deno.readFileSync(project.state("snapshot"));
  const warrant = Deno.readFileSync(project.state("warrant"));
  await project.must("refresh");
  Deno.writeFileSync(project.state("snapshot"), saved);
  Deno.writeFileSync(project.state("warrant"), warrant);
  const old = await checkReceipts(await collectCheckFacts(project.root));
  deepEqual(old.map(({ message, mend }) => [message, mend]), [
    ["The state is older than the newest receipt; every call is denied.", "tenuo-claude refresh"],
  ]);
  await project.must("refresh");
  deepEqual(await checkReceipts(await collectCheckFacts(project.root)), []);

  Deno.writeFileSync(project.state("receipts"), fileBytes(plainLines(2)));
  const broken = await checkReceipts(await collectCheckFacts(project.root));
  deepEqual(broken.map(({ message }) => message), [
    "The receipts cannot go on: the last line is not a receipt that this project's key signed.",
  ]);
});

Deno.test("Hooks that run another program than the one that checks are a warning", async () => {
  await using project = await Project.create();
  const facts = await collectCheckFacts(project.root);
  const other = project.outside("tenuo-claude");
  Deno.writeTextFileSync(other, "");
  const settings = JSON.parse(project.read(".claude/settings.json"));
  for (const groups of Object.values(settings.hooks) as { hooks: Json[] }[][]) {
    for (const hook of groups.flatMap(({ hooks }) => hooks)) {
      hook.command = other;
      hook.args = (hook.args as string[]).slice(-5);
    }
  }
  project.write(".claude/settings.json", JSON.stringify(settings));
  // What the settings of whoever runs this test say plays no part.
  const check = async () =>
    (await checkWiring(facts)).filter(({ message }) => !message.includes("disableAllHooks"));
  const found = await check();
  deepEqual(found.map(({ severity, subject }) => [severity, subject]), [["warning", "wiring"]]);
  equal(found[0]?.message.startsWith(`The hooks run ${other}, not the program`), true);
  Deno.removeSync(other);
  deepEqual((await check()).map(({ message }) => message), [
    `The wired program ${other} is missing.`,
  ]);
});
