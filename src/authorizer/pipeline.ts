/**
 * The one way a call is judged, whatever door it comes through:
 * decode → authenticate → decide → record → answer.
 *
 * - The warrant's chain verifies to the root that the wiring pins, is in force and not on the signed
 *   revocation list (authority.ts); it names this very snapshot of this very project. A declared
 *   subagent has a chain of its own, whose leaf names it and grants less (role_warrants.ts).
 * - A call needs two yeses: the warrant's, over the arguments as they are signed, and the compiled
 *   policy's, which can only narrow (decide.ts). Neither can be widened without the other.
 * - The holder key proves possession over exactly those arguments.
 * - The receipt is written before the answer is given, and the newest receipt before it stops a clock
 *   or a state that was put back (record.ts).
 *
 * Nothing but a complete run of all five allows a call. In enforce mode every other path ends in a
 * refusal; under a verified observe-mode snapshot it ends in silence and a WOULD-DENY receipt.
 */
import { prove, proves } from "../protocol/pop.ts";
import { hex } from "../protocol/keys.ts";
import type { Snapshot } from "../policy/snapshot.ts";
import type { VerifiedSnapshot } from "../policy/signed_snapshot.ts";
import {
  type Grant,
  openKey,
  openRoleWarrant,
  openSnapshot,
  openWarrant,
  type Place,
  requireBound,
  requireRoleWarrant,
  requireSandbox,
  verifyGrant,
} from "./authority.ts";
import { decide, type Permit } from "./decide.ts";
import { logLine } from "../state/hook_log.ts";
import { pause } from "../state/lock.ts";
import { codes, Denial, denialOf } from "./denial.ts";
import { pinnedInput } from "./pinned_input.ts";
import { requirePolicyFiles } from "./policy_files.ts";
import { grantReason, reasonFor } from "./reason.ts";
import { record, type Trace } from "./record.ts";
import { resolvePath } from "./resolve_path.ts";
import { declaredRole } from "./roles.ts";
import type { ToolCall } from "./tool_call.ts";

/** What the door tells its caller. `silent` prints nothing: the policy only observes. */
export type Answer =
  | {
    readonly verdict: "allow";
    readonly reason: string;
    /** The policy leaves the last word to the client's own rules. */
    readonly defers: boolean;
    /** The whole input with each path where it leads, when that differs from what was sent. */
    readonly updatedInput?: ToolCall["input"];
    readonly trace: Trace;
  }
  | {
    readonly verdict: "deny";
    readonly reason: string;
    readonly code: number;
    /** False when the call could not be judged at all. */
    readonly byPolicy: boolean;
    readonly trace: Trace;
  }
  | { readonly verdict: "silent"; readonly trace: Trace };

/** A warrant and a proof that the caller presents; the project's own are used when absent. */
export interface Presented {
  readonly warrant: Uint8Array;
  readonly proof: Uint8Array;
  /**
   * Keeps the warrant, once it is verified, beside the receipt that will name it.
   *
   * @returns why the call must not run when it cannot be kept. Never throws
   */
  readonly keep: (trace: Trace) => Denial | undefined;
}

/** One request to the pipeline. */
export interface Request {
  /** Finds the project and its pinned root. @throws {Denial} */
  readonly locate: () => Place;
  /** Reads the call. @throws {Denial} 9001 */
  readonly decode: () => ToolCall | Promise<ToolCall>;
  readonly presented?: Presented;
  /** The door that a call comes through which cannot be read; `hook` when absent. */
  readonly door?: ToolCall["door"];
  /**
   * What must hold at the door before the call is decided, under the policy in force.
   *
   * @returns the call as it is decided: the door may know more of who makes it
   * @throws {Denial}
   */
  readonly admit?: (call: ToolCall, policy: VerifiedSnapshot) => ToolCall | Promise<ToolCall>;
}

/** How long a state in motion is given to settle, look by look. */
const settleMilliseconds = [20, 40, 80, 160, 200];

/** Judges one call. Never throws. */
export async function authorize(request: Request): Promise<Answer> {
  for (const milliseconds of settleMilliseconds) {
    const answer = await run(request, false);
    if (answer !== undefined) return answer;
    pause(milliseconds);
  }
  return await run(request, true) as Answer;
}

/**
 * One look at the state. Undefined when it met a mint half done, so that one file was read before it
 * and one after it: another look, a moment later, settles it. The last look takes things as they are.
 */
async function run(request: Request, lastLook: boolean): Promise<Answer | undefined> {
  const trace = newTrace(lastLook);
  if (request.door !== undefined) trace.door = request.door;
  let denial = await judge(request, trace);
  if (isInMotion(denial, trace)) return undefined;
  trace.call ??= await decodeAnyway(request);
  const unkept = request.presented?.keep(trace);
  denial = await recorded(trace, denial ?? unkept);
  if (isInMotion(denial, trace)) return undefined;
  // What an older snapshot says of observing does not count.
  return answer(trace.isOlder === true ? "enforce" : trace.mode, denial, trace);
}

