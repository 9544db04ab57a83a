/** What the log says of calls at both doors, and what verification, audits and formats make of it. */
import { deepEqual, equal, match, ok } from "node:assert/strict";
import type { Answer } from "../../authorizer/pipeline.ts";
import { readPolicy } from "../../authorizer/replay.ts";
import { openOutcomeLog } from "../../authorizer/outcome_log.ts";
import { findDecision, mismatchOf, withoutOutcome } from "../../receipts/outcome.ts";
import { openReceipt, type Receipt } from "../../receipts/receipt.ts";
import { verifyLog } from "../../receipts/verify.ts";
import { statePath } from "../../state/layout.ts";
import { recordFailure } from "./outcomes.ts";
import { type Calls, plain, tool, withCalls, withRoles } from "./test_calls.ts";

const teller = { session: "s1", agentType: "writer", agentId: "a1" };

function keyOf({ place }: Calls): string {
  return Deno.readTextFileSync(statePath(place.project, "receiptPublic")).trim();
}

async function failed(calls: Calls, { trace }: Answer, why: string): Promise<Receipt> {
  await recordFailure(() => calls.place, trace, why);
  const line = Deno.readTextFileSync(calls.log).trimEnd().split("\n").at(-1) ?? "";
  const receipt = openReceipt(line, keyOf(calls));
  ok(receipt);
  return receipt;
}

/** The hook's word about a call that ran. */
async function told(calls: Calls, call: string): Promise<void> {
  const log = openOutcomeLog(calls.place);
  const decision = findDecision(log.path, log.key.publicKey, { call, session: "s1" });
  const input = decision?.input;
  const mismatch = mismatchOf(decision, input);
  await log.append({
    call,
    session: "s1",
    tool,
    outcome: "ok",
    input,
    of: decision?.seq,
    mismatch,
  });
}

Deno.test("A call that fails behind the proxy leaves an outcome of its decision", async () => {
  await withCalls(withRoles, async (calls) => {
    await calls.hook("toolu_1", teller);
    const answer = await calls.proxy("toolu_1");
    const decision = calls.last();
    const { seq, prev, signature, time, serial, revocation, policy, ...own } = await failed(
      calls,
      answer,
      "The server notes ended while it was asked",
    );
    deepEqual(own, {
      kind: "outcome",
      door: "mcp",
      session: "s1",
      call: "toolu_1",
      agent: "writer",
      agentId: "a1",
      tool,
      input: decision.input,
      outcome: "failed",
      preview: "The server notes ended while it was asked",
      of: decision.seq,
    });
    deepEqual([seq, policy, serial], [decision.seq + 1, decision.policy, decision.serial]);
    equal(revocation, decision.revocation);
    ok(prev.length === 64 && signature.length === 128 && time >= decision.time);
  });
});

Deno.test("Why a call failed is masked and short", async () => {
  await withCalls(plain, async (calls) => {
    const secret = "ghp_" + "a1B2c3D4e5".repeat(4).slice(0, 36);
    const { preview } = await failed(
      calls,
      await calls.proxy(undefined),
      `bad token ${secret} ${"x".repeat(500)}`,
    );
    ok(preview !== undefined && !preview.includes(secret) && preview.length <= 245, preview);
    match(preview, /\[secret\]/);
  });
});

Deno.test("A call without a receipt and a log that cannot be written leave no outcome", async () => {
  await withCalls(plain, async (calls) => {
    const answer = await calls.proxy(undefined);
    const { line: _line, ...without } = answer.trace;
    await recordFailure(() => calls.place, without, "ended");
    equal(calls.rows().length, 1);
    Deno.renameSync(calls.log, `${calls.log}.gone`);
    await recordFailure(() => calls.place, answer.trace, "ended");
    const noted = Deno.readTextFileSync(statePath(calls.place.project, "hookLog"));
    match(noted, /outcome not recorded: Receipts: /);
    await recordFailure(
      () => {
        throw new Error("no place");
      },
      answer.trace,
      "ended",
    );
  });
});

Deno.test("The hook's outcome joins the hook's decision, whatever the proxy wrote in between", async () => {
  await withCalls(withRoles, async (calls) => {
    await calls.hook("toolu_1", teller);
    const { seq } = calls.last();
    const answer = await calls.proxy("toolu_1");
    await failed(calls, answer, "cancelled");
    equal(findDecision(calls.log, keyOf(calls), { call: "toolu_1", session: "s1" })?.seq, seq);
    // The proxy's word is not the client's: what the client never told stays open.
    const open = withoutOutcome(calls.log, keyOf(calls), "s1");
    deepEqual(open.map((receipt) => receipt.seq), [seq]);
    await told(calls, "toolu_1");
    equal(calls.last().of, seq);
    equal(calls.last().mismatch, undefined);
    deepEqual(withoutOutcome(calls.log, keyOf(calls), "s1"), []);
  });
});

Deno.test("A log with both doors' decisions, refusals and outcomes is proven", async () => {
  await withCalls(withRoles, async (calls) => {
    await calls.hook("toolu_1", teller);
    await failed(calls, await calls.proxy("toolu_1"), "timed out");
    await told(calls, "toolu_1");
    await calls.hook("toolu_2", teller);
    await calls.proxy("toolu_2");
    await told(calls, "toolu_2");
    await calls.proxy("toolu_2"); // used
    await calls.proxy(undefined); // unjoined
    await calls.hook("toolu_3", teller, tool, "no");
    await calls.proxy("toolu_3"); // denied by the hook
    await calls.hook("toolu_4", { ...teller, agentType: "reader" });
    await calls.proxy("toolu_4");
    await calls.hook("toolu_5", teller);
    await calls.proxy("toolu_5", tool, "no"); // other arguments than the hook saw
    const { root } = calls.place;
    const request = { paths: [calls.log], key: keyOf(calls), root };
    const verification = await verifyLog(request, readPolicy);
    equal(verification.outcome, "proven", JSON.stringify(verification));
    const { decisions, outcomes, proven, refused, notReplayable, unchecked } = verification.counts;
    deepEqual(
      { decisions, outcomes, proven, refused, notReplayable, unchecked },
      { decisions: 12, outcomes: 3, proven: 5, refused: 3, notReplayable: 4, unchecked: 0 },
    );
  });
});
