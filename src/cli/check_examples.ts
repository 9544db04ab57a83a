/** Checks that the policy does what its own examples say. */
import { printable } from "../receipts/printable.ts";
import { describePlace } from "../policy/policy_error.ts";
import { candidateOf } from "./candidate.ts";
import { type Check, problem } from "./check_finding.ts";
import { hasPassed, runExamples } from "./policy_examples.ts";

/** The examples of the files, judged under the files. */
export const checkExamples: Check = async ({ project, policy: found }) => {
  const policy = found?.policy;
  if (policy === undefined || policy.examples.length === 0) return [];
  const trials = await runExamples(policy.examples, await candidateOf(project, policy));
  return trials.filter((trial) => !hasPassed(trial)).map(({ example, got, reason }) => {
    const { tool, expect, place } = example;
    return problem(
      "examples",
      `An example of ${printable(tool)} expects ${expect} and gets ${got}: ${printable(reason)}`,
      "edit the rule or the example, then run tenuo-claude policy test",
      describePlace(place),
    );
  });
};
