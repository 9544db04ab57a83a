import { deepStrictEqual as deepEqual, match, strictEqual as equal } from "node:assert/strict";
import { Project } from "../../tests/hook/project.ts";
import { checkEvidence } from "./check_evidence.ts";
import { collectCheckFacts } from "./check_facts.ts";

Deno.test("Missing evidence is a problem that refresh mends; so is a log that was cut, which it does not", async () => {
  await using project = await Project.create();
  const findings = async () => await checkEvidence(await collectCheckFacts(project.root));
  deepEqual(await findings(), []);
  await project.must("refresh");
  deepEqual(await findings(), []);

  Deno.removeSync(project.path(".state/evidence"), { recursive: true });
  const missing = await findings();
  equal(missing.length, 2);
  match(
    missing[0]?.message ?? "",
    /^The evidence of the warrant in force, \.state\/evidence\/[0-9a-f]{64}\.warrant, is missing/,
  );
  match(missing[1]?.message ?? "", /^The evidence of the policy snapshot in force/);
  const { code, stdout } = await project.command("check");
  equal(code, 1);
  match(stdout, /^2 problems, 0 warnings$/m);
  await project.must("refresh");
  equal((await project.command("check")).stdout.trim(), "All well");

  Deno.writeTextFileSync(project.state("receipts"), "");
  const cut = await findings();
  deepEqual(cut.map(({ mend }) => mend), ["tenuo-claude receipts verify tells more"]);
  match(cut[0]?.message ?? "", /^Line 2 of the receipts is not what it was .*cut or replaced\.$/);
  await project.must("refresh");
  match((await findings())[0]?.message ?? "", /cut or replaced/);
});
