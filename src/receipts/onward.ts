/** The trail goes forward only: what a state was once seen at, no later line takes back. */
import type { Receipt, ReceiptDraft } from "./receipt.ts";

/**
 * The draft with the newest receipt's time, serial and revocation version where its own are lower.
 * Without it the refusal of a state that was put back would be the newest receipt itself, and the
 * next call would find nothing wrong. Only a person's act, which writes a note, goes back.
 */
export function onward(last: Receipt | undefined, draft: ReceiptDraft): ReceiptDraft {
  if (last === undefined) return draft;
  const later = Date.parse(last.time) > Date.parse(draft.time) ? last.time : draft.time;
  const serial = Math.max(last.serial ?? 0, draft.serial ?? 0);
  const revocation = Math.max(last.revocation ?? 0, draft.revocation ?? 0);
  return {
    ...draft,
    time: later,
    ...(serial > 0 ? { serial } : {}),
    ...(revocation > 0 ? { revocation } : {}),
  };
}
