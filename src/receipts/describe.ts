/** One receipt member by member, each with what it means. Nothing is shown that the line lacks. */
import { printable } from "./printable.ts";
import type { Receipt } from "./receipt.ts";
import { mismatchText } from "./render.ts";

/** A member, its value and what is to be known of it; made safe to print. */
export interface Described {
  readonly name: string;
  readonly value: string;
  readonly note?: string;
}

/** What a describer can be told from outside of the line. */
export interface Surroundings {
  /** True when the bytes that the digest names lie beside the log. */
  readonly hasEvidence: (kind: "warrant" | "policy", digest: string) => boolean;
  /** The name of an error code. */
  readonly codeName: (code: number) => string | undefined;
  /** What came of checking the line's signature; undefined without a key to check it with. */
  readonly isAuthentic: boolean | undefined;
}

const doors: { readonly [door: string]: string } = {
  hook: "asked by Claude Code's hook",
  mcp: "asked by the proxy in front of a server's tools",
  http: "asked over HTTP",
  command: "done by a command of this program",
};
const kinds: { readonly [kind: string]: string } = {
  decision: "what was decided about a call",
  outcome: "what became of a call",
  act: "what a person did",
  repair: "bytes before this line were never finished",
};
const outcomes: { readonly [outcome: string]: string } = {
  ok: "the tool answered",
  failed: "the tool ended with an error",
  unknown: "the session ended and nobody said what became of the call",
};
const plain: { readonly [member: string]: string } = {
  prev: "SHA-256 of the line before",
  session: "Claude Code's session",
  call: "Claude Code's tool_use_id",
  agent: "the subagent's type",
  agentId: "the subagent",
  capability: "what the warrant calls it",
  masked: "secrets were hidden or texts cut before this was written; the proof is not checkable",
  unknown: "input keys that the tool is not known to have",
  input: "keyed digest of the whole input",
  preview: "the beginning of the answer, secrets hidden",
  warrant: "the leaf warrant",
  proof: "proof of possession over the capability and the arguments",
  serial: "of the policy; it only grows",
  revocation: "version of the revocation list; it only grows",
  torn: "SHA-256 of the bytes that were never finished",
  bytes: "how many they are",
};

function noteOf(
  name: string,
  receipt: Receipt,
  { hasEvidence, codeName, isAuthentic }: Surroundings,
): string | undefined {
  const value = (receipt as unknown as Readonly<Record<string, unknown>>)[name];
  const known = (table: { readonly [value: string]: string }) =>
    typeof value === "string" && Object.hasOwn(table, value) ? table[value] : undefined;
  switch (name) {
    case "kind":
      return known(kinds);
    case "door":
      return known(doors);
    case "outcome":
      return known(outcomes);
    case "decision":
      if (receipt.observed === true) return "the policy only observed: the call was let go on";
      return value === "deny" ? "the call was stopped" : undefined;
    case "observed":
      return "the policy only observed";
    case "code":
      return typeof value === "number" ? codeName(value) : undefined;
    case "line":
      return lineNote(receipt);
    case "of":
      return "the decision it belongs to";
    case "mismatch":
      return mismatchText(receipt);
    case "chain":
      return evidenceNote(value, "warrant", hasEvidence);
    case "policy":
      return evidenceNote(value, "policy", hasEvidence);
    case "proved":
      return typeof value === "number" ? `proof made at ${instant(value)}` : undefined;
    case "signature":
      return isAuthentic === undefined
        ? "not checked: the receipt key is missing"
        : isAuthentic
        ? "the receipt key's, over this line"
        : "NOT the receipt key's over this line";
    default:
      return Object.hasOwn(plain, name) ? plain[name] : undefined;
  }
}

function lineNote({ line, rule }: Receipt): string {
  if (line === 0) return "the rule is built in";
  // Rules of other files name them.
  const [, file = "tenuo.yaml"] =
    /\(([^()]{1,255}\.ya?ml)\)$/.exec(typeof rule === "string" ? rule : "") ??
      [];
  return `where the rule stands in ${file}`;
}

function evidenceNote(
  digest: unknown,
  kind: "warrant" | "policy",
  hasEvidence: Surroundings["hasEvidence"],
): string | undefined {
  if (typeof digest !== "string" || !/^[0-9a-f]{64}$/.test(digest)) return undefined;
  const what = kind === "warrant" ? "the warrants that were presented" : "the policy in force";
  return hasEvidence(kind, digest)
    ? `${what}: evidence/${digest.slice(0, 8)}….${kind}`
    : `${what}; its bytes are missing from evidence`;
}

/** Unix seconds as UTC; what is no time stays the number. */
function instant(seconds: number): string {
  const date = new Date(seconds * 1000);
  return Number.isNaN(date.getTime()) ? String(seconds) : date.toISOString();
}

function valueOf(value: unknown): string {
  try {
    return printable(typeof value === "string" ? value : JSON.stringify(value));
  } catch (error) {
    if (error instanceof RangeError) return "nested deeper than any receipt";
    throw error;
  }
}

/** The members in the order of the line, each argument a row of its own. */
export function describeReceipt(receipt: Receipt, surroundings: Surroundings): Described[] {
  return Object.entries(receipt).flatMap(([name, value]): Described[] => {
    if (name === "args" && typeof value === "object" && value !== null && !Array.isArray(value)) {
      const args = Object.entries(value);
      if (args.length === 0) return [{ name, value: "{}", note: "no arguments are checked" }];
      return args.map(([arg, one]) => ({ name: printable(`args.${arg}`), value: valueOf(one) }));
    }
    const note = noteOf(name, receipt, surroundings);
    return [{
      name: printable(name),
      value: valueOf(value),
      ...(note === undefined ? {} : { note: printable(note) }),
    }];
  });
}
