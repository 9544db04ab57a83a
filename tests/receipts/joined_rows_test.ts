/** The rows of one call at the hook and at the proxy, given to both verifiers and shown to people. */
import { deepEqual, equal } from "node:assert/strict";
import { dirname } from "node:path";
import { openOutcomeLog } from "../../src/authorizer/outcome_log.ts";
import { readPolicy } from "../../src/authorizer/replay.ts";
import { recordFailure } from "../../src/mcp/gate/outcomes.ts";
import { type Calls, tool, withCalls, withRoles } from "../../src/mcp/gate/test_calls.ts";
import { csv } from "../../src/receipts/formats/csv.ts";
import { ocsf } from "../../src/receipts/formats/ocsf.ts";
import { findDecision } from "../../src/receipts/outcome.ts";
import { verifyLog } from "../../src/receipts/verify.ts";
import { statePath } from "../../src/state/layout.ts";
import { findPython, verifier } from "./python.ts";

const product = { name: "tenuo-claude", version: "1.2.3" };
const teller = { session: "s1", agentType: "writer", agentId: "a1" };

/** One call that succeeds and one whose server dies; one that is used twice; one that is nobody's. */
async function play(calls: Calls): Promise<void> {
  const told = async (call: string, outcome: "ok" | "failed") => {
    const log = openOutcomeLog(calls.place);
    const decision = findDecision(log.path, log.key.publicKey, { call, session: "s1" });
    await log.append({ ...teller, call, tool, outcome, input: decision?.input, of: decision?.seq });
  };
  await calls.hook("toolu_1", teller);
  await calls.proxy("toolu_1");
  await told("toolu_1", "ok");
  await calls.hook("toolu_2", teller);
  const { trace } = await calls.proxy("toolu_2");
  await recordFailure(() => calls.place, trace, "The server ended while it was asked");
  await told("toolu_2", "failed");
  await calls.proxy("toolu_2");
  await calls.proxy("toolu_3");
}

Deno.test("Both verifiers prove a log with one call's rows of both doors", () =>
  withCalls(withRoles, async (calls) => {
    await play(calls);
    const key = Deno.readTextFileSync(statePath(calls.place.project, "receiptPublic")).trim();
    const found = await verifyLog({ paths: [calls.log], key, root: calls.place.root }, readPolicy);
    equal(found.outcome, "proven", JSON.stringify(found));
    const { decisions, outcomes, proven, notReplayable, untold } = found.counts;
    deepEqual([decisions, outcomes, proven, notReplayable, untold], [6, 3, 4, 2, 0]);
    const python = findPython();
    if (python === undefined) return;
    const args = [verifier, dirname(calls.log), "--key", key, "--root", calls.place.root];
    const { code, stdout } = await new Deno.Command(python, { args }).output();
    equal(code, 0, new TextDecoder().decode(stdout));
  }));

Deno.test("Each row says by its door, kind and number which decision it belongs to", () =>
  withCalls(withRoles, async (calls) => {
    await play(calls);
    const rows = calls.rows();
    const shape = rows.map(({ door, kind, decision, outcome, of, code }) =>
      [door, kind, decision ?? outcome, of ?? code].filter((one) => one !== undefined).join(" ")
    );
    deepEqual(shape, [
      "hook decision allow",
      "mcp decision allow",
      "hook outcome ok 1",
      "hook decision allow",
      "mcp decision allow",
      "mcp outcome failed 5",
      "hook outcome failed 4",
      "mcp decision deny 9015",
      "mcp decision deny 9016",
    ]);
    // What becomes of a call at the proxy is told by both, under one name.
    deepEqual(
      new Set(rows.slice(3, 7).map(({ call, session, agentId }) => [call, session, agentId].join()))
        .size,
      1,
    );
    for (const format of [csv, ocsf(product)]) {
      const lines = rows.map((row) => format.line(row, JSON.stringify(row)));
      equal(new Set(lines).size, rows.length);
    }
  }));
