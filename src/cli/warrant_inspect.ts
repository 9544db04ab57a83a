/** `warrant inspect`: what a warrant says. Trust is not its business. */
import { maxInputBytes, unwrap } from "../protocol/armor.ts";
import { hex, sha256 } from "../protocol/keys.ts";
import type { ConstraintSet } from "../protocol/payload.ts";
import { revocationId } from "../protocol/revocation.ts";
import { printable } from "../receipts/printable.ts";
import type { Command } from "./command.ts";
import { localTime } from "./local_time.ts";
import type { Terminal } from "./terminal.ts";
import { readInput } from "./warrant_file.ts";
import { readForms, type Reading } from "./warrant_reading.ts";
import { jsonLine, orRefuse, refusalJson, refusalText } from "./warrant_refusal.ts";
import { constraintJson, constraintText } from "./warrant_text.ts";

const note = "Not verified: nobody was asked whether the root is to be trusted; " +
  "tenuo-claude warrant verify does that";

function setJson(set: ConstraintSet) {
  return Object.fromEntries([...set].map(([name, rule]) => [name, constraintJson(rule)]));
}

function readingJson({ payload, unsigned }: Reading, isLinked: boolean) {
  const { tools, extensions, constraintBounds, parentHash } = payload;
  return {
    warrant_id: revocationId(payload.id),
    type: payload.type,
    signature: unsigned === undefined ? "verifies" : "does not verify",
    ...refusalJson(unsigned),
    linked: isLinked,
    issuer: payload.issuer,
    holder: payload.holder,
    issued_at: payload.issuedAt,
    expires_at: payload.expiresAt,
    depth: payload.depth,
    max_depth: payload.maxDepth,
    parent_hash: parentHash ?? null,
    clearance: payload.clearance ?? null,
    tools: Object.fromEntries([...tools].map(([name, set]) => [name, setJson(set)])),
    issuable_tools: payload.issuableTools ?? null,
    max_issue_depth: payload.maxIssueDepth ?? null,
    constraint_bounds: constraintBounds === undefined ? null : setJson(constraintBounds),
    required_approvers: payload.requiredApprovers ?? [],
    min_approvals: payload.minApprovals ?? null,
    extensions: Object.fromEntries([...extensions].map(([name, bytes]) => [name, hex(bytes)])),
  };
}

function setLines(title: string, set: ConstraintSet): string[] {
  if (set.size === 0) return [`${title} with any arguments`];
  return [title, ...[...set].map(([name, rule]) => `    ${name}: ${constraintText(rule)}`)];
}

function readingLines(one: Reading, isLinked: boolean, terminal: Terminal): string[] {
  const { payload, unsigned } = one;
  const { issuableTools, constraintBounds, requiredApprovers } = payload;
  const signature = unsigned === undefined
    ? terminal.paint("green", "verifies under the issuer it names")
    : terminal.paint("red", refusalText(unsigned));
  const rows: (string | undefined)[] = [
    `  type       ${payload.type}`,
    `  issuer     ${payload.issuer}`,
    `  holder     ${payload.holder}`,
    `  issued     ${localTime(payload.issuedAt)}`,
    `  expires    ${localTime(payload.expiresAt)}`,
    `  depth      ${payload.depth} of at most ${payload.maxDepth}`,
    payload.clearance === undefined ? undefined : `  clearance  ${payload.clearance}`,
    ...[...payload.tools].flatMap(([name, set]) => setLines(`  tool       ${name}`, set)),
    issuableTools === undefined ? undefined : `  may issue  ${issuableTools.join(", ")}`,
    payload.maxIssueDepth === undefined ? undefined : `  to depth   ${payload.maxIssueDepth}`,
    ...(constraintBounds === undefined ? [] : setLines("  within", constraintBounds)),
    requiredApprovers === undefined
      ? undefined
      : `  approvals  ${payload.minApprovals ?? requiredApprovers.length} of ` +
        requiredApprovers.join(", "),
    ...[...payload.extensions].map(([name, bytes]) => `  extension  ${name}: ${hex(bytes)}`),
    isLinked ? undefined : "  link       does not follow from the warrant before it",
  ];
  const shown = rows.filter((row) => row !== undefined).map(printable);
  return [`Warrant ${revocationId(payload.id)}`, `  signature  ${signature}`, ...shown];
}

/** True for a root at the start, and for a child of the warrant before it. */
function isLinked(one: Reading, before: Reading | undefined): boolean {
  const { parentHash, issuer } = one.payload;
  if (before === undefined) return parentHash === undefined;
  return issuer === before.payload.holder && parentHash === hex(sha256(before.payloadBytes));
}

export const command: Command = {
  name: "warrant inspect",
  summary: "Show what a warrant or a stack says, without verifying trust",
  description:
    "Shows each warrant, root first: whether the issuer it names signed it, times, tools and\n" +
    "constraints. It needs no root and verifies no trust. Exit code 0: it could be read, be it\n" +
    "forged or expired; 1: it is no warrant; 2: unusable options or files.\n\n" +
    "Example:\n" +
    "  tenuo-claude warrant inspect leaf.pem --json",
  operands: ["FILE|-"],
  options: { json: { help: "Print JSON: trust_verified (false) and warrants" } },
  run: (invocation) => {
    const { options, operands: [operand], terminal } = invocation;
    const { bytes } = readInput(operand, maxInputBytes);
    return orRefuse(invocation, () => {
      const chain = readForms(unwrap(bytes));
      const links = chain.map((one, at) => isLinked(one, chain[at - 1]));
      if (options.json === true) {
        const warrants = chain.map((one, at) => readingJson(one, links[at] === true));
        terminal.print(jsonLine({ trust_verified: false, warrants }));
      } else {
        const blocks = chain.map((one, at) => readingLines(one, links[at] === true, terminal));
        terminal.print(...blocks.flatMap((block) => [...block, ""]), note);
      }
      return 0;
    });
  },
};
