/**
 * Records a judged call: one signed, chained receipt, written before the answer is given. Under the
 * lock the newest receipt also shows a clock that went back or a state that was put back.
 */
import { withoutDerived } from "../claude/derived_members.ts";
import type { Snapshot } from "../policy/snapshot.ts";
import type { VerifiedSnapshot } from "../policy/signed_snapshot.ts";
import { type AppendOptions, appendReceipt, ReceiptLost } from "../receipts/log.ts";
import { inputDigest } from "../receipts/input_digest.ts";
import {
  maskArguments,
  maskCaller,
  maskQuotation,
  type MaskRules,
  maskText,
} from "../receipts/masking/mask.ts";
import { onward } from "../receipts/onward.ts";
import type { Receipt, ReceiptDraft } from "../receipts/receipt.ts";
import { statePath } from "../state/layout.ts";
import { clockTolerance, type Grant, openKey, type Place } from "./authority.ts";
import type { Finding, Permit } from "./decide.ts";
import { codes, Denial } from "./denial.ts";
import type { ToolCall } from "./tool_call.ts";

/** What is known of a call by the time it is recorded. */
export interface Trace {
  /** When the call was judged, in milliseconds and in seconds since 1970. */
  readonly milliseconds: number;
  readonly now: number;
  /** True for the last look, when the state is no longer expected to be in motion. */
  readonly lastLook: boolean;
  readonly finding: Finding;
  /** The mode in force; enforce until it is known. */
  mode: Snapshot["mode"];
  /** The door of a call that could not be read. */
  door?: ToolCall["door"];
  place?: Place;
  call?: ToolCall | undefined;
  policy?: VerifiedSnapshot;
  grant?: Grant;
  permit?: Permit;
  /** Proof of possession, hex. */
  proof?: string;
  /** What the client is told to run instead of the input it sent. */
  updatedInput?: ToolCall["input"] | undefined;
  /** True when a decision was recorded under a later snapshot than this one. */
  isOlder?: boolean;
  /** The line that was written. */
  line?: string;
}

const maxKeptReason = 500;
const maxKeptKeys = 16;
const maxKeptKey = 64;

/**
 * Writes the receipt.
 *
 * @throws {Denial} 9010 when it cannot be written, 9008 and 9009 when the newest receipt forbids it;
 * in the latter case the refusal itself has been recorded
 */
export async function record(
  trace: Trace,
  mode: Snapshot["mode"],
  denial: Denial | undefined,
): Promise<void> {
  if (trace.place === undefined) {
    if (denial === undefined) throw new Denial("ReceiptLost", "No place to write the receipt to");
    return;
  }
  const key = openKey(trace.place, "receiptKey");
  const draft = await draftOf(trace, mode, denial, key.seed);
  const path = statePath(trace.place.project, "receipts");
  let verdict = denial;
  let hasSealed = false;
  try {
    trace.line = appendReceipt(path, draft, {
      key,
      memory: trace.place.memory,
      sync: trace.policy?.snapshot.receipts.sync ?? true,
      ...rotationOf(trace.policy?.snapshot),
      onSeal: () => hasSealed = true,
      amend: (last) => {
        const serial = trace.policy?.snapshot.serial;
        trace.isOlder = serial !== undefined && (last?.serial ?? 0) > serial;
        // Under an older snapshot that observes, nothing it says may pass for silence.
        const kept = trace.isOlder && mode === "observe" ? undefined : denial;
        verdict = kept ?? contradiction(trace, last);
        // Not recorded yet: another look may find the new state whole.
        if (!trace.lastLook && verdict?.code === codes.StateRolledBack) throw verdict;
        const inForce = trace.isOlder ? "enforce" : mode;
        const judged = verdict === denial
          ? draft
          : { ...undecided(draft), ...refusalMembers(inForce, verdict) };
        return onward(last, judged);
      },
    });
  } catch (error) {
    if (!(error instanceof ReceiptLost)) throw error;
    throw new Denial("ReceiptLost", error.message);
  }
  if (hasSealed) {
    const { keepCheckpoint } = await import("../receipts/kept_checkpoint.ts");
    keepCheckpoint(path, key);
  }
  if (verdict !== undefined && verdict !== denial) throw verdict;
}

/** When the receipts file becomes a segment, as the policy says. */
export function rotationOf(snapshot: Snapshot | undefined): Pick<AppendOptions, "rotation"> {
  const { rotation } = snapshot?.receipts ?? {};
  return rotation === undefined ? {} : { rotation };
}

