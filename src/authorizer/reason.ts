/** The sentence that a refusal is answered with: why, by which rule, and what to do about it. */
import { codes, type Denial } from "./denial.ts";
import { hasControl } from "./resolve_path.ts";

const maxReason = 2000;
const longestRule = 120;

/** A reason may quote the call: it stays short and has nothing that a terminal would act on. */
function printable(reason: string): string {
  const text = reason.length > maxReason ? `${reason.slice(0, maxReason)}…` : reason;
  return (hasControl(text) ? text.replace(/\p{Cc}/gu, "?") : text).toWellFormed();
}

/** The rule, its line and the next step: what the person who reads it needs. */
function sentence(denial: Denial, tool: string): string {
  const { reference, code, message } = denial;
  if (reference === undefined && code !== codes.WarrantExpired && code !== codes.WarrantRevoked) {
    return `Tenuo hook error (fail-closed): ${message}`;
  }
  if (reference === undefined) {
    const next = code === codes.WarrantExpired ? "refresh" : "revoke --lift";
    return `Tenuo denied ${tool}: ${message}; a person can run tenuo-claude ${next}`;
  }
  const { rule, line } = reference;
  const named = rule.length > longestRule ? `${rule.slice(0, longestRule)}…` : rule;
  const where = line > 0 ? `rule ${named} at tenuo.yaml:${line}` : `built-in rule: ${rule}`;
  const next = line > 0
    ? "; to change it, a person edits tenuo.yaml and runs tenuo-claude refresh"
    : "";
  return `Tenuo denied ${tool}: ${message} (${where}${next})`;
}

/** What a caller is told of a refusal. Without control characters, at most some 2,000 characters. */
export function reasonFor(denial: Denial, tool: string): string {
  return printable(sentence(denial, tool));
}

/** What a caller is told of a grant. */
export function grantReason(tool: string): string {
  return `Tenuo authorized: ${tool}`;
}
