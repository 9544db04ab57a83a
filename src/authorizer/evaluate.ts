/**
 * Judges a call under a snapshot alone, as if its warrant had just been minted: for examples, tests of
 * a policy and previews. Reads no state and leaves no receipt.
 */
import type { Snapshot } from "../policy/snapshot.ts";
import { type Capabilities, capabilitiesOf } from "./capabilities.ts";
import { decide, type Finding } from "./decide.ts";
import { type Denial, denialOf, type RuleReference } from "./denial.ts";
import { grantReason, reasonFor } from "./reason.ts";
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

/** What a decision and its finding come to. */
export function evaluationOf(
  denial: Denial | undefined,
  finding: Finding,
  tool: string,
): Evaluation {
  const { capability, args } = finding;
  const { rule, line } = (denial === undefined ? finding.reference : denial.reference) ?? {};
  return {
    ...(denial === undefined
      ? { verdict: "allow", reason: grantReason(tool) }
      : { verdict: "deny", reason: reasonFor(denial, tool), code: denial.code }),
    ...(rule === undefined || line === undefined ? {} : { reference: { rule, line } }),
    ...(capability === undefined ? {} : { capability }),
    ...(args === undefined ? {} : { args: Object.fromEntries(args) }),
  };
}

const minted = new WeakMap<Snapshot, Capabilities>();

function toolsOf(snapshot: Snapshot): Capabilities {
  let tools = minted.get(snapshot);
  if (tools === undefined) {
    tools = capabilitiesOf(snapshot);
    minted.set(snapshot, tools);
  }
  return tools;
}

/** Never throws. A snapshot must not be changed once it was evaluated. */
export async function evaluate(call: ToolCall, snapshot: Snapshot): Promise<Evaluation> {
  const finding: Finding = {};
  try {
    await decide(call, snapshot, { type: "execution", tools: toolsOf(snapshot) }, finding);
    return evaluationOf(undefined, finding, call.tool);
  } catch (error) {
    return evaluationOf(denialOf(error), finding, call.tool);
  }
}
