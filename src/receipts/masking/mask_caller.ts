/** Who made a call of which tool, as receipts name them: bounded, and without secrets. */
import { inputDigest } from "../input_digest.ts";
import { type Masked, maskOne, type OwnMask } from "./mask_text.ts";

/** What the client or another caller says of itself. */
export interface Caller {
  readonly session?: string | undefined;
  readonly call?: string | undefined;
  readonly agent?: string | undefined;
  readonly agentId?: string | undefined;
  readonly tool: string;
}

const longest = 256;

/**
 * An id that is masked or cut keeps 16 hex digits of its keyed digest, so that the rows of one call
 * are still found by it; a tool keeps what its name says beside a secret.
 *
 * @param seed the receipt key's 32 bytes
 */
export function keptCaller(
  caller: Caller,
  seed: Uint8Array,
  own: OwnMask | undefined,
): Masked<Caller> {
  const kept: Record<string, string> = {};
  let isChanged = false;
  for (const [name, text] of Object.entries(caller)) {
    if (text === undefined) continue;
    const { value, changed: isMasked } = maskOne(text, { own, longest });
    const changed = isMasked || !text.isWellFormed();
    isChanged ||= changed;
    kept[name] = changed && name !== "tool"
      ? `[masked ${inputDigest(seed, text).slice(0, 16)}]`
      : value.toWellFormed();
  }
  return { value: { ...kept, tool: kept.tool ?? caller.tool }, changed: isChanged };
}
