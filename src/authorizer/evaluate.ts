/**
 * Judges a call under a snapshot alone, as if its warrant had just been minted: for examples, tests of
 * a policy and previews. Reads no state and leaves no receipt.
 */
import type { Snapshot } from "../policy/snapshot.ts";
import type { RuleReference } from "./denial.ts";
import type { ToolCall } from "./tool_call.ts";

/** What came of a call. */
export interface Evaluation {
  readonly verdict: "allow" | "deny";
  /** The sentence that the hook would give. */
  readonly reason: string;
  /** Code of the denial. */
  readonly code?: number;
  /** The rule that decided, and its line in tenuo.yaml; line 0 for built-in rules. */
  readonly reference?: RuleReference;
  readonly capability?: string;
  /** The checked arguments by name, as they are signed. */
  readonly args?: { readonly [name: string]: unknown };
}

/** Never throws. */
export function evaluate(_call: ToolCall, _snapshot: Snapshot): Promise<Evaluation> {
  return Promise.resolve({ verdict: "deny", reason: "Not decided" });
}
