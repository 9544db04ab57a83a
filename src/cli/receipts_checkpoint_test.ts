/** `receipts checkpoint` through the real command line. */
import { deepStrictEqual as deepEqual, match, strictEqual as equal } from "node:assert/strict";
import { Project } from "../../tests/hook/project.ts";
import { openCheckpoint } from "../receipts/checkpoint.ts";
import { lineDigest } from "../receipts/receipt.ts";
import { seal } from "../receipts/segments.ts";

async function ask(project: Project): Promise<void> {
  const { decision } = await project.ask("Read", { file_path: project.path("sandbox/notes.txt") });
  equal(decision, "allow");
}

/** One line alone on standard output, and what it says. */
async function checkpoint(project: Project, ...more: readonly string[]) {
  const { code, stdout, stderr } = await project.command("receipts", "checkpoint", ...more);
  deepEqual([code, stderr], [0, ""]);
  match(stdout, /^[^\n]+\n$/);
  const key = Deno.readTextFileSync(project.state("receiptPublic")).trim();
  const { count, head, time } = openCheckpoint(stdout.trimEnd(), key) ?? {};
  match(time ?? "", /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  return { count, head };
}

Deno.test("One line alone, of the newest receipt, through a segment and an empty file", async () => {
  await using project = await Project.create();
  const empty = await project.command("receipts", "checkpoint");
  deepEqual([empty.code, empty.stdout], [2, ""]);
  match(empty.stderr, /There are no receipts yet/);

  await ask(project);
  const [line = ""] = project.read(".state/receipts.jsonl").split("\n");
  const head = { count: 1, head: lineDigest(line) };
  deepEqual(await checkpoint(project), head);
  deepEqual(await checkpoint(project, "--json"), head);
  equal(seal(project.state("receipts")) !== false, true);
  deepEqual(await checkpoint(project), head);
  await ask(project);
  deepEqual((await checkpoint(project)).count, 2);
  match(project.read(".state/receipts.checkpoint"), /^\{"count":2,/);
});

Deno.test("A log that was cut or altered is not vouched for: exit code 1 and nothing printed", async () => {
  await using project = await Project.create();
  await ask(project);
  await ask(project);
  const whole = project.read(".state/receipts.jsonl");
  const [first, second] = whole.split("\n");
  const altered = `${first}\n${second?.replace('"allow"', '"deny"')}\n`;
  Deno.writeTextFileSync(project.state("receipts"), altered);
  const { code, stdout, stderr } = await project.command("receipts", "checkpoint");
  deepEqual([code, stdout], [1, ""]);
  match(stderr, /newest line of the receipts is not signed by the receipt key/);

  Deno.writeTextFileSync(project.state("receipts"), whole);
  await checkpoint(project);
  Deno.writeTextFileSync(project.state("receipts"), `${first}\n`);
  await ask(project);
  const cut = await project.command("receipts", "checkpoint");
  deepEqual([cut.code, cut.stdout], [1, ""]);
  match(
    cut.stderr,
    /^tenuo-claude: Line 2 of the receipts is not what it was at .*cut or replaced/,
  );
  match(
    project.read(".state/receipts.checkpoint"),
    new RegExp(`"head":"${lineDigest(second ?? "")}"`),
  );
});

Deno.test("Without project, log or key it cannot tell: exit code 2", async () => {
  await using project = await Project.create();
  const told = async () => {
    const { code, stdout, stderr } = await project.command("receipts", "checkpoint");
    deepEqual([code, stdout], [2, ""]);
    return stderr;
  };
  await ask(project);
  const key = Deno.readTextFileSync(project.state("receiptPublic"));
  Deno.writeTextFileSync(project.state("receiptPublic"), project.pinned);
  match(await told(), /receipt_pub\.hex is not the public half of receipt_key\.b64/);
  Deno.writeTextFileSync(project.state("receiptPublic"), "junk");
  match(await told(), /receipt_pub\.hex is not an Ed25519 public key/);
  Deno.writeTextFileSync(project.state("receiptPublic"), key);
  Deno.removeSync(project.state("receipts"));
  match(await told(), /Missing .*receipts\.jsonl; run tenuo-claude init/);
  Deno.removeSync(project.state("receiptKey"));
  match(await told(), /Missing .*receipt_key\.b64; run tenuo-claude init/);
  Deno.removeSync(project.path(".state"), { recursive: true });
  Deno.removeSync(project.path("tenuo.yaml"));
  match(await told(), /No tenuo\.yaml/);
});
