/** Checks that the next receipt can follow the newest one. */
import { clockTolerance } from "../authorizer/authority.ts";
import { type Check, type CheckFinding, problem, snapshotOf } from "./check_finding.ts";
import { readNewest } from "./status_receipts.ts";

/** The log's end, the clock and the serial against the newest receipt. */
export const checkReceipts: Check = (facts) => {
  if (facts.root === undefined) return [];
  const { newest, broken } = readNewest(facts.project);
  const findings: CheckFinding[] = [];
  if (broken !== undefined) {
    const message = `The receipts cannot go on: ${broken}.`;
    findings.push(problem("receipts", message, "tenuo-claude audit --verify names the bad line"));
  }
  if (newest === undefined) return findings;
  const behind = Date.parse(newest.time) / 1000 - facts.now;
  if (!(behind <= clockTolerance)) {
    const message = `The clock is ${Math.ceil(behind)} s behind the newest receipt; ` +
      "every call is denied.";
    findings.push(problem("receipts", message, "set the clock, then run tenuo-claude check"));
  }
  const serial = snapshotOf(facts)?.snapshot.serial;
  if (serial !== undefined && (newest.serial ?? 0) > serial) {
    const message = "The state is older than the newest receipt; every call is denied.";
    findings.push(problem("receipts", message, "tenuo-claude refresh"));
  }
  return findings;
};
