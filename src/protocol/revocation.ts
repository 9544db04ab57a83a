/**
 * The signed revocation list (wire-format-v1 section 17): ids of warrants that no longer hold,
 * with a version that only grows.
 */
import { type Cbor, type CborMap, decode, encode, isList, isMap } from "./cbor.ts";
import { ProtocolError } from "./errors.ts";
import { fromHex, hex, type SigningKey, signWith, verifyWith } from "./keys.ts";

export interface RevocationList {
  /** Warrant ids, `tnu_wrt_` and 32 hex digits. */
  readonly ids: readonly string[];
  readonly version: number;
  /** Unix seconds. */
  readonly issuedAt: number;
}

const domain = "tenuo-srl-v1";
const date = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.\d{1,9})?Z$/;

/** Unix seconds of a time: a number, or a date in text. Undefined for what is neither. */
export function secondsOf(value: Cbor | undefined): number | undefined {
  if (typeof value === "number") return value;
  const [, whole] = typeof value === "string" ? date.exec(value) ?? [] : [];
  const seconds = whole === undefined ? NaN : Date.parse(`${whole}Z`) / 1000;
  return Number.isNaN(seconds) ? undefined : seconds;
}

/** How a warrant id stands in the list. */
export function revocationId(warrantId: string): string {
  return `tnu_wrt_${warrantId}`;
}

function payloadOf(list: RevocationList, issuer: string): Map<Cbor, Cbor> {
  // Field order and the key as an array of integers: the published library's own encoding.
  return new Map<Cbor, Cbor>([
    ["revoked_ids", [...list.ids]],
    ["version", list.version],
    ["issued_at", list.issuedAt],
    ["issuer", [...fromHex(issuer)]],
  ]);
}

/** Signs a list with the root's key. */
export function signRevocationList(list: RevocationList, issuer: SigningKey): Uint8Array {
  const payload = payloadOf(list, issuer.publicKey);
  const signature = signWith(issuer, domain, encode(payload));
  return encode(new Map<Cbor, Cbor>([["payload", payload], ["signature", signature]]));
}

/**
 * Reads a list that `issuer` must have signed.
 *
 * @throws {ProtocolError} 1801 SRLInvalid
 */
export function readRevocationList(bytes: Uint8Array, issuer: string): RevocationList {
  const invalid = (what: string): never => {
    throw new ProtocolError("SRLInvalid", `Revocation list ${what}`);
  };
  // `{"payload": ..., "signature": 64 bytes}` has one encoding, so the signed bytes can be cut out
  // and verified before anything is decoded.
  const payload = payloadBytes(bytes);
  if (payload === undefined) return invalid("is malformed");
  if (!verifyWith(issuer, bytes.subarray(-64), domain, payload)) {
    return invalid("has a signature that does not verify");
  }
  const fields = decode(payload);
  return (isMap(fields) ? listOf(fields, issuer) : undefined) ?? invalid("is malformed");
}

const head = Uint8Array.of(0xa2, 0x67, ...new TextEncoder().encode("payload"));
const signatureKey = [0x69, ...new TextEncoder().encode("signature")];
/** What stands before the 64 bytes: in the published figures, and in the published library. */
const tails = [
  Uint8Array.of(...signatureKey, 0x58, 64),
  Uint8Array.of(...signatureKey, 0x82, 1, 0x58, 64),
];

/** The signed bytes between the frame's parts; undefined when it is no frame. */
function payloadBytes(bytes: Uint8Array): Uint8Array | undefined {
  for (const tail of tails) {
    if (bytes.length < head.length + tail.length + 64) continue;
    const payload = bytes.subarray(head.length, -tail.length - 64);
    if (isJoin(bytes, [head, payload, tail, bytes.subarray(-64)])) return payload;
  }
  return undefined;
}

function isJoin(whole: Uint8Array, parts: readonly Uint8Array[]): boolean {
  let at = 0;
  return parts.every((part) => part.every((byte) => byte === whole[at++])) && at === whole.length;
}

function listOf(payload: CborMap, issuer: string): RevocationList | undefined {
  const ids = payload.get("revoked_ids");
  const key = payload.get("issuer");
  const version = payload.get("version");
  // A number in the published figures, a date in text in the published library.
  const issuedAt = secondsOf(payload.get("issued_at"));
  if (!isList(ids) || !isList(key)) return undefined;
  const [algorithm, bytes] = key;
  const isPair = key.length === 2 && algorithm === 1 && bytes instanceof Uint8Array;
  if (hex(isPair ? bytes : Uint8Array.from(key, Number)) !== issuer) return undefined;
  if (typeof version !== "number" || issuedAt === undefined) return undefined;
  return ids.every((id) => typeof id === "string")
    ? { ids: ids as readonly string[], version, issuedAt }
    : undefined;
}
