/** `warrant attenuate`: the holder hands on less than it has. */
import { prepareAttenuation } from "../constraints/attenuation.ts";
import { maxInputBytes, unwrap } from "../protocol/armor.ts";
import { attenuate, type Grant } from "../protocol/builder.ts";
import { decode, encode, isList } from "../protocol/cbor.ts";
import { readChain } from "../protocol/chain.ts";
import { ProtocolError } from "../protocol/errors.ts";
import type { ConstraintSet } from "../protocol/payload.ts";
import type { Warrant } from "../protocol/warrant.ts";
import { type Command, UsageError } from "./command.ts";
import { readKey } from "./key_file.ts";
import { readInput } from "./warrant_file.ts";
import { type Asked, grantOptions, readGrant } from "./warrant_grant.ts";
import { required } from "./warrant_options.ts";
import { printWarrant, requireOneForm } from "./warrant_output.ts";
import { orRefuse } from "./warrant_refusal.ts";

/** What the child keeps of its parent unless it is told otherwise. */
const kept = ["tenuo.session_id"];

/** The parent's constraints of each asked tool, with those that were given in their place. */
function toolsOf(parent: Warrant, { tools }: Asked): ReadonlyMap<string, ConstraintSet> {
  if (tools.size === 0) return parent.tools;
  const inherited = (tool: string) => parent.tools.get(tool) ?? parent.constraintBounds ?? [];
  return new Map(
    [...tools].map(([tool, set]) => [tool, new Map([...inherited(tool), ...set])]),
  );
}

function grantOf(parent: Warrant, asked: Asked, issuedAt: number): Grant {
  const { ttl, issuable: [first, ...others], bounds } = asked;
  const clearance = asked.clearance ?? parent.clearance;
  const { requiredApprovers, minApprovals, constraintBounds, maxIssueDepth } = parent;
  const common = {
    holder: asked.holder,
    issuedAt,
    expiresAt: ttl === undefined ? parent.expiresAt : issuedAt + ttl,
    maxDepth: asked.maxDepth ??
      Math.min(parent.maxDepth, first === undefined ? maxIssueDepth ?? Infinity : Infinity),
    extensions: new Map([...parent.extensions].filter(([name]) => kept.includes(name))),
    ...(clearance === undefined ? {} : { clearance }),
    ...(requiredApprovers === undefined ? {} : { requiredApprovers }),
    ...(minApprovals === undefined ? {} : { minApprovals }),
  };
  if (first === undefined) {
    if (parent.type === "issuer" && asked.tools.size === 0) {
      throw new UsageError("Name what it grants: --tool or --issuable");
    }
    return { ...common, type: "execution", tools: toolsOf(parent, asked) };
  }
  const narrowed = new Map([...constraintBounds ?? [], ...bounds]);
  return {
    ...common,
    type: "issuer",
    issuableTools: [first, ...others],
    ...(maxIssueDepth === undefined ? {} : { maxIssueDepth }),
    ...(narrowed.size === 0 ? {} : { constraintBounds: narrowed }),
  };
}

/** The chain's envelopes, root first. */
function envelopesOf(bytes: Uint8Array): Uint8Array[] {
  const value = decode(bytes);
  return isList(value) && isList(value[0]) ? value.map((one) => encode(one)) : [bytes];
}

async function narrowed(
  bytes: Uint8Array,
  asked: Asked,
  key: ReturnType<typeof readKey>,
  mayKeep: boolean,
): Promise<Uint8Array> {
  const [root, ...rest] = readChain(bytes);
  if (root === undefined) throw new ProtocolError("ChainBroken", "Warrant chain is empty");
  const parent = rest.at(-1) ?? root;
  if (parent.holder !== key.publicKey) {
    throw new ProtocolError("ChainBroken", "I1: the key is not that of the warrant's holder");
  }
  if (asked.holder === parent.holder && !mayKeep) {
    throw new ProtocolError("InvalidIssuer", "Self issuance: the holder would grant to itself");
  }
  const grant = grantOf(parent, asked, Math.floor(Date.now() / 1000));
  // The child's constraints are compared as well, so they are loaded like the chain's.
  const made = grant.type === "execution" ? { tools: grant.tools } : { tools: new Map(), ...grant };
  const attenuates = await prepareAttenuation([root, ...rest, made]);
  return attenuate([root, ...rest], envelopesOf(bytes), grant, key, attenuates);
}

export const command: Command = {
  name: "warrant attenuate",
  summary: "Sign a narrower child of a warrant for another holder, and print the stack",
  description:
    "Signs a child of the last warrant with its holder's key and prints the whole stack, root first.\n" +
    "What is not said is kept: without --tool all tools, for a --tool its constraints, the expiry and\n" +
    "the depth. A constraint that is given replaces that argument's and must narrow it; what a\n" +
    "verifier would refuse is refused here, with exit code 1 and the code.\n\n" +
    "Example:\n" +
    "  tenuo-claude warrant attenuate root.warrant --key holder.b64 --holder $(cat worker.hex) \\\n" +
    "    --tool read_file --constraint path=subpath:/data/reports --ttl 600 > leaf.warrant",
  operands: ["FILE|-"],
  options: {
    ...grantOptions,
    key: { value: "FILE", help: "The key file of the last warrant's holder" },
    "allow-self-delegation": { help: "The holder may narrow it for itself" },
  },
  run: async (invocation) => {
    const { options, operands: [operand], terminal } = invocation;
    requireOneForm(invocation);
    const path = required(invocation, "key");
    if (path === "-" && (operand ?? "-") === "-") {
      throw new UsageError("Standard input cannot be both the warrant and the key");
    }
    const asked = await readGrant(invocation);
    const key = readKey(path, terminal);
    const { bytes } = readInput(operand, maxInputBytes);
    return await orRefuse(invocation, async () => {
      const mayKeep = options["allow-self-delegation"] === true;
      printWarrant(await narrowed(unwrap(bytes), asked, key, mayKeep), invocation);
      return 0;
    });
  },
};
