/** Disks that are full or read-only, a locked log, streams that are gone: nothing runs unrecorded. */
import { equal, match, ok } from "node:assert/strict";
import { canMount, mounted, readOnly } from "./mounts.ts";
import { narrow, Project, type Run } from "./project.ts";
import { allowed } from "./verdict.ts";

const observing = `mode: audit\n${narrow}`;

/**
 * The state directory copied to a small disk of its own, which is then filled up. Calls are repeated
 * until what is left of the log's last block is full too; the log comes back as `log_after`.
 */
function onFullDisk(project: Project): readonly string[] {
  const state = project.path(".state");
  const aside = project.outside("aside");
  return mounted(
    `mkdir -p ${aside}; cp -a ${state}/. ${aside}; cat > ${aside}/event; ` +
      `mount -t tmpfs -o size=128k,mode=700 none ${state}; cp -a ${aside}/. ${state}; ` +
      `cat /dev/zero > ${state}/filler 2>/dev/null || true`,
    `code=0; for i in 1 2 3 4 5 6; do "$@" < ${aside}/event > ${aside}/out 2> ${aside}/err ` +
      `&& code=0 || code=$?; done; cp ${state}/receipts.jsonl ${project.outside("log_after")}; ` +
      `cat ${aside}/out; cat ${aside}/err >&2; exit $code`,
  );
}

const ignore = !canMount;

Deno.test({
  name: "On a full disk nothing is allowed",
  ignore,
  fn: async () => {
    await using project = await Project.create();
    allowed(project, await project.inside());
    const { decision, reason } = await project.inside({ under: onFullDisk(project) });
    equal(decision, "deny");
    match(reason, /^Tenuo hook error \(fail-closed\): Receipts: .*could not be written/);
    // What was written before is whole.
    const after = Deno.readTextFileSync(project.outside("log_after"));
    Deno.writeTextFileSync(project.state("receipts"), after);
    ok(project.receipts().length >= 1);
    allowed(project, await project.inside());
  },
});

Deno.test({
  name: "On a full disk a policy that observes stays silent",
  ignore,
  fn: async () => {
    await using project = await Project.create({ policy: observing });
    for (const under of [onFullDisk(project), readOnly(project.path(".state"))]) {
      const { code, stdout, stderr } = await project.inside({ under });
      equal(stdout + stderr, "");
      equal(code, 0);
    }
  },
});

Deno.test({
  name: "With a state directory that is read-only nothing is allowed",
  ignore,
  fn: async () => {
    await using project = await Project.create();
    const under = readOnly(project.path(".state"));
    const { decision, reason } = await project.inside({ under });
    equal(decision, "deny");
    match(reason, /^Tenuo hook error \(fail-closed\): Receipts: /);
    equal((await project.ask("EnterWorktree", {}, { under })).decision, "deny");
  },
});

Deno.test({
  name: "Where the policy does without strict receipts, a full disk allows what the policy allows",
  ignore,
  fn: async () => {
    await using project = await Project.create({ policy: `strict_receipts: false\n${narrow}` });
    const under = onFullDisk(project);
    equal((await project.inside({ under })).decision, "allow");
    equal((await project.ask("Read", { file_path: "/etc/hosts" }, { under })).decision, "deny");
  },
});

Deno.test("A log that stays locked for more than five seconds refuses, or is silent", async () => {
  await using project = await Project.create();
  await using observer = await Project.create({ policy: observing });
  const locks = [project, observer].map((one) => {
    const file = Deno.openSync(one.state("receipts"), { read: true, write: true });
    file.lockSync(true);
    return file;
  });
  const started = performance.now();
  const [strict, quiet] = await Promise.all([project.inside(), observer.inside()]);
  ok(performance.now() - started > 4900, "It waits for five seconds");
  for (const file of locks) file.close();
  equal(strict.decision, "deny");
  match(strict.reason, /stays locked/);
  equal(quiet.stdout + quiet.stderr, "");
  equal(quiet.code, 0);
  allowed(project, await project.inside());
});

Deno.test("A log that is locked for a moment only delays", async () => {
  await using project = await Project.create();
  const file = Deno.openSync(project.state("receipts"), { read: true, write: true });
  file.lockSync(true);
  const verdict = project.inside();
  await new Promise((done) => setTimeout(done, 1000));
  file.close();
  allowed(project, await verdict);
});

/** Runs the hook in a shell that plays with its streams; `$@` is the hook. */
function shell(script: string): Run {
  return { under: ["bash", "-c", script, "bash"] };
}

function isLinux(): boolean {
  return Deno.build.os === "linux";
}

Deno.test({
  name: "An answer that cannot be given is a refusal by exit code",
  ignore: !isLinux(),
  fn: async () => {
    await using project = await Project.create();
    const event = project.event("Read", { file_path: project.path("sandbox/notes.txt") });
    const refusedEvent = project.event("Read", { file_path: "/etc/hosts" });
    const code = async (script: string, input = event) => {
      const line = `exec 9>&1; ${script.replace(/HOOK([^;|}]*)/, '"$@"$1; echo "code=$?" >&9')}`;
      return (await project.raw(input, shell(line))).stdout.trim();
    };
    // Standard output goes to a full device, to a pipe that nobody reads, or nowhere.
    for (
      const script of [
        "HOOK >/dev/full",
        "HOOK >/dev/full 2>/dev/full",
        "HOOK >/dev/full 2>&-",
        "{ HOOK; } | { exec 0<&-; sleep 1; }",
      ]
    ) equal(await code(script), "code=2", script);
    for (
      const script of [
        "HOOK >/dev/full",
        "HOOK >&-",
        "HOOK 2>&-",
        "HOOK 2>/dev/full",
        "HOOK >&- 2>&-",
        "{ HOOK; } | { exec 0<&-; sleep 1; }",
      ]
    ) match(await code(script, refusedEvent), /code=2$/, script);
    // Without standard input there is no event; in a directory's place neither.
    match(await code("HOOK <&-"), /code=2$/);
    match(await code("HOOK </"), /code=2$/);
  },
});
