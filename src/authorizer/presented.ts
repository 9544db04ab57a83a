/** Keeps the warrant that a caller presented, beside the receipt that will name it. */
import { keepPresented as keep } from "../receipts/presented_evidence.ts";
import { logLine } from "../state/hook_log.ts";
import { statePath } from "../state/layout.ts";
import { Denial } from "./denial.ts";
import type { Trace } from "./record.ts";

/**
 * Keeps a chain that verified to the root; any other is not named by its receipt.
 *
 * @returns 9010 when it cannot be kept: nobody could check the receipt, as if it were lost itself
 */
export function keepPresented(
  warrant: Uint8Array,
  { place, grant, policy }: Trace,
): Denial | undefined {
  if (place === undefined || grant === undefined) return undefined;
  try {
    keep(statePath(place.project, "receipts"), grant.chain, warrant);
    return undefined;
  } catch (error) {
    const why = error instanceof Error ? error.message : "it cannot be written";
    const lost = new Denial("ReceiptLost", `The presented warrant cannot be kept: ${why}`);
    logLine(place.project, lost.message);
    return policy?.snapshot.receipts.strict === false ? undefined : lost;
  }
}
