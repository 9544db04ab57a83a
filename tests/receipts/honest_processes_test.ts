/** Real hooks and commands at once, in two projects: `receipts verify` calls both logs proven. */
import { deepEqual, equal, ok } from "node:assert/strict";
import { narrow, Project } from "../hook/project.ts";

const times = (count: number) => Array.from({ length: count }, (_, at) => at);

interface Printed {
  readonly outcome: string;
  readonly counts: Readonly<Record<string, number>>;
}

/** Calls of all kinds while a person refreshes, revokes and lifts. */
async function played(project: Project): Promise<void> {
  const event = (at: number, name = "sandbox/notes.txt") => ({
    ...project.event("Read", { file_path: project.path(name) }),
    tool_use_id: `call-${at}`,
  });
  const calls = (from: number) =>
    times(8).map((at) => project.hook(event(from + at, at % 4 === 3 ? "outside" : undefined)));
  const post = (at: number, more = {}) =>
    project.post({ ...event(at), hook_event_name: "PostToolUse", tool_response: "x", ...more });
  await Promise.all([...calls(0), project.must("refresh"), ...calls(8)]);
  project.write("tenuo.yaml", `mode: dry-run\n${narrow}`);
  await Promise.all([...calls(16), project.must("refresh", "--yes"), post(0), post(1), post(99)]);
  await Promise.all([...calls(24), project.must("revoke"), post(3), post(2, { tool_input: {} })]);
  await Promise.all([...calls(32), project.must("revoke", "--lift", "--yes")]);
  await project.raw("nonsense");
  await project.raw("{}");
  const [command, ...args] = project.wired("SessionEnd");
  const end = { ...event(0), hook_event_name: "SessionEnd", reason: "exit" };
  equal((await project.raw(end, { line: [command as string, ...args] })).code, 0);
}

Deno.test("Two projects, hooks and outcomes beside refreshes and revocations", async () => {
  await using one = await Project.create();
  await using two = await Project.create();
  const both = await Promise.allSettled([played(one), played(two)]);
  for (const one of both) if (one.status === "rejected") throw one.reason;
  for (const project of [one, two]) {
    const { code, stdout } = await project.command("receipts", "verify", "--json");
    equal(code, 0, stdout);
    const { outcome, counts } = JSON.parse(stdout) as Printed;
    const { receipts, decisions, outcomes, acts, unchecked, observed } = counts;
    equal(outcome, "proven");
    deepEqual([receipts, decisions, acts, unchecked], [project.receipts().length, 42, 4, 0]);
    equal(observed, project.receipts().filter((it) => it.observed === true).length);
    ok(Number(outcomes) > 10 && Number(observed) > 8, stdout);
  }
});
