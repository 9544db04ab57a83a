/** Runs the examples of a policy: each call is judged and its verdict compared. */
import { resolve } from "node:path";
import { evaluate } from "../authorizer/evaluate.ts";
import type { RuleReference } from "../authorizer/denial.ts";
import type { ToolCall } from "../authorizer/tool_call.ts";
import type { Example } from "../policy/policy.ts";
import { describePlace } from "../policy/policy_error.ts";
import type { Snapshot } from "../policy/snapshot.ts";
import { printableCut } from "../receipts/printable.ts";

/** What came of one example. */
export interface Trial {
  readonly example: Example;
  /** The call as it was judged, `{sandbox}` and `{project}` filled in. */
  readonly call: ToolCall;
  readonly got: "allow" | "deny";
  /** The sentence that the hook would give. */
  readonly reason: string;
  readonly code?: number;
  readonly reference?: RuleReference;
}

export function hasPassed({ example, got }: Trial): boolean {
  return example.expect === got;
}

type Places = Pick<Snapshot, "sandbox" | "project">;

/** The same value with `{sandbox}` and `{project}` filled in, in every text of it. */
function filled(value: unknown, places: Places): unknown {
  if (typeof value === "string") {
    return value.replaceAll(/\{(sandbox|project)\}/g, (_, name: keyof Places) => places[name]);
  }
  if (Array.isArray(value)) return value.map((item) => filled(item, places));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, filled(inner, places)]),
  );
}

/** The call that an example describes, as the hook would be asked for it. */
export function callOf(example: Example, snapshot: Snapshot): ToolCall {
  const { tool, input, cwd, role } = example;
  const from = cwd === undefined ? snapshot.project : String(filled(cwd, snapshot));
  return {
    door: "hook",
    tool,
    input: filled(input, snapshot) as ToolCall["input"],
    cwd: resolve(snapshot.project, from),
    ...(role === undefined ? {} : { agentType: role }),
  };
}

/**
 * Judges every example under `snapshot`. Reads no state and writes nothing.
 *
 * @param judge in place of `evaluate`, for tests
 */
export async function runExamples(
  examples: readonly Example[],
  snapshot: Snapshot,
  judge: typeof evaluate = evaluate,
): Promise<Trial[]> {
  const trials: Trial[] = [];
  for (const example of examples) {
    const call = callOf(example, snapshot);
    const { verdict, reason, code, reference } = await judge(call, snapshot);
    trials.push({
      example,
      call,
      got: verdict,
      reason,
      ...(code === undefined ? {} : { code }),
      ...(reference === undefined ? {} : { reference }),
    });
  }
  return trials;
}

/** Why a policy whose examples fail may not come into force; undefined when none does. */
export function describeFailures(trials: readonly Trial[]): string | undefined {
  const failed = trials.filter((trial) => !hasPassed(trial));
  if (failed.length === 0) return undefined;
  const count = failed.length === 1
    ? "An example does not hold"
    : `${failed.length} examples do not hold`;
  const lines = failed.map((trial) => {
    const { example: { expect, place, tool }, got } = trial;
    return `  ${describePlace(place)}: ${tool}: expected ${expect}, got ${got}\n    ${
      reasonOf(trial)
    }`;
  });
  return [`${count}; what was in force stays in force`, ...lines].join("\n");
}

/** The hook's sentence; for a grant with the rule behind it, which that sentence leaves out. */
export function reasonOf({ got, reason, reference }: Trial): string {
  return got === "deny" || reference === undefined ? reason : `${reason} (${ruleText(reference)})`;
}

/** For example `shlex:ls at tenuo.yaml:7`. */
export function ruleText({ rule, line }: RuleReference): string {
  const shown = printableCut(rule, 36);
  return line === 0 ? `${shown} (built in)` : `${shown} at tenuo.yaml:${line}`;
}
