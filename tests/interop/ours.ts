/** What this program says of the same warrants and calls, by the same parts the hook uses. */
import { prepareAttenuation } from "../../src/constraints/attenuation.ts";
import { fromJson, matches, prepare } from "../../src/constraints/registry.ts";
import { type Cbor, decode, encode } from "../../src/protocol/cbor.ts";
import { readChain, verifyChain } from "../../src/protocol/chain.ts";
import { ProtocolError } from "../../src/protocol/errors.ts";
import { fromHex } from "../../src/protocol/keys.ts";
import { proves } from "../../src/protocol/pop.ts";
import type { Constraint, ConstraintSet, Warrant } from "../../src/protocol/warrant.ts";
import { keyOf } from "../conformance/minted.ts";
import type { RuleOf } from "./samples.ts";

/** A rule in the form in which it stands on the wire: the bounds of a range are floats. */
export function wire([type, rule]: RuleOf): Constraint {
  const value = fromJson(rule);
  if (!(value instanceof Map)) return [type, value];
  const inner = (pair: Cbor) => wire(pair as unknown as RuleOf) as unknown as Cbor;
  const given = rule as Readonly<Record<string, unknown>>;
  if (type === 3) {
    for (const side of ["min", "max"]) {
      const bound = value.get(side);
      if (typeof bound === "number") value.set(side, { float: bound });
    }
  }
  if (type === 12 || type === 13) {
    value.set("constraints", (given.constraints as Cbor[]).map(inner));
  }
  if (type === 14) value.set("constraint", inner(given.constraint as Cbor));
  return [type, value];
}

export interface Question {
  readonly roots: readonly number[];
  /** Envelopes, hex, root first. */
  readonly chain: readonly string[];
  readonly revoked?: readonly string[];
}

export interface OneCall {
  readonly tool: string;
  readonly args: Readonly<Record<string, unknown>>;
  readonly now: number;
  /** The proof, hex. */
  readonly proof: string;
}

/** As the published library: an unknown argument is refused unless there are no constraints. */
function fits(set: ConstraintSet, args: ReadonlyMap<string, Cbor>): boolean {
  if (set.size > 0 && [...args.keys()].some((name) => !set.has(name))) return false;
  return [...set].every(([name, constraint]) => {
    const argument = args.get(name);
    return argument !== undefined && matches(constraint, argument);
  });
}

async function grantOf(question: Question, now: number): Promise<Warrant> {
  const roots = question.roots.map((byte) => keyOf(byte).publicKey);
  const stack = encode(question.chain.map((envelope) => decode(fromHex(envelope))));
  const chain = readChain(stack, roots);
  const attenuates = await prepareAttenuation(chain);
  for (const set of chain.flatMap(({ tools }) => [...tools.values()])) await prepare(set.values());
  return verifyChain(chain, {
    root: roots,
    now,
    tolerance: 30,
    isRevoked: (id) => question.revoked?.includes(id) === true,
    attenuates,
    allowSelfDelegation: true,
  });
}

/** Null when the call is allowed, else the published name of the code. */
export async function decide(question: Question, call: OneCall): Promise<string | null> {
  try {
    const leaf = await grantOf(question, call.now);
    const set = leaf.tools.get(call.tool);
    if (set === undefined) return "ToolNotAuthorized";
    const args = new Map(Object.entries(call.args).map(([name, one]) => [name, fromJson(one)]));
    if (!fits(set, args)) return "ConstraintViolation";
    const isProven = proves(leaf.holder, fromHex(call.proof), leaf.id, call.tool, args, call.now);
    return isProven ? null : "PopSignatureInvalid";
  } catch (error) {
    if (error instanceof ProtocolError) return error.name;
    throw error;
  }
}
