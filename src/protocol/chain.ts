/**
 * Chain verification (protocol-spec-v1 section 5): from the warrant bytes to the leaf they prove,
 * under one pinned root.
 */
import { decode, isList } from "./cbor.ts";
import { ProtocolError } from "./errors.ts";
import { hex, sha256 } from "./keys.ts";
import { maxDelegationDepth, maxTtlSeconds, readWarrant, type Warrant } from "./warrant.ts";

/** True when `child` accepts nothing that `parent` refuses. */
export type Attenuates = (
  parent: Warrant["tools"],
  child: Warrant["tools"],
) => boolean;

export interface Trust {
  /** The pinned root's public key, hex. */
  readonly root: string;
  /** Unix seconds. */
  readonly now: number;
  /** Seconds of clock difference that are forgiven. */
  readonly tolerance: number;
  readonly isRevoked: (warrantId: string) => boolean;
  readonly attenuates: Attenuates;
}

const maxStackBytes = 256 * 1024;

function broken(message: string): never {
  throw new ProtocolError("ChainBroken", message);
}

/**
 * Reads a single warrant or a stack, root first. They are told apart by the first element.
 *
 * @throws {ProtocolError} 1404 and 1901 for size, and all that `readWarrant` throws
 */
export function readChain(bytes: Uint8Array): Warrant[] {
  if (bytes.length > maxStackBytes) {
    throw new ProtocolError("ChainTooLarge", "Warrant chain is larger than 256 KB");
  }
  const value = decode(bytes);
  const stack = isList(value) && isList(value[0]) ? value : [value];
  if (stack.length > maxDelegationDepth) {
    throw new ProtocolError("ChainTooLong", "Warrant chain is longer than 64");
  }
  return stack.map(readWarrant);
}

/**
 * Verifies a chain and returns its leaf.
 *
 * @throws {ProtocolError} the code of the first step that fails
 */
export function verifyChain(chain: readonly Warrant[], trust: Trust): Warrant {
  const [root] = chain;
  if (root === undefined) return broken("Warrant chain is empty");
  requireNoneRevoked(chain, trust);
  requireTrustedRoot(root, trust);
  requireDistinct(chain);
  chain.forEach((warrant) => requireInForce(warrant, trust));
  let parent = root;
  for (const child of chain.slice(1)) {
    requireLink(parent, child, trust);
    parent = child;
  }
  return parent;
}

function requireNoneRevoked(chain: readonly Warrant[], trust: Trust): void {
  for (const { id } of chain) {
    if (trust.isRevoked(id)) {
      throw new ProtocolError("WarrantRevoked", `Warrant ${id} is revoked`);
    }
  }
}

function requireTrustedRoot(root: Warrant, trust: Trust): void {
  if (root.issuer !== trust.root) {
    throw new ProtocolError("UntrustedRoot", "The warrant's issuer is not the pinned root");
  }
  if (root.depth !== 0 || root.parentHash !== undefined) broken("The first warrant is not a root");
}

function requireDistinct(chain: readonly Warrant[]): void {
  if (new Set(chain.map(({ id }) => id)).size !== chain.length) {
    broken("A warrant stands in the chain twice");
  }
}

function requireInForce(warrant: Warrant, { now, tolerance }: Trust): void {
  const { id, issuedAt, expiresAt } = warrant;
  if (expiresAt - issuedAt > maxTtlSeconds) {
    throw new ProtocolError("TTLExceeded", `Warrant ${id} lives longer than 90 days`);
  }
  if (now + tolerance < issuedAt) {
    throw new ProtocolError("IssuedInFuture", `Warrant ${id} is issued in the future`);
  }
  // No tolerance at the end: the published library applies none when a call is authorized.
  if (now >= expiresAt) {
    throw new ProtocolError("WarrantExpired", `Warrant ${id} has expired`);
  }
}

function requireLink(parent: Warrant, child: Warrant, trust: Trust): void {
  if (child.issuer !== parent.holder) broken("I1: the child's issuer is not the parent's holder");
  if (child.parentHash !== hex(sha256(parent.payloadBytes))) {
    throw new ProtocolError("ParentHashMismatch", "I5: the child names another parent");
  }
  if (child.depth !== parent.depth + 1) {
    throw new ProtocolError("DepthViolation", "I2: the child's depth is not the parent's plus one");
  }
  if (child.depth > child.maxDepth || child.maxDepth > parent.maxDepth) {
    throw new ProtocolError("DepthExceeded", "I2: the parent may not delegate that deep");
  }
  if (child.expiresAt > parent.expiresAt) {
    throw new ProtocolError("TTLExceeded", "I3: the child outlives its parent");
  }
  if (parent.type !== "execution" || child.type !== "execution") {
    throw new ProtocolError("InvalidAttenuation", "Issuer warrants do not delegate here");
  }
  if (!trust.attenuates(parent.tools, child.tools)) {
    throw new ProtocolError("CapabilityExpansion", "I4: the child grants more than its parent");
  }
}
