/**
 * Making warrants. A root is signed by its issuer; a child by its parent's holder, and only if the
 * chain it makes would verify: what a verifier would refuse is refused here, by the same checks.
 */
import { randomBytes } from "node:crypto";
import { type Attenuates, readChain, verifyChain } from "./chain.ts";
import { decode, encode } from "./cbor.ts";
import { hex, sha256, type SigningKey } from "./keys.ts";
import type { ConstraintSet, WarrantPayload } from "./payload.ts";
import { readWarrant, signWarrant, type Warrant } from "./warrant.ts";

/** What every new warrant needs. Times are unix seconds, keys lower-case hex. */
interface Common {
  readonly holder: string;
  readonly issuedAt: number;
  readonly expiresAt: number;
  readonly maxDepth: number;
  readonly extensions?: ReadonlyMap<string, Uint8Array>;
  readonly clearance?: number;
  readonly requiredApprovers?: readonly string[];
  readonly minApprovals?: number;
  /** 32 hex digits; a fresh one when absent. */
  readonly id?: string;
}

/** A warrant to use tools with. */
export interface ExecutionGrant extends Common {
  readonly type: "execution";
  readonly tools: ReadonlyMap<string, ConstraintSet>;
}

/** A warrant to grant execution warrants with. */
export interface IssuerGrant extends Common {
  readonly type: "issuer";
  readonly issuableTools: readonly [string, ...string[]];
  readonly maxIssueDepth?: number;
  readonly constraintBounds?: ConstraintSet;
}

export type Grant = ExecutionGrant | IssuerGrant;

/** UUIDv7 (RFC 9562 section 5.7), hex without dashes: warrant ids sort by time. */
export function newWarrantId(milliseconds = Date.now()): string {
  const bytes = randomBytes(16);
  bytes.writeUIntBE(milliseconds, 0, 6);
  bytes[6] = ((bytes[6] as number) & 0x0f) | 0x70;
  bytes[8] = ((bytes[8] as number) & 0x3f) | 0x80;
  return hex(bytes);
}

function payload(
  grant: Grant,
  issuer: string,
  place: Pick<WarrantPayload, "depth" | "parentHash">,
): WarrantPayload {
  const { id = newWarrantId(), extensions = new Map(), ...rest } = grant;
  const tools = grant.type === "execution" ? grant.tools : new Map();
  return { ...rest, id, extensions, tools, issuer, ...place };
}

/**
 * Signs a root warrant. Returns its envelope.
 *
 * @throws {ProtocolError} the code with which a verifier would refuse it
 */
export function mintRoot(grant: Grant, issuer: SigningKey): Uint8Array {
  const envelope = signWarrant(payload(grant, issuer.publicKey, { depth: 0 }), issuer);
  const root = readWarrant(decode(envelope), { issuers: [issuer.publicKey], isRoot: true });
  verifyChain([root], trustAt(root, root.issuedAt, () => true));
  return envelope;
}

function trustAt(root: Warrant, now: number, attenuates: Attenuates) {
  const none = () => false;
  const { issuer } = root;
  return {
    root: issuer,
    now,
    tolerance: 0,
    isRevoked: none,
    attenuates,
    allowSelfDelegation: true,
  };
}

/**
 * Signs a child of a chain's leaf with the leaf holder's key. Returns the whole stack, root first.
 *
 * @param envelopes the parent chain's envelopes, root first, and `chain` what `readChain` made of them
 * @throws {ProtocolError} the code with which a verifier would refuse it
 */
export function attenuate(
  chain: readonly [Warrant, ...Warrant[]],
  envelopes: readonly Uint8Array[],
  grant: Grant,
  holder: SigningKey,
  attenuates: Attenuates,
): Uint8Array {
  const parent = chain.at(-1) as Warrant;
  const place = { depth: parent.depth + 1, parentHash: hex(sha256(parent.payloadBytes)) };
  const envelope = signWarrant(payload(grant, holder.publicKey, place), holder);
  const stack = encode([...envelopes, envelope].map(decode));
  const made = readChain(stack, [chain[0].issuer]);
  const now = Math.max(...made.map(({ issuedAt }) => issuedAt));
  verifyChain(made, trustAt(chain[0], now, attenuates));
  return stack;
}
