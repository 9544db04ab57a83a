/** The form of a receipt's members, as far as verification rests on them. */
import type { Receipt } from "../receipt.ts";

/** The members that every allow has. */
export interface Allow extends Receipt {
  readonly decision: "allow";
  readonly tool: string;
  readonly capability: string;
  readonly args: { readonly [name: string]: unknown };
  readonly warrant: string;
  readonly chain: string;
  readonly proof: string;
  readonly proved: number;
  readonly policy: string;
  readonly serial: number;
}

const kinds: readonly unknown[] = ["decision", "outcome", "act", "repair"];
const doors: readonly unknown[] = ["hook", "http", "mcp", "command"];
const instant = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
const digestForm = /^[0-9a-f]{64}$/;
const proofForm = /^[0-9a-f]{128}$/;

/** What is wrong with the members that all receipts have; undefined when nothing is. */
export function formFault(receipt: Receipt): string | undefined {
  const { kind, door, time, decision, masked, observed } = receipt;
  if (!kinds.includes(kind)) return `is of no known kind: ${JSON.stringify(kind)}`;
  if (!doors.includes(door)) return `is of no known door: ${JSON.stringify(door)}`;
  if (typeof time !== "string" || !instant.test(time) || Number.isNaN(Date.parse(time))) {
    return `has no time in UTC: ${JSON.stringify(time)}`;
  }
  const isDecided = decision === "allow" || decision === "deny";
  if (kind === "decision" ? !isDecided : decision !== undefined) {
    return `is a receipt of kind ${kind} with the decision ${JSON.stringify(decision)}`;
  }
  for (const flag of [masked, observed]) {
    if (flag !== undefined && flag !== true) return "has a mark that is neither true nor absent";
  }
  return undefined;
}

/** What is wrong with the members that a decision may have; undefined when nothing is. */
export function decisionFault(receipt: Receipt): string | undefined {
  const { warrant, chain, proof, proved, policy, serial, args, capability, tool } = receipt;
  const isDigest = (text: unknown) => typeof text === "string" && digestForm.test(text);
  const isCount = (number: unknown) => Number.isSafeInteger(number) && (number as number) >= 0;
  if (receipt.door === "command") return `is a decision of the door "command", which makes none`;
  if (tool !== undefined && typeof tool !== "string") return "names a tool that is no text";
  if (capability !== undefined && typeof capability !== "string") {
    return "names a capability that is no text";
  }
  if (args !== undefined && (typeof args !== "object" || args === null || Array.isArray(args))) {
    return "has arguments that have no names";
  }
  if (warrant !== undefined && typeof warrant !== "string") {
    return "names a warrant that is no text";
  }
  if (chain !== undefined && !isDigest(chain)) return "names a warrant chain by no digest";
  if (policy !== undefined && !isDigest(policy)) return "names a policy by no digest";
  if (serial !== undefined && !isCount(serial)) return "has a serial that is no number";
  if (proof !== undefined && (typeof proof !== "string" || !proofForm.test(proof))) {
    return "has a proof that is no signature";
  }
  return (proof === undefined) === (proved === undefined) &&
      (proved === undefined || isCount(proved))
    ? undefined
    : "does not say when its proof was made";
}

const needed = [
  "tool",
  "capability",
  "args",
  "warrant",
  "chain",
  "proof",
  "proved",
  "policy",
  "serial",
] as const;

/** The first member that an allow lacks; undefined when it has all. */
export function lacking(receipt: Receipt): string | undefined {
  return needed.find((name) => receipt[name] === undefined);
}

/** Narrows to a receipt with all that an allow has. */
export function isAllow(receipt: Receipt): receipt is Allow {
  return receipt.decision === "allow" && lacking(receipt) === undefined;
}
