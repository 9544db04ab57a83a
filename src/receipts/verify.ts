/**
 * Verifies a log as an outsider would: offline, with two public keys, writing nothing.
 *
 * The argument, in its steps:
 *
 * 1. Everything rests on the root's key and the receipt key (verify_keys.ts, which like the other
 *    steps stands in the folder `verification`). Keys that are given count; keys that lie beside the
 *    log vouch for nothing by themselves.
 * 2. Nothing was cut off before what a kept checkpoint saw (verify_checkpoints.ts).
 * 3. The holder of the receipt key wrote every line, in this order, with nothing changed, added or
 *    taken out in between (walk.ts), across all files (verify_join.ts).
 * 4. Who was allowed had the root's authority then: the warrant chain verifies to the root
 *    (verify_evidence.ts), was in force at that second, and is bound to the policy of the receipt.
 * 5. The policy is the root's and names this receipt key: the root says whose lines count.
 * 6. The holder of that warrant signed this very call with these arguments.
 * 7. The allow follows: the warrant grants the arguments, and the policy's rules for them say yes.
 *    A refusal that warrant and policy contradict is as false as an allow that they do.
 *
 * What is not proved: that no line was written after the newest checkpoint and cut off; what the log
 * cannot show, such as links on the disk, names in the DNS and how a shell reads a command; that no
 * warrant was revoked at that time, since past lists are not kept; and anything against whoever
 * holds the private receipt key and holder key.
 */
import { fromJson } from "../constraints/registry.ts";
import { fromHex } from "../protocol/keys.ts";
import { type Arguments, proves } from "../protocol/pop.ts";
import { UnsafeFile } from "../state/read_file.ts";
import { openLogFile } from "./read_log.ts";
import type { Receipt } from "./receipt.ts";
import { readCheckpoints, type Seen } from "./verification/verify_checkpoints.ts";
import { type Hire, inOrder, type Job } from "./verification/verify_crew.ts";
import { clockTolerance, Evidence, type Grant } from "./verification/verify_evidence.ts";
import { filesToVerify, namesEnd } from "./verification/verify_files.ts";
import {
  type Allow,
  decisionFault,
  formFault,
  isAllow,
  lacking,
} from "./verification/verify_form.ts";
import { Join } from "./verification/verify_join.ts";
import { refusedBy } from "./verification/verify_granted.ts";
import { findKeys } from "./verification/verify_keys.ts";
import { type Part, type PartResult, partsOf } from "./verification/verify_parts.ts";
import type { Policy, ReadPolicy } from "./verification/verify_reading.ts";
import type { Finding, Verification } from "./verification/verify_result.ts";
import { Tally, Untrue } from "./verification/verify_tally.ts";
import { type Found, verdictOf } from "./verification/verify_verdict.ts";
import { walk } from "./walk.ts";

export { exitCodes, type Verification } from "./verification/verify_result.ts";

export interface Request {
  /** Files of one log: the one that is written to, with which its segments come, or segments. */
  readonly paths: readonly string[];
  /** The receipt key and the root's key, hex; by default what lies beside the log. */
  readonly key?: string;
  readonly root?: string;
  /** Files with checkpoints, beside the one that lies by the log. */
  readonly checkpoints?: readonly string[];
  /** Told how many of how many bytes are verified. */
  readonly progress?: (done: number, all: number) => void;
}

/** Verifies one log. Never throws for what it finds there. */
export async function verifyLog(
  request: Request,
  readPolicy: ReadPolicy,
  hire: Hire = alone(readPolicy),
): Promise<Verification> {
  const found: Found = { files: [], join: new Join([]) };
  try {
    const files = found.files = filesToVerify(request.paths);
    const { key, root } = found.keys = await findKeys(request, files, readPolicy);
    const log = files[0]?.path ?? "";
    const checkpoints = readCheckpoints(request.checkpoints ?? [], log, key.key);
    const join = found.join = new Join(checkpoints, namesEnd(request.paths));
    const job = { key: key.key, ...(root && { root: root.key }), log, checkpoints };
    const all = files.reduce((sum, { size }) => sum + size, 0);
    let done = 0;
    for await (
      const [part, result] of inOrder(files.flatMap((it) => partsOf(it)), hire(job, all))
    ) {
      join.add(part, result);
      request.progress?.(done += part.end - part.start, all);
    }
    join.requireReached();
    return verdictOf(found);
  } catch (error) {
    return verdictOf(found, error);
  }
}

/** Verifies everything in this thread. */
function alone(readPolicy: ReadPolicy): Hire {
  return (job) => ({ size: 1, run: partVerifier(job, readPolicy), close: () => {} });
}

/** Verifies parts of one log, one after the other. What it returns throws {UnsafeFile}. */
export function partVerifier(
  job: Job,
  readPolicy: ReadPolicy,
): (part: Part) => Promise<PartResult> {
  const { key, root, log, checkpoints } = job;
  const evidence = root === undefined ? undefined : new Evidence(log, root, key, readPolicy);
  const seen = Map.groupBy(checkpoints, ({ count }) => count);
  return async ({ file, start, end }) => {
    const tally = new Tally();
    const opened = openLogFile(file);
    try {
      for (const walked of walk(tally.lines(opened.lines(start, end)), key)) {
        tally.begin(walked);
        const { receipt, digest } = walked;
        requireSeen(digest, seen.get(receipt.seq));
        requireForm(receipt);
        const isDecision = receipt.kind === "decision";
        tally.count(walked, isDecision ? await judge(receipt, evidence) : undefined);
      }
    } catch (error) {
      if (error instanceof UnsafeFile) throw error;
      tally.stop(error);
    } finally {
      opened.close();
    }
    return tally.result(evidence?.takeMissing() ?? []);
  };
}

