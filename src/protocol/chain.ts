/**
 * Chain verification (protocol-spec-v1 section 5): from the warrant bytes to the leaf they prove,
 * under pinned roots. The steps have the names of the invariants they hold.
 */
import { decode, isList } from "./cbor.ts";
import { ProtocolError } from "./errors.ts";
import { hex, sha256 } from "./keys.ts";
import type { ConstraintSet } from "./payload.ts";
import { maxDelegationDepth, maxTtlSeconds, readWarrant, type Warrant } from "./warrant.ts";

/** True when `child` accepts nothing that `parent` refuses. */
export type Attenuates = (
  parent: Warrant["tools"],
  child: Warrant["tools"],
) => boolean;

export interface Trust {
  /** The pinned root's public key, or several, hex. */
  readonly root: string | readonly string[];
  /** Unix seconds. */
  readonly now: number;
  /** Seconds of clock difference that are forgiven. */
  readonly tolerance: number;
  readonly isRevoked: (warrantId: string) => boolean;
  readonly attenuates: Attenuates;
  /** Every warrant must be of the root's session. */
  readonly strictSession?: boolean;
  /**
   * A holder may narrow a warrant for itself. The published figure A.16 forbids it and the published
   * library and document (section 5.4) allow it, so whoever relies on it says so.
   */
  readonly allowSelfDelegation?: boolean;
}

const maxStackBytes = 256 * 1024;

function broken(message: string): never {
  throw new ProtocolError("ChainBroken", message);
}

/**
 * Reads a single warrant or a stack, root first. They are told apart by the first element.
 *
 * @param roots the keys of which one must have signed the first warrant; each later one is read under
 * its parent's holder. Without it each warrant is read under the issuer it names.
 * @throws {ProtocolError} 1404 and 1901 for size, and all that `readWarrant` throws
 */
export function readChain(bytes: Uint8Array, roots?: readonly string[]): Warrant[] {
  if (bytes.length > maxStackBytes) {
    throw new ProtocolError("ChainTooLarge", "Warrant chain is larger than 256 KB");
  }
  const value = decode(bytes);
  const stack = isList(value) && isList(value[0]) ? value : [value];
  if (stack.length > maxDelegationDepth) {
    throw new ProtocolError("ChainTooLong", "Warrant chain is longer than 64");
  }
  const chain: Warrant[] = [];
  for (const envelope of stack) {
    const parent = chain.at(-1);
    const issuers = parent === undefined ? roots : [parent.holder];
    const expected = { issuers: issuers ?? [], isRoot: parent === undefined };
    chain.push(readWarrant(envelope, roots === undefined ? undefined : expected));
  }
  return chain;
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
    requireDelegated(parent, child, trust);
    requireLinked(parent, child);
    requireDepth(parent, child);
    requireLifetime(parent, child);
    requireNarrower(parent, child, trust);
    if (trust.strictSession === true) requireSameSession(root, child);
    parent = child;
  }
  requireCeilings(chain);
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
  const isTrusted = typeof trust.root === "string"
    ? trust.root === root.issuer
    : trust.root.includes(root.issuer);
  if (!isTrusted) {
    throw new ProtocolError("UntrustedRoot", "The warrant's issuer is not the pinned root");
  }
  if (root.depth !== 0 || root.parentHash !== undefined) broken("The first warrant is not a root");
}

