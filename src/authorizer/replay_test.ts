/** Recorded refusals under the policy that was in force: which follow, which cannot be told, which are false. */
import { deepEqual, equal, match } from "node:assert/strict";
import type { ReceiptDraft } from "../receipts/receipt.ts";
import { codes } from "./denial.ts";
import { type Authority, policyOf, routes, start, Trail, withTrail } from "./test_trail.ts";
import type { Snapshot } from "../policy/snapshot.ts";

const notes = { path: "/project/sandbox/notes.txt" };
const outside = { path: "/etc/passwd" };
const read = { capability: "read_file" };

type Expected = "refused" | "notReplayable" | RegExp;

/** What a refusal comes to. */
async function replay(
  tool: string,
  code: number,
  change: Partial<ReceiptDraft>,
  expected: Expected,
  policy: Partial<Snapshot> = {},
): Promise<void> {
  await withTrail(async (trail: Trail) => {
    const authority: Authority = trail.mint(policyOf(policy));
    trail.deny(authority, tool, code, change);
    trail.write();
    const result = await trail.verify();
    const about = `${tool} ${code} ${JSON.stringify(change)}: ${JSON.stringify(result)}`;
    if (typeof expected === "string") {
      equal(result.outcome, "proven", about);
      equal(result.counts[expected], 1, about);
    } else {
      equal(result.outcome, "disproved", about);
      match(result.outcome === "disproved" ? result.why : "", expected);
    }
  });
}

Deno.test("A tool without a rule is refused, and one with a rule is not refused for lack of one", async () => {
  const { ToolNotAuthorized } = codes;
  await replay("Nothing", ToolNotAuthorized, {}, "refused");
  await replay("__proto__", ToolNotAuthorized, {}, "refused");
  await replay(
    "Read",
    ToolNotAuthorized,
    {},
    /^refuses what was granted: the policy has a rule for Read/,
  );
  await replay("read_file", ToolNotAuthorized, { door: "http" }, /has a rule for read_file/);
  await replay("Read", ToolNotAuthorized, { door: "http" }, "refused");
  await replay("Read", ToolNotAuthorized, read, /the warrant grants read_file/);
  await replay("Deploy", ToolNotAuthorized, { capability: "deploy" }, "refused");
});

Deno.test("A role's refusal follows from the role, and only from it", async () => {
  const reader = { tools: ["Read"], rule: "subagents.reader", line: 4 };
  const roles = { roles: { reader } };
  const { ToolNotAuthorized } = codes;
  const by = (agent: string, tool: string, expected: Expected, capability: string) =>
    replay(tool, ToolNotAuthorized, { agent, agentId: "a1", capability }, expected, roles);
  await by("reader", "Bash", "refused", "run_command");
  await by("writer", "Read", "refused", "read_file");
  await by("reader", "Read", /the warrant grants read_file/, "read_file");
});

Deno.test("Arguments outside the rules are refused; within them it may be the file system's word", async () => {
  const { ConstraintViolation } = codes;
  await replay("Read", ConstraintViolation, { ...read, args: outside }, "refused");
  await replay("Read", ConstraintViolation, { ...read, args: notes }, /are within every rule/);
  await replay("Read", ConstraintViolation, read, "notReplayable");
  await replay(
    "Read",
    ConstraintViolation,
    { ...read, args: notes, masked: true },
    "notReplayable",
  );
  const search = { capability: "search", args: notes };
  await replay("Grep", ConstraintViolation, search, "notReplayable");
  const command = (text: string) => ({ capability: "run_command", args: { command: text } });
  await replay("Bash", ConstraintViolation, command("ls | rm"), "refused");
  await replay("Bash", ConstraintViolation, command("ls x"), "notReplayable");
});

Deno.test("Approval, binding and expiry are replayed; what rests on the machine is not", async () => {
  const { ApprovalRequired, BindingMismatch, WarrantExpired, GovernanceFile, ClockBehind } = codes;
  await replay("Deploy", ApprovalRequired, { capability: "deploy", args: notes }, "refused");
  await replay("Read", ApprovalRequired, { ...read, args: notes }, /needs nobody's approval/);
  await replay("Read", BindingMismatch, {}, /the warrant is bound to this policy/);
  await replay("Read", WarrantExpired, {}, /the warrant was in force/);
  const later = new Date((start + 7200) * 1000).toISOString();
  await replay("Read", WarrantExpired, { time: later }, "refused");
  await replay("Read", GovernanceFile, { ...read, args: notes }, "notReplayable");
  await replay("Read", ClockBehind, { ...read, args: notes }, "notReplayable");
});

Deno.test("A refusal before anything was known names nothing, and cannot be replayed", () =>
  withTrail(async (trail) => {
    trail.add({ tool: "Read", decision: "deny", code: codes.StateUnreadable, reason: "gone" });
    trail.write();
    const { outcome, counts } = await trail.verify();
    deepEqual([outcome, counts.notReplayable], ["proven", 1]);
  }));

Deno.test("An allow by who has no such role, or for what needs approval, is false", () =>
  withTrail(async (trail) => {
    const reader = { tools: ["Read"], rule: "subagents.reader", line: 4 };
    const authority = trail.mint(policyOf({ roles: { reader } }));
    const attempt = async (tool: string, agent: string | undefined, why?: RegExp) => {
      const one = new Trail(trail.folder);
      const args = tool === "Plain" ? {} : notes;
      const own = authority.roles.get(agent ?? "") ?? authority;
      one.allow(own, tool, args, agent === undefined ? {} : { agent, agentId: "a1" });
      one.write();
      const result = await one.verify();
      if (why === undefined) equal(result.outcome, "proven", JSON.stringify(result));
      else match(result.outcome === "disproved" ? result.why : "", why);
    };
    await attempt("Plain", undefined);
    await attempt("Read", "reader");
    await attempt("Plain", "reader", /allows what the warrant does not: it has no plain/);
    await attempt("Read", "writer", /the subagent type \\"?writer|type "writer" is not declared/);
  }));

Deno.test("An exemption from approval must hold for what was allowed", () =>
  withTrail(async (trail) => {
    const deploy = routes.Deploy;
    if (deploy?.approval === undefined) throw new Error("No approval");
    const rule = deploy.args[0];
    if (rule === undefined) throw new Error("No rule");
    const staging = [1, { value: "/project/sandbox/staging" }] as const;
    const exempt = [{ ...rule, constraint: staging }];
    const approval = { ...deploy.approval, exempt };
    const authority = trail.mint(policyOf({ routes: { Deploy: { ...deploy, approval } } }));
    for (const [path, outcome] of [["staging", "proven"], ["live", "disproved"]] as const) {
      const one = new Trail(trail.folder);
      one.allow(authority, "Deploy", { path: `/project/sandbox/${path}` });
      one.write();
      equal((await one.verify()).outcome, outcome);
    }
  }));