/** A trace that begins now. */
export function newTrace(lastLook: boolean): Trace {
  const milliseconds = Date.now();
  const now = Math.floor(milliseconds / 1000);
  return { milliseconds, now, lastLook, finding: {}, mode: "enforce" };
}

/**
 * Decodes, authenticates and decides; writes nothing and answers nobody. Never throws.
 *
 * @returns the refusal; undefined for a call that may run
 */
export async function judge(request: Request, trace: Trace): Promise<Denial | undefined> {
  const { finding } = trace;
  try {
    finding.step = "project";
    trace.place = request.locate();
    finding.step = "policy";
    const policy = openSnapshot(trace.place);
    trace.policy = policy;
    trace.mode = await requirePolicyFiles(policy.snapshot, trace.place.memory);
    finding.step = "call";
    trace.call = await request.decode();
    if (request.admit !== undefined) {
      finding.step = "door";
      trace.call = await request.admit(trace.call, policy);
    }
    finding.step = "warrant";
    const grant = await authenticate(trace.place, trace.call, policy, request.presented, trace);
    trace.permit = await decide(trace.call, policy.snapshot, grant.leaf, finding);
    finding.step = "proof";
    if (policy.snapshot.pinPaths) trace.updatedInput = pinnedInput(trace);
    trace.proof = requireProof(trace.place, grant, trace.permit, request.presented, trace.now);
    return undefined;
  } catch (error) {
    return denialOf(error);
  }
}

function isInMotion(denial: Denial | undefined, { lastLook }: Trace): boolean {
  const { BindingMismatch, StateRolledBack } = codes;
  return !lastLook && (denial?.code === BindingMismatch || denial?.code === StateRolledBack);
}

/** The grant must verify to the pinned root, be in force, and name this policy. */
async function authenticate(
  place: Place,
  call: ToolCall,
  policy: VerifiedSnapshot,
  presented: Presented | undefined,
  trace: Trace,
): Promise<Grant> {
  requireSandbox(policy.snapshot, (path) => resolvePath("/", path));
  const role = declaredRole(call, policy.snapshot.roles);
  const own = () => role === undefined ? openWarrant(place) : openRoleWarrant(place, role);
  const grant = await verifyGrant(place, presented?.warrant ?? own(), trace.now);
  trace.grant = grant;
  requireBound(grant.leaf, policy);
  if (presented === undefined) requireRoleWarrant(grant.leaf, role);
  return grant;
}

/** Proof of possession over the checked arguments: made with the holder key, or presented. */
function requireProof(
  place: Place,
  { leaf: { id, holder } }: Grant,
  { route, args }: Permit,
  presented: Presented | undefined,
  now: number,
): string {
  const of = [id, route.capability, args, now] as const;
  const { proof } = presented ?? {};
  if (proof !== undefined && proves(holder, proof, ...of)) return hex(proof);
  const own = presented === undefined ? openKey(place, "holderKey") : undefined;
  // What a key signs verifies under its own public half alone: no need to verify it as well.
  if (own?.publicKey === holder) return hex(prove(own, ...of));
  throw new Denial("PopSignatureInvalid", "The proof of possession is not the warrant holder's");
}

/** An allow whose receipt is lost becomes a refusal, unless the policy says otherwise. */
async function recorded(trace: Trace, denial: Denial | undefined): Promise<Denial | undefined> {
  try {
    await record(trace, trace.mode, denial);
    return denial;
  } catch (error) {
    const lost = denialOf(error);
    if (lost.code === codes.StateRolledBack) return lost;
    // Observing prints nothing, so this is the only trace that is left of it.
    if (trace.place !== undefined) logLine(trace.place.project, `receipt lost: ${lost.message}`);
    const strict = trace.policy?.snapshot.receipts.strict ?? true;
    return denial ?? (strict || lost.code !== codes.ReceiptLost ? lost : undefined);
  }
}

function answer(mode: Snapshot["mode"], denial: Denial | undefined, trace: Trace): Answer {
  if (mode === "observe") return { verdict: "silent", trace };
  const tool = trace.call?.tool ?? "";
  if (denial !== undefined) {
    const { code, byPolicy } = denial;
    return { verdict: "deny", reason: reasonFor(denial, tool), code, byPolicy, trace };
  }
  const { onGrant } = trace.policy?.snapshot ?? {};
  const { updatedInput } = trace;
  return {
    verdict: "allow",
    reason: grantReason(tool),
    defers: onGrant === "defer",
    ...(updatedInput === undefined ? {} : { updatedInput }),
    trace,
  };
}

/** A refusal before the call was read still wants to name the call. */
async function decodeAnyway(request: Request): Promise<ToolCall | undefined> {
  try {
    return await request.decode();
  } catch {
    return undefined;
  }
}
