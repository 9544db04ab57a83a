/** What a grant answers, and what the input's keys come to, through the real hook. */
import { deepEqual, equal, ok } from "node:assert/strict";
import { amend } from "./amend.ts";
import { Project } from "./project.ts";
import type { Outcome } from "./verdict.ts";
import { allowed, refused, silent } from "./verdict.ts";

/** The hook's own members of an answer; undefined when nothing was printed. */
function answered({ stdout, stderr, code }: Outcome): Record<string, unknown> | undefined {
  equal(stderr, "");
  equal(code, 0);
  return stdout === "" ? undefined : JSON.parse(stdout).hookSpecificOutput;
}

const links = { "sandbox/link.txt": "notes.txt" };

Deno.test("A grant that defers prints nothing; the receipt says allow, a refusal refuses", async () => {
  await using project = await Project.create({});
  amend(project, () => ({ onGrant: "defer" }));
  const event = project.event("Read", { file_path: project.path("sandbox/notes.txt") });
  equal(answered(await project.raw(event)), undefined);
  equal(project.last().decision, "allow");
  refused(project, await project.ask("Read", { file_path: "/etc/hosts" }), 1501);
});

Deno.test("Pinned paths rewrite the input to what was checked", async () => {
  await using project = await Project.create({ links });
  const sandbox = project.path("sandbox");
  const notes = `${sandbox}/notes.txt`;
  amend(project, () => ({ pinPaths: true }));
  const ask = async (tool: string, input: Record<string, unknown>) => {
    const answer = answered(await project.raw(project.event(tool, input)));
    equal(answer?.permissionDecision, "allow", project.last().reason);
    equal(project.last().decision, "allow");
    return answer?.updatedInput;
  };
  equal(await ask("Read", { file_path: notes }), undefined);
  deepEqual(await ask("Read", { file_path: `${sandbox}/link.txt`, limit: 3 }), {
    file_path: notes,
    limit: 3,
  });
  deepEqual(await ask("Edit", { file_path: "sandbox/new.txt", old_string: "", new_string: "a" }), {
    file_path: `${sandbox}/new.txt`,
    old_string: "",
    new_string: "a",
  });
  deepEqual(await ask("Glob", { pattern: "*.txt", path: "sandbox" }), {
    pattern: "*.txt",
    path: sandbox,
  });
  equal(await ask("Bash", { command: " ls  sandbox/link.txt" }), undefined);
  // A search without a path starts from the session's folder, which may be named by a link.
  Deno.mkdirSync(`${sandbox}/sub`);
  Deno.symlinkSync("sub", `${sandbox}/inner`);
  const search = async (cwd: string) => {
    const event = { ...project.event("Grep", { pattern: "x" }), cwd };
    return answered(await project.raw(event))?.updatedInput;
  };
  deepEqual(await search(`${sandbox}/inner`), { pattern: "x", path: `${sandbox}/sub` });
  equal(await search(`${sandbox}/sub`), undefined);

  amend(project, () => ({ onGrant: "defer" }));
  const event = project.event("Read", { file_path: "sandbox/link.txt" });
  const deferred = answered(await project.raw(event));
  deepEqual(deferred, { hookEventName: "PreToolUse", updatedInput: { file_path: notes } });
  equal(answered(await project.raw(project.event("Read", { file_path: notes }))), undefined);

  // What the client says it ran with afterwards is recorded like any outcome.
  const after = { ...project.event("Read", { file_path: notes }), tool_response: "ok" };
  const post = await project.post({ ...after, hook_event_name: "PostToolUse" });
  equal(post.code, 0);
  equal(project.last().kind, "outcome");
});

Deno.test("Observing stays silent, whatever a grant would answer", async () => {
  const policy = "mode: audit\nsandbox: ./sandbox\nenforce: { Read: subpath:{sandbox} }\n";
  await using project = await Project.create({
    policy: policy.replace("{ Read: subpath:{sandbox} }", '{ Read: "subpath:{sandbox}" }'),
    links,
  });
  amend(project, () => ({ pinPaths: true, onGrant: "allow" }));
  silent(project, await project.ask("Read", { file_path: "sandbox/link.txt" }), "allow");
});

Deno.test("Unknown keys are recorded, disguised ones refused", async () => {
  await using project = await Project.create({});
  const file_path = project.path("sandbox/notes.txt");
  allowed(project, await project.ask("Read", { file_path, encoding: "latin1", "x\n": 1 }));
  deepEqual(project.last().unknown, ["encoding", "x\n"]);
  refused(project, await project.ask("Read", { file_path, path: "/etc/hosts" }), 9013, /"path"/);
  refused(project, await project.ask("Read", { file_path, "File-Path": "/etc/hosts" }), 9013);
  refused(project, await project.ask("Bash", { command: "ls", url: "x" }), 9013, /native input/);
  const outside = { command: "ls", dangerouslyDisableSandbox: true };
  refused(project, await project.ask("Bash", outside), 1501, /allow_unsandboxed: true/);
  allowed(project, await project.ask("Bash", { ...outside, dangerouslyDisableSandbox: false }));
  equal(project.last().unknown, undefined);

  amend(project, () => ({ strictInput: true, allowUnsandboxed: true }));
  refused(project, await project.ask("Read", { file_path, encoding: "x" }), 9013, /strict_input/);
  allowed(project, await project.ask("Read", { file_path, limit: 2 }));
  allowed(project, await project.ask("Bash", outside));
  ok(
    (await project.command("audit", "--verify")).code === 0,
    "Receipts with the new member verify",
  );
});
