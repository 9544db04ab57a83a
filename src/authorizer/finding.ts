/** What is known of a call while it is judged, so that a refusal can be recorded and explained too. */
import type { Cbor } from "../protocol/cbor.ts";
import type { RuleReference } from "./denial.ts";

/** The steps of a decision, in their order. */
export const steps = [
  "project",
  "policy",
  "call",
  "door",
  "warrant",
  "route",
  "role",
  "input",
  "arguments",
  "reach",
  "rules",
  "address",
  "approval",
  "grant",
  "proof",
  "receipts",
] as const;

export type Step = (typeof steps)[number];

export interface Finding {
  /** The step that was begun last: where a refusal comes from. */
  step?: Step;
  capability?: string;
  /** The checked arguments, once all of them are read. */
  args?: ReadonlyMap<string, Cbor>;
  /** The same while they are read. */
  read?: ReadonlyMap<string, Cbor>;
  /** The rule that is or was looked at last. */
  reference?: RuleReference;
  /** Input keys that the tool is not known to have. */
  unknown?: readonly string[];
}
