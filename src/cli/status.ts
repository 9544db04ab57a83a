/** `status`: what decides about calls in this project, and whether it does. */
import type { Command } from "./command.ts";
import { findProject } from "./find_project.ts";
import { collectFacts, type Facts } from "./status_facts.ts";
import { statusLines } from "./status_lines.ts";

/** The facts as JSON: times as ISO 8601, the newest receipt left to `audit`. */
function jsonOf({ warrant, receipts, ...facts }: Facts): string {
  const { count, segments, broken } = receipts;
  return JSON.stringify({
    ok: facts.problems.length === 0,
    ...facts,
    ...(warrant === undefined
      ? {}
      : { warrant: { ...warrant, expires: new Date(warrant.expires * 1000).toISOString() } }),
    receipts: { count, segments, ...(broken === undefined ? {} : { broken }) },
  });
}

export const command: Command = {
  name: "status",
  summary: "Show policy, warrant, wiring, service and receipts",
  description: "Goes through the steps of a call without making one, and changes nothing.\n" +
    "Exit code 0 when calls are decided as the compiled policy says: also with the service down,\n" +
    "with edits that await refresh, and with a policy that only observes. Exit code 1 when\n" +
    "something makes every call be denied (no state, policy missing or invalid, warrant expired,\n" +
    "revoked or not the policy's, key missing, receipts broken, clock or state put back) or be\n" +
    "decided by nobody (hooks not wired); each is told in a line that starts with problem.",
  options: { json: { help: "Print one JSON object" } },
  run: async ({ options, terminal }) => {
    const facts = await collectFacts(findProject());
    terminal.print(...(options.json === true ? [jsonOf(facts)] : statusLines(facts, terminal)));
    return facts.problems.length === 0 ? 0 : 1;
  },
};
