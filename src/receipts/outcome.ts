/**
 * What became of calls: finds the decision that an outcome belongs to, says where the two disagree,
 * and finds the calls whose outcome nobody told.
 */
import { newestLines } from "./outcome_lines.ts";
import { type Mismatch, openReceipt, parseReceipt, type Receipt } from "./receipt.ts";

/** How far back the log is searched: 64 MB, some 60,000 receipts. */
const searched = 64 << 20;

/** A call of the client: its `tool_use_id` and the session it was made in, as receipts name them. */
export interface CallName {
  readonly call?: string | undefined;
  readonly session?: string | undefined;
}

/**
 * The newest decision about the call that the receipt key signed; undefined when none stands in the
 * newest 64 MB of the log.
 *
 * @param publicKey the receipt key, hex
 */
export function findDecision(
  path: string,
  publicKey: string,
  { call, session }: CallName,
): Receipt | undefined {
  if (call === undefined) return undefined;
  for (const line of newestLines(path, member("call", call), searched)) {
    const found = parseReceipt(line);
    // The signature comes last, since it costs most and arguments may quote what is looked for.
    const isIt = found?.kind === "decision" && found.door === "hook" && found.call === call &&
      found.session === session;
    const receipt = isIt ? openReceipt(line, publicKey) : undefined;
    if (receipt !== undefined) return receipt;
  }
  return undefined;
}

/**
 * How what ran disagrees with what was decided; undefined when it does not.
 *
 * @param input digest of the input that ran
 */
export function mismatchOf(
  decision: Receipt | undefined,
  input: string | undefined,
): Mismatch | undefined {
  if (decision === undefined) return "unknown";
  if (!wasLetRun(decision)) return "denied";
  return decision.input === input ? undefined : "input";
}

/**
 * The decisions that let a call of the session run and that no outcome follows, oldest first, within
 * the newest 64 MB of the log. Decisions count only when the receipt key signed them; that outcomes
 * are signed is left to verification, which no forged line passes.
 *
 * @param publicKey the receipt key, hex
 */
export function withoutOutcome(path: string, publicKey: string, session: string): Receipt[] {
  const told = new Set<string>();
  const untold: Receipt[] = [];
  for (const line of newestLines(path, member("session", session), searched)) {
    const found = parseReceipt(line);
    if (found?.session !== session || found.door !== "hook" || found.call === undefined) continue;
    if (told.has(found.call)) continue;
    if (found.kind === "outcome") told.add(found.call);
    if (found.kind !== "decision" || !wasLetRun(found)) continue;
    const decision = openReceipt(line, publicKey);
    if (decision === undefined) continue;
    told.add(found.call);
    untold.push(decision);
  }
  return untold.reverse();
}

/** An allow, or a refusal under a policy that only observed. */
function wasLetRun({ decision, observed }: Receipt): boolean {
  return decision === "allow" || observed === true;
}

/** A member as receipts write it. */
function member(name: string, value: string): string {
  return `${JSON.stringify(name)}:${JSON.stringify(value)}`;
}
