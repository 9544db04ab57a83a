/** `policy lint`: every error of a policy at once, and what to look at in it. */
import { describeFinding } from "../policy/policy_error.ts";
import { maxPolicyBytes } from "../policy/policy_file.ts";
import { CannotTell, type Command } from "./command.ts";
import { findProjectOrTell } from "./find_project.ts";
import { findingsOfProject, findingsOfText, type PolicyFindings } from "./policy_findings.ts";
import { policyLines } from "./policy_lines.ts";
import { readInput } from "./warrant_file.ts";
import { jsonLine } from "./warrant_refusal.ts";

async function findingsOf(file: string | undefined): Promise<PolicyFindings> {
  if (file === undefined) return await findingsOfProject(findProjectOrTell());
  const { bytes } = readInput(file, maxPolicyBytes);
  if (bytes.length > maxPolicyBytes) throw new CannotTell(`${file} is larger than 1 MB`);
  return await findingsOfText(file === "-" ? "standard input" : file, bytes);
}

function jsonOf({ errors, warnings }: PolicyFindings, ok: boolean): string {
  const messages = errors.map((finding) => ({ ...finding, message: describeFinding(finding) }));
  return jsonLine({ ok, errors: messages, warnings });
}

export const command: Command = {
  name: "policy lint",
  summary: "Show every error and warning of tenuo.yaml, or of one file",
  description:
    "Checks the project's tenuo.yaml with its overlays, or FILE (- is standard input) by itself.\n" +
    "Shows all errors at once, each with its place, the line it is about and what was expected;\n" +
    "then warnings: old spellings, values without effect, lists that an overlay replaces, rules\n" +
    "that grant more than they seem to. Needs no .state and writes nothing.\n\n" +
    "Exit code 0: no error; 1: errors, or with --strict warnings; 2: no file to look at.\n\n" +
    "--json prints one object: ok, errors [{file, line, column, where, text, expected,\n" +
    "suggestion?, phase, message}] and warnings [{file, line, column, kind, where, message}];\n" +
    "kind is deprecated, notice, overlay or broad.",
  operands: ["FILE|-"],
  options: {
    strict: { help: "Warnings fail too" },
    json: { help: "Print one JSON object" },
  },
  run: async ({ options, operands: [file], terminal }) => {
    const findings = await findingsOf(file);
    const { errors, warnings } = findings;
    const ok = errors.length === 0 && (options.strict !== true || warnings.length === 0);
    terminal.print(
      ...(options.json === true ? [jsonOf(findings, ok)] : policyLines(findings, terminal)),
    );
    return ok ? 0 : 1;
  },
};