/** What the newest receipt says against this call, if anything. */
export function contradiction(trace: Trace, last: Receipt | undefined): Denial | undefined {
  if (last === undefined) return undefined;
  const behind = Date.parse(last.time) / 1000 - trace.now;
  if (!(behind <= clockTolerance)) {
    const seconds = Math.ceil(behind);
    return new Denial(
      "ClockBehind",
      `The clock is ${seconds} s behind the newest receipt; correct it, or run tenuo-claude refresh`,
    );
  }
  const serial = trace.policy?.snapshot.serial ?? 0;
  const revocation = trace.grant?.revocation ?? 0;
  if ((last.serial ?? 0) > serial || (last.revocation ?? 0) > revocation) {
    return new Denial("StateRolledBack", "The state is older than the newest receipt");
  }
  return undefined;
}

/** Without what the first decision said of itself: another one takes its place. */
function undecided(draft: ReceiptDraft): ReceiptDraft {
  const { observed: _observed, rule: _rule, line: _line, ...rest } = draft;
  return rest;
}

function refusalMembers(
  mode: Snapshot["mode"],
  denial: Denial | undefined,
): Partial<ReceiptDraft> & Pick<ReceiptDraft, "reason"> {
  const observed = mode === "observe" ? { observed: true } as const : {};
  if (denial === undefined) return { decision: "allow", ...observed, reason: "authorized" };
  const { code, message, reference } = denial;
  return {
    decision: "deny",
    ...observed,
    code,
    ...(reference === undefined ? {} : { rule: reference.rule, line: reference.line }),
    reason: message.slice(0, maxKeptReason).toWellFormed(),
  };
}

async function draftOf(
  trace: Trace,
  mode: Snapshot["mode"],
  denial: Denial | undefined,
  secret: Uint8Array,
): Promise<ReceiptDraft> {
  const { call, finding, grant, policy } = trace;
  const rules = policy?.snapshot.receipts.mask;
  const args = finding.args && await maskArguments(finding.args, rules);
  const caller = await maskCaller(
    {
      session: call?.session,
      call: call?.call,
      agent: call?.agentType,
      agentId: call?.agentId,
      tool: call?.tool ?? "",
    },
    secret,
    rules,
  );
  const input = call &&
    inputDigest(secret, withoutDerived(call.tool, trace.updatedInput ?? call.input));
  const rule = denial === undefined ? finding.reference : undefined;
  return defined({
    time: new Date(trace.milliseconds).toISOString(),
    kind: "decision",
    door: call?.door ?? trace.door ?? "hook",
    ...caller.value,
    capability: finding.capability,
    args: args?.value,
    masked: args?.changed === true || caller.changed ? true : undefined,
    unknown: await keptKeys(finding.unknown ?? [], rules),
    input,
    ...(rule === undefined ? {} : { rule: rule.rule, line: rule.line }),
    ...refusalMembers(mode, denial),
    ...(denial === undefined ? {} : { reason: await maskedReason(denial, call, rules) }),
    warrant: grant?.leaf.id,
    chain: grant?.chain,
    proof: trace.proof,
    proved: trace.proof === undefined ? undefined : trace.now,
    policy: policy?.digest,
    serial: policy?.snapshot.serial,
    revocation: grant?.revocation,
  });
}

/** Names only, and few of them: what they hold is none of the receipt's business. */
async function keptKeys(
  keys: readonly string[],
  rules: MaskRules | undefined,
): Promise<readonly string[] | undefined> {
  if (keys.length === 0) return undefined;
  const kept = keys.slice(0, maxKeptKeys).map((key) => maskText(key, rules, maxKeptKey));
  return (await Promise.all(kept)).map(({ value }) => value.toWellFormed());
}

/** A reason may quote what was refused. */
async function maskedReason(
  { message }: Denial,
  call: ToolCall | undefined,
  rules: MaskRules | undefined,
): Promise<string> {
  const { value } = await maskQuotation(message, call?.input ?? {}, rules, maxKeptReason);
  return value.toWellFormed();
}

/** The same object without its undefined members. */
function defined(members: { [Key in keyof ReceiptDraft]: ReceiptDraft[Key] | undefined }) {
  const present = Object.entries(members).filter(([, value]) => value !== undefined);
  return Object.fromEntries(present) as unknown as ReceiptDraft;
}
