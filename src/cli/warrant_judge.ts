/**
 * What `warrant verify` says: whether a chain holds under the given roots, and whether its leaf
 * admits a call. Nothing here reads files or the clock.
 */
import { prepareAttenuation } from "../constraints/attenuation.ts";
import { matches } from "../constraints/registry.ts";
import { unwrap } from "../protocol/armor.ts";
import type { Cbor } from "../protocol/cbor.ts";
import { readChain, verifyChain } from "../protocol/chain.ts";
import { ProtocolError } from "../protocol/errors.ts";
import { proves } from "../protocol/pop.ts";
import { readRevocationList, revocationId } from "../protocol/revocation.ts";
import type { Warrant } from "../protocol/warrant.ts";
import { type Refusal, refusalOf } from "./warrant_refusal.ts";

/** A call to judge by the leaf. */
export interface AskedCall {
  /** `*` stands for the leaf's only tool. */
  readonly tool: string;
  readonly args: ReadonlyMap<string, Cbor>;
  /** The proof of possession. Without it, it is not asked who calls. */
  readonly pop?: Uint8Array;
}

export interface Question {
  /** Public keys, lower-case hex. */
  readonly roots: readonly string[];
  /** Unix seconds. */
  readonly at: number;
  readonly strict: boolean;
  readonly allowSelfDelegation: boolean;
  /** A signed revocation list, in any form that warrants come in. */
  readonly revocations?: Uint8Array;
  readonly call?: AskedCall;
}

export interface Verdict {
  readonly valid: boolean;
  /** Undefined when no call was asked about. */
  readonly authorized?: boolean;
  readonly refusal?: Refusal;
  /** The last warrant of the chain, once its signature is verified. */
  readonly leaf?: Warrant;
}

/** Seconds of clock difference that are forgiven. */
const tolerance = 30;
/** The first byte of a list in binary. */
const twoMembers = 0xa2;

function revokedBy({ revocations, roots }: Question): ReadonlySet<string> {
  if (revocations === undefined) return new Set();
  let refused: unknown;
  for (const root of roots) {
    try {
      const bytes = revocations[0] === twoMembers ? revocations : unwrap(revocations);
      return new Set(readRevocationList(bytes, root).ids);
    } catch (error) {
      refused = error;
    }
  }
  const why = refused === undefined ? "no root signed it" : refusalOf(refused).message;
  throw new ProtocolError("SRLInvalid", `The revocation list is not usable: ${why}`);
}

function requireTool(leaf: Warrant, { tool, args, pop }: AskedCall, at: number): void {
  const [only, ...others] = leaf.tools.keys();
  const name = tool === "*" && only !== undefined && others.length === 0 ? only : tool;
  const set = leaf.type === "execution" ? leaf.tools.get(name) : undefined;
  if (set === undefined) {
    throw new ProtocolError("ToolNotAuthorized", `The warrant does not grant ${name}`);
  }
  const outside = (what: string): never => {
    throw new ProtocolError("ConstraintViolation", `${name}: ${what}`);
  };
  // A tool without constraints takes any arguments; otherwise the world is closed.
  for (const argument of args.keys()) {
    if (set.size > 0 && !set.has(argument)) outside(`argument ${argument} is not granted`);
  }
  for (const [argument, constraint] of set) {
    const value = args.get(argument);
    if (value === undefined) return outside(`argument ${argument} is missing`);
    if (!matches(constraint, value)) outside(`argument ${argument} is not within its constraint`);
  }
  if (pop === undefined) return;
  if (!proves(leaf.holder, pop, leaf.id, name, args, at)) {
    throw new ProtocolError(
      "PopSignatureInvalid",
      "The holder's proof does not hold for this call",
    );
  }
  if ((leaf.requiredApprovers ?? []).length > 0) {
    throw new ProtocolError("ApprovalRequired", "The warrant asks for approvals besides");
  }
}

/** Judges a warrant or a stack in any form. Whatever is wrong with it is part of the verdict. */
export async function judge(input: Uint8Array, question: Question): Promise<Verdict> {
  let leaf: Warrant | undefined;
  let valid = false;
  const { call, at } = question;
  try {
    const chain = readChain(unwrap(input), question.roots);
    leaf = chain.at(-1);
    const revoked = revokedBy(question);
    const attenuates = await prepareAttenuation(chain);
    leaf = verifyChain(chain, {
      root: question.roots,
      now: at,
      tolerance,
      isRevoked: (id) => revoked.has(revocationId(id)),
      attenuates,
      strictSession: question.strict,
      allowSelfDelegation: question.allowSelfDelegation,
    });
    valid = true;
    if (call === undefined) return { valid, leaf };
    requireTool(leaf, call, at);
    return { valid, leaf, authorized: true };
  } catch (error) {
    return {
      valid,
      refusal: refusalOf(error),
      ...(leaf === undefined ? {} : { leaf }),
      ...(call === undefined ? {} : { authorized: false }),
    };
  }
}