/** Step 2: the line is the one that the checkpoint saw. */
function requireSeen(digest: string, checkpoints: readonly Seen[] = []): void {
  const other = checkpoints.find(({ head }) => head !== digest);
  if (other !== undefined) throw new Untrue(`is not the line that ${other.file} saw`);
}

function requireForm(receipt: Receipt): void {
  const fault = formFault(receipt) ??
    (receipt.kind === "decision" ? decisionFault(receipt) : undefined);
  if (fault !== undefined) throw new Untrue(fault);
  const absent = receipt.decision === "allow" ? lacking(receipt) : undefined;
  if (absent !== undefined) throw new Untrue(`allows without "${absent}"`);
}

/** Steps 4 to 7 for one decision. @throws {Untrue} */
async function judge(receipt: Receipt, evidence: Evidence | undefined): Promise<Finding> {
  if (evidence === undefined) return "unchecked";
  const { chain, policy: digest } = receipt;
  const grant = chain === undefined ? undefined : await evidence.grant(chain);
  const policy = digest === undefined ? undefined : await evidence.policy(digest);
  const isMissing = (chain !== undefined && grant === undefined) ||
    (digest !== undefined && policy === undefined);
  if (isMissing) return "unchecked";
  requireObserved(receipt, policy);
  const args = argumentsOf(receipt);
  if (isAllow(receipt) && grant !== undefined && policy !== undefined) {
    requireNamed(receipt, grant);
    requireInForce(receipt, grant);
    requireBound(receipt, grant, policy);
    if (args !== undefined) requireProof(receipt, grant, args);
    requireGranted(receipt, grant, args);
    requireNoObjection(receipt, policy, grant, args);
    return args === undefined ? "masked" : "proven";
  }
  if (grant !== undefined) requireNamed(receipt, grant);
  if (receipt.proof !== undefined) {
    if (args === undefined) return "masked";
    requireProof(receipt, grant, args);
  }
  if (policy === undefined) return "notReplayable";
  return requireReplayed(receipt, policy, args, grant);
}

/** A call runs whatever is decided under a policy that observes, and under no other. */
function requireObserved({ observed }: Receipt, policy: Policy | undefined): void {
  if (observed !== true || policy?.observes === true) return;
  const why = policy === undefined ? "it names no policy" : "its policy enforces";
  throw new Untrue(`is marked as observed, but ${why}`);
}

/** The arguments as they were signed; undefined when they were masked. */
function argumentsOf({ args, masked }: Receipt): Arguments | undefined {
  if (masked === true || args === undefined) return undefined;
  return new Map(Object.entries(args).map(([name, value]) => [name, fromJson(value)]));
}

/** Step 4: the warrant is the chain's last one, */
function requireNamed({ warrant }: Receipt, { leaf }: Grant): void {
  if (warrant !== leaf.id) throw new Untrue(`names warrant ${warrant}, but its chain ${leaf.id}`);
}

/** in force in the second when the call was judged, which cannot be far from the receipt's time, */
function requireInForce({ time, proved, warrant }: Allow, { from, until }: Grant): void {
  const seconds = Date.parse(time) / 1000;
  // A line's time is never earlier than that of the line before.
  if (!(proved <= seconds && seconds - proved <= clockTolerance + 1)) {
    throw new Untrue(`is of ${time}, but its proof of ${instant(proved)}`);
  }
  if (proved < from) throw new Untrue(`allows before warrant ${warrant} was issued`);
  if (proved >= until) throw new Untrue(`allows after warrant ${warrant} had expired`);
}

/** and bound to the policy that the receipt names. */
function requireBound({ policy, serial }: Allow, { leaf }: Grant, named: Policy): void {
  if (!named.isBoundTo(leaf)) throw new Untrue(`names policy ${policy}, but its warrant another`);
  if (serial !== named.serial) {
    throw new Untrue(`has serial ${serial}, but its policy serial ${named.serial}`);
  }
}

/** Step 6: one verification when it is right. */
function requireProof(receipt: Receipt, grant: Grant | undefined, args: Arguments): void {
  const { proof = "", proved = 0, capability = "" } = receipt;
  if (grant === undefined) throw new Untrue("has a proof, but names no warrant chain");
  const { holder, id } = grant.leaf;
  if (!proves(holder, fromHex(proof), id, capability, args, proved)) {
    throw new Untrue("has a proof that the warrant's holder did not make for this call");
  }
}

/** Step 7: what any Tenuo verifier would say, */
function requireGranted({ capability }: Allow, { leaf }: Grant, args?: Arguments): void {
  const refused = refusedBy(leaf, capability, args);
  if (refused !== undefined) throw new Untrue(`allows what the warrant does not: ${refused}`);
}

/** and what the policy says. */
function requireNoObjection(
  receipt: Allow,
  policy: Policy,
  { leaf }: Grant,
  args?: Arguments,
): void {
  const objection = policy.objection(receipt, args, leaf);
  if (objection !== undefined) throw new Untrue(`allows what the policy does not: ${objection}`);
}

/** A refusal follows, or may rest on what the log does not show. */
function requireReplayed(
  receipt: Receipt,
  policy: Policy,
  args: Arguments | undefined,
  grant: Grant | undefined,
): Finding {
  const refusal = policy.refusal(receipt, args, grant?.leaf);
  if (typeof refusal === "string") throw new Untrue(`refuses what was granted: ${refusal}`);
  return refusal ? "refused" : "notReplayable";
}

function instant(seconds: number): string {
  return new Date(seconds * 1000).toISOString();
}
