/** The receipts of a project, for the doors that record what became of calls. */
import type { SigningKey } from "../protocol/keys.ts";
import { appendReceipt } from "../receipts/log.ts";
import { onward } from "../receipts/onward.ts";
import type { MaskRules } from "../receipts/masking/mask.ts";
import type { ReceiptDraft } from "../receipts/receipt.ts";
import { statePath } from "../state/layout.ts";
import { openKey, openSnapshot, type Place } from "./authority.ts";
import { rotationOf } from "./record.ts";
import type { ToolCall } from "./tool_call.ts";

/** The members of an outcome's receipt that are its own. */
export type OutcomeMembers = Omit<ReceiptDraft, "time" | "kind" | "door" | "policy">;

export interface OutcomeLog {
  /** The file that is written to. */
  readonly path: string;
  readonly key: SigningKey;
  /** What the policy masks beside the built-in rules. */
  readonly mask: MaskRules | undefined;
  /**
   * Appends one outcome. Undefined members are left out.
   *
   * @param isMore more are about to follow, so that the disk need not have this one yet
   * @throws {ReceiptLost}
   */
  append(
    members: { [Key in keyof OutcomeMembers]: OutcomeMembers[Key] | undefined },
    isMore?: boolean,
  ): Promise<void>;
}

/** @throws {Denial} when the snapshot or the receipt key cannot be read */
export function openOutcomeLog(place: Place, door: ToolCall["door"] = "hook"): OutcomeLog {
  const { snapshot, digest } = openSnapshot(place);
  const path = statePath(place.project, "receipts");
  const key = openKey(place, "receiptKey");
  const options = { key, memory: place.memory, ...rotationOf(snapshot) };
  return {
    path,
    key,
    mask: snapshot.receipts.mask,
    append: async (members, isMore = false) => {
      const present = Object.entries(members).filter(([, value]) => value !== undefined);
      const draft: ReceiptDraft = {
        time: new Date().toISOString(),
        kind: "outcome",
        door,
        ...Object.fromEntries(present),
        policy: digest,
      };
      let hasSealed = false;
      // `onward`: what the next decision is held against stays as it was.
      appendReceipt(path, draft, {
        ...options,
        sync: snapshot.receipts.sync && !isMore,
        amend: onward,
        onSeal: () => hasSealed = true,
      });
      if (!hasSealed) return;
      const { keepCheckpoint } = await import("../receipts/kept_checkpoint.ts");
      keepCheckpoint(path, key);
    },
  };
}
