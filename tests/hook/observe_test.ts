/** A policy that observes prints nothing whatever goes wrong, unless it cannot be established. */
import { equal, match } from "node:assert/strict";
import { newKey, putSnapshot, putWarrant, snapshotOf } from "./forge.ts";
import { narrow, Project } from "./project.ts";
import { refused, silent } from "./verdict.ts";

function create(mode: string): Promise<Project> {
  return Project.create({ policy: `mode: ${mode}\n${narrow}` });
}

for (const mode of ["audit", "dry-run", "dry_run", "DryRun"]) {
  Deno.test(`mode ${mode} lets calls run and records what would have been`, async () => {
    await using project = await create(mode);
    silent(project, await project.inside(), "allow");
    silent(project, await project.ask("Read", { file_path: "/etc/hosts" }), "deny", 1501);
    silent(project, await project.ask("EnterWorktree", {}), "deny", 1500);
    silent(project, await project.ask("Bash", { command: "ls; id" }), "deny", 1501);
    silent(project, await project.ask("Bash", { command: "cat .state/x" }), "deny", 9007);
    silent(project, await project.ask("Read", { file_path: "a\0b" }), "deny", 9013);
  });
}

Deno.test("What goes wrong with the call or the grant is recorded and not printed", async () => {
  await using project = await create("audit");
  for (const input of ["", "garbage", "[]", { hook_event_name: "PostToolUse" }]) {
    silent(project, await project.hook(input), "deny", 9001);
  }
  const now = Math.floor(Date.now() / 1000);
  putWarrant(project, { issuedAt: now - 10, expiresAt: now - 1 });
  silent(project, await project.inside(), "deny", 1300);
  putWarrant(project, { issuer: newKey() });
  silent(project, await project.inside(), "deny", 1406);
  putWarrant(project, { holder: newKey().publicKey });
  silent(project, await project.inside(), "deny", 1600);
  Deno.writeTextFileSync(project.state("warrant"), "garbage");
  silent(project, await project.inside(), "deny", 9002);
  Deno.removeSync(project.state("warrant"));
  silent(project, await project.inside(), "deny", 9002);
  putWarrant(project);
  await project.must("revoke");
  silent(project, await project.inside(), "deny", 1800);
  Deno.removeSync(project.state("revocations"));
  silent(project, await project.inside(), "deny", 9002);
  Deno.removeSync(project.state("holderKey"));
  Deno.renameSync(project.path("sandbox"), project.path("moved"));
  silent(project, await project.inside(), "deny", 9012);
});

Deno.test("A lost receipt is not printed, and leaves a line in hook.log", async () => {
  await using project = await create("audit");
  Deno.removeSync(project.state("receipts"));
  for (let i = 0; i < 2; i++) {
    const { code, stdout, stderr } = await project.inside();
    equal(stdout + stderr, "");
    equal(code, 0);
  }
  match(Deno.readTextFileSync(project.state("hookLog")), /receipt lost: .*receipts\.jsonl/);
  Deno.removeSync(project.state("receiptKey"));
  equal((await project.inside()).stdout, "");
  equal((await project.hook("garbage")).stdout, "");
});

Deno.test("Standard input that cannot be read is not printed either", async () => {
  await using project = await create("audit");
  const under = ["bash", "-c", '"$@" </', "bash"];
  const { code, stdout, stderr } = await project.inside({ under });
  equal(stdout + stderr, "");
  equal(code, 0);
});

Deno.test("A mode that cannot be established refuses", async () => {
  await using project = await create("audit");
  const { snapshot } = snapshotOf(project);
  const input = { file_path: project.path("sandbox/notes.txt") };
  const wrong = ["--project", project.root, "--root", newKey().publicKey];
  equal((await project.ask("Read", input, { args: wrong })).decision, "deny");
  const told = { env: { CLAUDE_PROJECT_DIR: "/" } };
  equal((await project.ask("Read", input, told)).decision, "deny");
  putSnapshot(project, { ...snapshot, mode: "observe" }, newKey());
  refused(project, await project.inside(), 1100);
  Deno.writeTextFileSync(project.state("snapshot"), "garbage");
  refused(project, await project.inside(), 1100);
  Deno.removeSync(project.state("snapshot"));
  refused(project, await project.inside(), 9002);
  putSnapshot(project, { ...snapshot, project: "/elsewhere" });
  refused(project, await project.inside(), 9006);
  putSnapshot(project, snapshot);
  silent(project, await project.inside(), "allow");
  const policy = project.read("tenuo.yaml");
  Deno.removeSync(project.path("tenuo.yaml"));
  refused(project, await project.inside(), 9003);
  project.write("tenuo.yaml", "mode: [audit");
  refused(project, await project.inside(), 9004);
  project.write("tenuo.yaml", policy);
  silent(project, await project.inside(), "allow");
});

Deno.test("An older snapshot that observed does not silence a newer one that enforces", async () => {
  await using project = await create("audit");
  const old = Deno.readFileSync(project.state("snapshot"));
  project.write("tenuo.yaml", narrow);
  await project.must("refresh");
  Deno.writeFileSync(project.state("snapshot"), old);
  // tenuo.yaml on disk says enforce, and that wins.
  refused(project, await project.inside(), 9006);
  project.write("tenuo.yaml", `mode: audit\n${narrow}`);
  const { stdout, code } = await project.inside();
  equal(code === 0 && stdout === "", false, "The snapshot that was put back decides the mode");
});
