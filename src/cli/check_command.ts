/** `check`: what is not in order in a project, and the command that mends it. */
import { checkEvidence } from "./check_evidence.ts";
import { checkExamples } from "./check_examples.ts";
import { collectCheckFacts } from "./check_facts.ts";
import type { Check, CheckFinding } from "./check_finding.ts";
import { checkLines } from "./check_lines.ts";
import { checkMcp } from "./check_mcp.ts";
import { checkModes } from "./check_modes.ts";
import { checkPolicy } from "./check_policy.ts";
import { checkReceipts } from "./check_receipts.ts";
import { checkState } from "./check_state.ts";
import { checkWarrant } from "./check_warrant.ts";
import { checkWiring } from "./check_wiring.ts";
import type { Command } from "./command.ts";
import { findProjectOrTell } from "./find_project.ts";
import { jsonLine } from "./warrant_refusal.ts";

/** In the order in which a person would mend what they find. */
const checks: readonly Check[] = [
  checkPolicy,
  checkExamples,
  checkState,
  checkWarrant,
  checkModes,
  checkWiring,
  checkMcp,
  checkReceipts,
  checkEvidence,
];

export const command: Command = {
  name: "check",
  summary: "List what is not in order here, with the command that mends it",
  description:
    "Looks at the policy (errors, old spellings, values without effect, over-broad rules, examples),\n" +
    "at what is in force (edited files, sandbox, warrant), at the modes of .state and its keys, at\n" +
    "the hooks and what switches them off, at .mcp.json, other MCP servers and mcp.lock, at the newest\n" +
    "receipt and what the receipts name. Makes no call, starts no server, changes nothing. Each finding\n" +
    "is numbered and says what mends it.\n\n" +
    "Exit code 0: all well, or warnings only; 1: something to mend, or with --strict a warning;\n" +
    "2: no project to look at.\n\n" +
    "--json prints one object: ok and findings [{number, subject, severity, place, message, mend}];\n" +
    "subject is policy, examples, state, warrant, modes, wiring, mcp or receipts; severity is problem\n" +
    "or warning; place is null where no file is meant.",
  options: {
    strict: { help: "Warnings fail too" },
    json: { help: "Print one JSON object" },
  },
  run: async ({ options, terminal }) => {
    const facts = await collectCheckFacts(findProjectOrTell());
    const findings: CheckFinding[] = [];
    for (const check of checks) findings.push(...await check(facts));
    const counts = ({ severity }: CheckFinding) =>
      severity === "problem" || options.strict === true;
    const ok = !findings.some(counts);
    if (options.json === true) {
      const numbered = findings.map(({ place = null, ...finding }, at) => ({
        number: at + 1,
        place,
        ...finding,
      }));
      terminal.print(jsonLine({ ok, findings: numbered }));
    } else terminal.print(...checkLines(findings, terminal));
    return ok ? 0 : 1;
  },
};
