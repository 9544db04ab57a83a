/**
 * Roles as warrants: each is a child of the session's warrant, signed by the session's holder, that
 * grants the role's tools and nothing else. What a role may do is what its chain says, whatever the
 * compiled policy says besides.
 */
import { equals } from "../constraints/registry.ts";
import { attenuate, newWarrantId } from "../protocol/builder.ts";
import { encode, sortedMap } from "../protocol/cbor.ts";
import { type Attenuates, readChain } from "../protocol/chain.ts";
import type { SigningKey } from "../protocol/keys.ts";
import type { Warrant } from "../protocol/warrant.ts";
import type { RoleRule, Snapshot } from "../policy/snapshot.ts";
import { bindingKey, roleKey } from "./authority.ts";
import { type Capabilities, capabilitiesOf } from "./capabilities.ts";

/** What the role's tools need of what the session has. */
function capabilitiesOfRole({ tools }: RoleRule, snapshot: Snapshot): Capabilities {
  const session = capabilitiesOf(snapshot);
  const held: Capabilities = new Map();
  for (const tool of tools) {
    const capability = Object.hasOwn(snapshot.routes, tool)
      ? snapshot.routes[tool]?.capability
      : undefined;
    const constraints = capability === undefined ? undefined : session.get(capability);
    if (capability !== undefined && constraints !== undefined) held.set(capability, constraints);
  }
  return held;
}

/** Roles have the session's constraints, of whatever type; that it is a narrowing is a verifier's to say. */
const asTheSession: Attenuates = (parent, child) =>
  [...child].every(([tool, set]) => {
    const held = parent.get(tool);
    return held?.size === set.size && [...set].every(([name, constraint]) => {
      const outer = held.get(name);
      return outer !== undefined && equals([...outer], [...constraint]);
    });
  });

/**
 * The chains of all roles, for `.state/role_warrants.cbor`: a map from the subagent type to the
 * chain's bytes, root first. Undefined when the policy declares no roles.
 *
 * @param envelope the session's warrant
 * @throws {ProtocolError} the code with which a verifier would refuse one
 */
export function roleChains(
  snapshot: Snapshot,
  envelope: Uint8Array,
  issuer: SigningKey,
  holder: SigningKey,
): ReadonlyMap<string, Uint8Array> | undefined {
  const { roles } = snapshot;
  if (roles === undefined) return undefined;
  const session = readChain(envelope, [issuer.publicKey]) as [Warrant];
  const [root] = session;
  const binding = root.extensions.get(bindingKey) as Uint8Array;
  const chains = Object.entries(roles).map(([type, role]): [string, Uint8Array] => {
    const { ttlSeconds = Infinity } = role;
    const grant = {
      type: "execution",
      id: newWarrantId(),
      tools: capabilitiesOfRole(role, snapshot),
      holder: holder.publicKey,
      issuedAt: root.issuedAt,
      expiresAt: Math.min(root.expiresAt, root.issuedAt + ttlSeconds),
      maxDepth: root.maxDepth,
      extensions: new Map([[bindingKey, binding], [roleKey, encode(type)]]),
    } as const;
    return [type, attenuate(session, [envelope], grant, holder, asTheSession)];
  });
  return new Map(chains);
}

/** The file's bytes. */
export function encodeRoleChains(chains: ReadonlyMap<string, Uint8Array>): Uint8Array {
  return encode(sortedMap(chains));
}
