/**
 * What became of calls that the proxy let through and that never came to a result: the client is
 * given an error, and the log says why. Of a call that did, the client's hook tells.
 */
import type { Place } from "../../authorizer/authority.ts";
import { openOutcomeLog } from "../../authorizer/outcome_log.ts";
import type { Trace } from "../../authorizer/record.ts";
import { maskQuotation } from "../../receipts/masking/mask.ts";
import { parseReceipt } from "../../receipts/receipt.ts";
import { logLine } from "../../state/hook_log.ts";

const previewLength = 240;

/**
 * Records that a call failed behind the proxy. Never throws: what cannot be recorded goes to
 * `.state/hook.log`. Without a receipt of the decision there is nothing to tell more about.
 *
 * @param why for people; what it quotes of the call is masked
 */
export async function recordFailure(
  locate: () => Place,
  { line, call }: Trace,
  why: string,
): Promise<void> {
  const decision = line === undefined ? undefined : parseReceipt(line);
  if (decision === undefined) return;
  let place: Place | undefined;
  try {
    place = locate();
    const log = openOutcomeLog(place, "mcp");
    const { value } = await maskQuotation(why, call?.input ?? {}, log.mask, previewLength);
    const { session, agent, agentId, tool, input, seq } = decision;
    await log.append({
      session,
      call: decision.call,
      agent,
      agentId,
      tool,
      input,
      outcome: "failed",
      preview: value.toWellFormed(),
      of: seq,
    });
  } catch (error) {
    const what = error instanceof Error ? error.message : "unknown error";
    if (place !== undefined) logLine(place.project, `outcome not recorded: ${what}`);
  }
}