function requireDistinct(chain: readonly Warrant[]): void {
  if (chain.length > 1 && new Set(chain.map(({ id }) => id)).size !== chain.length) {
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

/** I1: the parent's holder delegates, and not from planner to itself as worker. */
function requireDelegated(parent: Warrant, child: Warrant, trust: Trust): void {
  if (child.issuer !== parent.holder) broken("I1: the child's issuer is not the parent's holder");
  const [from, to] = [parent.type, child.type];
  if (from === "execution" && to === "issuer") {
    throw new ProtocolError("InvalidAttenuation", "An execution warrant issues nothing");
  }
  const toItself = child.holder === parent.holder;
  const toPlanner = from === "issuer" && to === "execution" && child.holder === parent.issuer;
  if (toPlanner || (toItself && (from !== to || trust.allowSelfDelegation !== true))) {
    throw new ProtocolError("InvalidIssuer", "Self issuance: the holder grants to itself");
  }
}

/**
 * I2 and I4: what one warrant caps stays capped below it. A warrant that leaves the cap out, which
 * the published library takes for none, does not lift it for those after it.
 */
function requireCeilings(chain: readonly Warrant[]): void {
  let [clearance, maxDepth] = [Infinity, Infinity];
  for (const warrant of chain) {
    if ((warrant.clearance ?? 0) > clearance) {
      throw new ProtocolError("CapabilityExpansion", "I4: the child raises the clearance");
    }
    if (warrant.type === "execution" && warrant.maxDepth > maxDepth) {
      throw new ProtocolError("DepthExceeded", "I2: the issuer may not grant that depth");
    }
    clearance = Math.min(clearance, warrant.clearance ?? Infinity);
    maxDepth = Math.min(maxDepth, warrant.maxIssueDepth ?? Infinity);
  }
}

/** I5: the child names its parent by hash. */
function requireLinked(parent: Warrant, child: Warrant): void {
  if (child.parentHash !== hex(sha256(parent.payloadBytes))) {
    throw new ProtocolError("ParentHashMismatch", "I5: the child names another parent");
  }
}

/** I2: one deeper, and never past the ceilings. */
function requireDepth(parent: Warrant, child: Warrant): void {
  if (child.depth !== parent.depth + 1) {
    throw new ProtocolError("DepthViolation", "I2: the child's depth is not the parent's plus one");
  }
  const ceiling = Math.min(parent.maxDepth, maxDelegationDepth);
  if (child.depth > ceiling || child.depth > child.maxDepth || child.maxDepth > parent.maxDepth) {
    throw new ProtocolError("DepthExceeded", "I2: the parent may not delegate that deep");
  }
}

/** I3: authority does not outlive its source. */
function requireLifetime(parent: Warrant, child: Warrant): void {
  if (child.expiresAt > parent.expiresAt) {
    throw new ProtocolError("TTLExceeded", "I3: the child outlives its parent");
  }
}

/** I4: tools, constraints, clearance and approvers only narrow. */
function requireNarrower(parent: Warrant, child: Warrant, trust: Trust): void {
  const expanded = (what: string): never => {
    throw new ProtocolError("CapabilityExpansion", `I4: the child ${what}`);
  };
  if (parent.type === "execution") {
    if (!trust.attenuates(parent.tools, child.tools)) expanded("grants more than its parent");
  } else requireIssuable(parent, child, trust, expanded);
  // Stricter than the published library, which lets a child drop the approvers of its parent.
  const approvers = parent.requiredApprovers ?? [];
  if (approvers.some((key) => child.requiredApprovers?.includes(key) !== true)) {
    expanded("drops approvers");
  }
  // An approver that the child adds must not stand in for one that the parent asks for.
  const added = (child.requiredApprovers ?? []).filter((key) => !approvers.includes(key)).length;
  if (approvers.length > 0 && threshold(child) - added < threshold(parent)) {
    expanded("asks fewer approvals");
  }
}

function threshold({ minApprovals, requiredApprovers }: Warrant): number {
  return minApprovals ?? requiredApprovers?.length ?? 0;
}

/** What an issuer warrant grants lies within its tools and bounds (protocol-spec-v1 section 2.4). */
function requireIssuable(
  parent: Warrant,
  child: Warrant,
  trust: Trust,
  expanded: (what: string) => never,
): void {
  const issuable = parent.issuableTools ?? [];
  const granted = child.type === "issuer" ? child.issuableTools ?? [] : [...child.tools.keys()];
  if (!issuable.includes("*") && granted.some((tool) => !issuable.includes(tool))) {
    expanded("grants a tool that its issuer may not");
  }
  const bounds = parent.constraintBounds;
  if (bounds === undefined) return;
  const within = (set: ConstraintSet) =>
    trust.attenuates(new Map([["*", bounds]]), new Map([["*", set]]));
  // As in the published library: an issuer without bounds below one with bounds adds none of its own.
  const sets = child.type === "issuer"
    ? [child.constraintBounds ?? new Map()]
    : [...child.tools.values()];
  if (!sets.every(within)) expanded("leaves its issuer's bounds");
}

/** Strict mode: the session of the root is the session of all. */
function requireSameSession(root: Warrant, child: Warrant): void {
  const session = ({ extensions }: Warrant) =>
    hex(extensions.get("tenuo.session_id") ?? new Uint8Array());
  const isSame = session(root) === session(child) &&
    root.extensions.has("tenuo.session_id") === child.extensions.has("tenuo.session_id");
  if (!isSame) broken("A warrant of the chain is of another session");
}
