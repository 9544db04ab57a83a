/**
 * Revocation requests (wire-format-v1 section 18): a root, an issuer or a holder asks that a warrant
 * ends. Old requests are refused, so that a captured one is of no use later. The time is signed in
 * seconds and written, as the published library does, as a date in text; a number is read as well.
 */
import { type Cbor, decode, encode, isList, isMap } from "./cbor.ts";
import { ProtocolError } from "./errors.ts";
import { fromHex, hex, type SigningKey, signWith, verifyWith } from "./keys.ts";
import { secondsOf } from "./revocation.ts";

export interface RevocationRequest {
  /** As it stands in the revocation list, `tnu_wrt_` and 32 hex digits. */
  readonly warrantId: string;
  readonly reason: string;
  /** The asking key, hex. */
  readonly requestor: string;
  /** Unix seconds. */
  readonly requestedAt: number;
}

/** Who may ask for the end of a warrant: public keys in hex. */
export interface MayRevoke {
  readonly root: string;
  readonly issuer: string;
  readonly holder: string;
}

const domain = "tenuo-revocation-request-v1";
const maxAgeSeconds = 300;
const maxAheadSeconds = 60;

function signable(request: RevocationRequest): Uint8Array {
  const { warrantId, reason, requestor, requestedAt } = request;
  return encode([warrantId, reason, [1, fromHex(requestor)], requestedAt]);
}

/** Signs a request with the asking key. Returns the bytes. */
export function signRevocationRequest(
  request: Omit<RevocationRequest, "requestor">,
  key: SigningKey,
): Uint8Array {
  const whole = { ...request, requestor: key.publicKey };
  return encode(
    new Map<Cbor, Cbor>([
      ["warrant_id", whole.warrantId],
      ["reason", whole.reason],
      ["requestor", [1, fromHex(whole.requestor)]],
      ["requested_at", new Date(whole.requestedAt * 1000).toISOString().replace(".000Z", "Z")],
      ["signature", [1, signWith(key, domain, signable(whole))]],
    ]),
  );
}

/**
 * Reads a request and verifies that who asks may ask, and asks now.
 *
 * @param now unix seconds
 * @throws {ProtocolError} 1801 SRLInvalid, 1100 SignatureInvalid
 */
export function readRevocationRequest(
  bytes: Uint8Array,
  may: MayRevoke,
  now: number,
): RevocationRequest {
  const fields = decode(bytes);
  const invalid = (what: string): never => {
    throw new ProtocolError("SRLInvalid", `Revocation request ${what}`);
  };
  if (!isMap(fields) || fields.size !== 5) return invalid("is malformed");
  const [warrantId, reason] = [fields.get("warrant_id"), fields.get("reason")];
  const requestedAt = secondsOf(fields.get("requested_at"));
  const pairs = [fields.get("requestor"), fields.get("signature")].map((pair) =>
    isList(pair) && pair.length === 2 && pair[0] === 1 ? pair[1] : undefined
  );
  const [requestor, signature] = pairs;
  if (
    typeof warrantId !== "string" || typeof reason !== "string" ||
    requestedAt === undefined || !(requestor instanceof Uint8Array) ||
    requestor.length !== 32 || !(signature instanceof Uint8Array)
  ) return invalid("is malformed");
  const request = { warrantId, reason, requestor: hex(requestor), requestedAt };
  if (!verifyWith(request.requestor, signature, domain, signable(request))) {
    throw new ProtocolError("SignatureInvalid", "Revocation request signature does not verify");
  }
  if (!Object.values(may).includes(request.requestor)) invalid("is by a key that may not ask");
  if (now - requestedAt > maxAgeSeconds) invalid("is older than five minutes");
  if (requestedAt - now > maxAheadSeconds) invalid("is from the future");
  return request;
}
