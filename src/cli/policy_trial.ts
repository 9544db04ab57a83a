/** `policy test`: the examples of a policy, judged under the files as they stand. */
import { loadExamples } from "../policy/examples.ts";
import type { Example, Policy } from "../policy/policy.ts";
import { maxPolicyBytes } from "../policy/policy_file.ts";
import { candidateOf, hasSandbox } from "./candidate.ts";
import { CannotTell, type Command } from "./command.ts";
import { findProjectOrTell } from "./find_project.ts";
import { hasPassed, runExamples } from "./policy_examples.ts";
import { findingsOfProject } from "./policy_findings.ts";
import { countLine } from "./policy_lines.ts";
import { trialJson, trialLines } from "./policy_trial_lines.ts";
import { readInput } from "./warrant_file.ts";
import { jsonLine } from "./warrant_refusal.ts";

/** @throws {CannotTell} unless the files are a policy that can be used */
async function usablePolicy(project: string): Promise<Policy> {
  const { policy, errors, warnings } = await findingsOfProject(project);
  if (policy !== undefined) return policy;
  const count = countLine(errors.length, warnings.length);
  throw new CannotTell(`The policy cannot be used (${count}); see tenuo-claude policy lint`);
}

function casesOf(file: string, policy: Policy): readonly Example[] {
  const { bytes } = readInput(file, maxPolicyBytes);
  if (bytes.length > maxPolicyBytes) throw new CannotTell(`${file} is larger than 1 MB`);
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return loadExamples(file === "-" ? "standard input" : file, text, policy);
  } catch (error) {
    if (error instanceof TypeError) throw new CannotTell(`${file} is not text in UTF-8`);
    throw new CannotTell(error instanceof Error ? error.message : `${file} cannot be read`);
  }
}

export const command: Command = {
  name: "policy test",
  summary: "Try the examples of tenuo.yaml and of a cases file",
  description:
    "Compiles the policy as it stands in the files and judges each call under examples: in\n" +
    "tenuo.yaml and in CASES (YAML of the same form; - is standard input). One line each: ok or\n" +
    "FAILED, tool, input, verdict, the rule behind it and its line. {sandbox} and {project} in an\n" +
    "example's texts are filled in; cwd is the project's folder unless it says otherwise. Needs no\n" +
    ".state and writes nothing; in force is what refresh last compiled. In CASES:\n" +
    '  - { allow: Read, input: "{sandbox}/notes.txt" }\n' +
    '  - { deny: Bash, input: { command: "ls; id" }, cwd: src, role: Explore }\n\n' +
    "Exit code 0: all verdicts are as expected; 1: one is not; 2: nothing could be tried.\n\n" +
    "--json prints one object: ok, passed, failed, sandbox_exists and results [{ok, file, line,\n" +
    "tool, input, cwd, role, expected, got, reason, code, rule, rule_line}]; null where none is.",
  operands: ["CASES|-"],
  options: { json: { help: "Print one JSON object" } },
  run: async ({ options, operands: [file], terminal }) => {
    const project = findProjectOrTell();
    const policy = await usablePolicy(project);
    const examples = [...policy.examples, ...file === undefined ? [] : casesOf(file, policy)];
    if (examples.length === 0) {
      throw new CannotTell("There are no examples; write some under examples: in tenuo.yaml");
    }
    const snapshot = await candidateOf(project, policy);
    const trials = await runExamples(examples, snapshot);
    const passed = trials.filter(hasPassed).length;
    const ok = passed === trials.length;
    if (options.json === true) {
      terminal.print(jsonLine({
        ok,
        passed,
        failed: trials.length - passed,
        sandbox_exists: hasSandbox(snapshot),
        results: trials.map(trialJson),
      }));
      return ok ? 0 : 1;
    }
    terminal.print(...trialLines(trials, terminal));
    if (!hasSandbox(snapshot)) {
      terminal.warn(
        `note: the sandbox ${snapshot.sandbox} does not exist yet (init makes it); paths were ` +
          "judged as if it did",
      );
    }
    return ok ? 0 : 1;
  },
};
