/**
 * Warrants: the envelope and its signature (wire-format-v1 sections 1 and 4). The signature is
 * verified over the raw payload with the key that must have made it, before anything is decoded.
 */
import { type Cbor, decode, encode, isList } from "./cbor.ts";
import { ProtocolError } from "./errors.ts";
import { type SigningKey, signWith, verifyWith } from "./keys.ts";
import { algorithmPair, issuerOf, payloadOf, type WarrantPayload } from "./payload.ts";
import { encodePayload } from "./payload_writer.ts";

export { encodePayload };
export { maxDelegationDepth } from "./payload.ts";
export type { Constraint, ConstraintSet, WarrantPayload } from "./payload.ts";

/** A warrant whose signature was verified against the issuer it names. */
export interface Warrant extends WarrantPayload {
  /** The exact signed bytes; a child's `parentHash` is their SHA-256. */
  readonly payloadBytes: Uint8Array;
}

export const maxWarrantBytes = 64 * 1024;
export const maxTtlSeconds = 90 * 24 * 3600;
/** What an envelope adds to a large payload: two heads, the version and the signature. */
const envelopeBytes = 1 + 1 + 3 + 4 + 64;
const version = Uint8Array.of(1);

interface Envelope {
  readonly payload: Uint8Array;
  readonly signature: Uint8Array;
}

function open(envelope: Cbor): Envelope {
  if (!isList(envelope) || envelope.length !== 3) {
    throw new ProtocolError("InvalidEnvelopeStructure", "Not a warrant envelope");
  }
  const [envelopeVersion, payload, signature] = envelope;
  if (envelopeVersion !== 1) {
    throw new ProtocolError("UnsupportedEnvelopeVersion", "Warrant envelope is not version 1");
  }
  if (!(payload instanceof Uint8Array)) {
    throw new ProtocolError("InvalidEnvelopeStructure", "Warrant payload is not bytes");
  }
  requireSize(payload);
  return { payload, signature: algorithmPair(signature, 64, "signature") };
}

function requireSize(payload: Uint8Array): void {
  if (payload.length + envelopeBytes > maxWarrantBytes) {
    throw new ProtocolError("WarrantTooLarge", "Warrant is larger than 64 KB");
  }
}

/** What to say of a signature that none of the expected issuers made. */
function forged(payload: Uint8Array, issuers: readonly string[], isRoot: boolean): ProtocolError {
  const named = issuerOf(decode(payload));
  if (issuers.includes(named)) {
    return new ProtocolError("SignatureInvalid", "Warrant signature does not verify");
  }
  return isRoot
    ? new ProtocolError("UntrustedRoot", "The warrant's issuer is not a trusted root")
    : new ProtocolError("ChainBroken", "I1: the child's issuer is not the parent's holder");
}

/**
 * Reads one signed warrant, an envelope `[1, payload bytes, [1, signature]]`.
 *
 * @param expected the keys of which one must have signed it, hex: the trusted roots for a first
 * warrant (`isRoot`), the parent's holder for a later one. Without it the issuer that the warrant
 * names is taken, and whoever reads it has to ask whether that is one to trust.
 * @throws {ProtocolError} 1000 to 1104 envelope and signature, 12xx payload, 1405 and 1406 issuer,
 * 19xx, 20xx and 2100 limits and reserved names
 */
export function readWarrant(
  envelope: Cbor,
  expected?: { readonly issuers: readonly string[]; readonly isRoot: boolean },
): Warrant {
  const { payload, signature } = open(envelope);
  const issuers = expected?.issuers ?? [issuerOf(decode(payload))];
  const signer = issuers.find((issuer) => verifyWith(issuer, signature, "", version, payload));
  if (signer === undefined) throw forged(payload, issuers, expected?.isRoot ?? true);
  const warrant = { ...payloadOf(decode(payload)), payloadBytes: payload };
  if (warrant.issuer !== signer) {
    throw new ProtocolError("SignatureInvalid", "The warrant names another issuer than its signer");
  }
  return warrant;
}

/** Signs a payload with its issuer's key and returns the envelope's bytes. */
export function signWarrant(payload: WarrantPayload, issuer: SigningKey): Uint8Array {
  if (payload.issuer !== issuer.publicKey) {
    throw new ProtocolError("InvalidIssuer", "The signing key is not the issuer's");
  }
  const payloadBytes = encodePayload(payload);
  requireSize(payloadBytes);
  return encode([1, payloadBytes, [1, signWith(issuer, "", version, payloadBytes)]]);
}
