/**
 * Warrants: envelope, payload and signature (wire-format-v1 sections 1, 4, 10 and 13).
 * `readWarrant` checks the signature over the raw payload before it reads anything but the issuer.
 */
import { type Cbor, type CborMap, decode, encode, isList, isMap, sortedMap } from "./cbor.ts";
import { encodeTools } from "./encode_tools.ts";
import { ProtocolError } from "./errors.ts";
import { fromHex, hex, isSoundPublicKey, type SigningKey, signWith, verifyWith } from "./keys.ts";

/** `[type id, value]` as it stands on the wire. */
export type Constraint = readonly [type: number, value: Cbor];
export type ConstraintSet = ReadonlyMap<string, Constraint>;

/** What a warrant says. Times are unix seconds, keys and ids lower-case hex. */
export interface WarrantPayload {
  readonly id: string;
  readonly type: "execution" | "issuer";
  readonly tools: ReadonlyMap<string, ConstraintSet>;
  readonly holder: string;
  readonly issuer: string;
  readonly issuedAt: number;
  readonly expiresAt: number;
  readonly maxDepth: number;
  readonly depth: number;
  readonly parentHash?: string;
  readonly extensions: ReadonlyMap<string, Uint8Array>;
}

/** A warrant whose signature was verified against the issuer it names. */
export interface Warrant extends WarrantPayload {
  /** The exact signed bytes; a child's `parentHash` is their SHA-256. */
  readonly payloadBytes: Uint8Array;
}

export const maxWarrantBytes = 64 * 1024;
export const maxDelegationDepth = 64;
export const maxTtlSeconds = 90 * 24 * 3600;
const version = Uint8Array.of(1);

function invalid(what: string): never {
  throw new ProtocolError("InvalidPayloadStructure", `Warrant payload: ${what}`);
}

function integer(value: Cbor | undefined, what: string): number {
  return typeof value === "number" && Number.isInteger(value) && value >= 0
    ? value
    : invalid(`${what} is not an unsigned integer`);
}

function bytes(value: Cbor | undefined, size: number, what: string): Uint8Array {
  return value instanceof Uint8Array && value.length === size
    ? value
    : invalid(`${what} is not ${size} bytes`);
}

function mapOf(value: Cbor | undefined, what: string): CborMap {
  return isMap(value) ? value : invalid(`${what} is not a map`);
}

function text(value: Cbor, what: string): string {
  return typeof value === "string" ? value : invalid(`${what} is not text`);
}

/** The published library writes byte vectors as arrays of integers in some places. */
function looseBytes(value: Cbor | undefined, what: string): Uint8Array {
  if (value instanceof Uint8Array) return value;
  if (!isList(value)) return invalid(`${what} is not bytes`);
  return Uint8Array.from(value, (byte) => {
    const number = integer(byte, what);
    return number < 256 ? number : invalid(`${what} is not bytes`);
  });
}

function algorithmPair(value: Cbor | undefined, size: number, what: string): Uint8Array {
  if (!isList(value) || value.length !== 2) return invalid(`${what} is malformed`);
  if (value[0] !== 1) throw new ProtocolError("UnsupportedAlgorithm", `${what}: unknown algorithm`);
  if (value[1] instanceof Uint8Array && value[1].length !== size) {
    const code = size === 64 ? "InvalidSignatureLength" : "InvalidKeyLength";
    throw new ProtocolError(code, `${what} is not ${size} bytes`);
  }
  return bytes(value[1], size, what);
}

function publicKey(value: Cbor | undefined, what: string): string {
  const key = algorithmPair(value, 32, what);
  if (!isSoundPublicKey(key)) {
    throw new ProtocolError("SignatureInvalid", `${what} is a weak public key`);
  }
  return hex(key);
}

function constraintSet(value: Cbor, tool: string): ConstraintSet {
  const wrapper = mapOf(value, `tool ${tool}`);
  for (const key of wrapper.keys()) {
    // allow_unknown would open the closed world of arguments; nothing here issues it.
    if (key !== "constraints") invalid(`tool ${tool}: unknown key`);
  }
  const set = new Map<string, Constraint>();
  for (const [name, pair] of mapOf(wrapper.get("constraints"), `constraints of ${tool}`)) {
    const [type, value] = isList(pair) && pair.length === 2 ? pair : [];
    if (value === undefined) return invalid(`constraint of ${tool} is malformed`);
    set.set(text(name, "argument name"), [integer(type, "constraint type"), value]);
  }
  if (set.size > 64) invalid("more than 64 constraints for a tool");
  return set;
}

function payloadOf(fields: CborMap): WarrantPayload {
  if (fields.get(0) !== 1) {
    throw new ProtocolError("UnsupportedPayloadVersion", "Warrant payload is not version 1");
  }
  let last = -1;
  for (const key of fields.keys()) {
    const number = integer(key, "key");
    if (number <= last) invalid("keys are not in order");
    last = number;
    // 12 is reserved; 11 to 17 narrow or bind the warrant in ways that are not understood here.
    if (number > 18 || (number > 10 && number < 18)) {
      throw new ProtocolError("UnknownPayloadField", `Warrant payload: field ${number}`);
    }
  }
  const type = fields.get(2);
  if (type !== 0 && type !== 1) invalid("unknown warrant type");
  const tools = new Map<string, ConstraintSet>();
  for (const [name, set] of mapOf(fields.get(3), "tools")) {
    const tool = text(name, "tool name");
    if (tool.startsWith("tenuo:") || new TextEncoder().encode(tool).length > 256) {
      invalid(`tool name ${tool.slice(0, 40)}`);
    }
    tools.set(tool, constraintSet(set, tool));
  }
  if (tools.size > 256) invalid("more than 256 tools");
  const extensions = new Map<string, Uint8Array>();
  if (fields.has(10)) {
    for (const [name, value] of mapOf(fields.get(10), "extensions")) {
      const key = text(name, "extension key");
      if (key.startsWith("tenuo.") && key !== "tenuo.session_id" && key !== "tenuo.agent_id") {
        throw new ProtocolError("ReservedExtensionKey", `Unknown reserved extension ${key}`);
      }
      extensions.set(key, looseBytes(value, `extension ${key}`));
    }
  }
  const parent = fields.get(9) ?? null;
  const issuedAt = integer(fields.get(6), "issued_at");
  const expiresAt = integer(fields.get(7), "expires_at");
  if (expiresAt <= issuedAt) invalid("expires_at is not after issued_at");
  const depth = integer(fields.get(18) ?? 0, "depth");
  return {
    id: hex(bytes(fields.get(1), 16, "id")),
    type: type === 0 ? "execution" : "issuer",
    tools,
    holder: publicKey(fields.get(4), "holder"),
    issuer: publicKey(fields.get(5), "issuer"),
    issuedAt,
    expiresAt,
    maxDepth: integer(fields.get(8), "max_depth"),
    depth,
    ...(parent === null ? {} : { parentHash: hex(looseBytes(parent, "parent_hash")) }),
    extensions,
  };
}

/**
 * Reads one signed warrant, an envelope `[1, payload bytes, [1, signature]]`.
 *
 * @throws {ProtocolError} 1000 to 1104 envelope and signature, 12xx payload, 1900 size
 */
export function readWarrant(envelope: Cbor): Warrant {
  if (!isList(envelope) || envelope.length !== 3) {
    throw new ProtocolError("InvalidEnvelopeStructure", "Not a warrant envelope");
  }
  const [envelopeVersion, payloadBytes, signature] = envelope;
  if (envelopeVersion !== 1) {
    throw new ProtocolError("UnsupportedEnvelopeVersion", "Warrant envelope is not version 1");
  }
  if (!(payloadBytes instanceof Uint8Array)) {
    throw new ProtocolError("InvalidEnvelopeStructure", "Warrant payload is not bytes");
  }
  if (payloadBytes.length > maxWarrantBytes) {
    throw new ProtocolError("WarrantTooLarge", "Warrant is larger than 64 KB");
  }
  const signatureBytes = algorithmPair(signature, 64, "signature");
  const fields = mapOf(decode(payloadBytes), "payload");
  for (let key = 0; key < 9; key++) {
    if (!fields.has(key)) {
      throw new ProtocolError("MissingRequiredField", `Warrant payload: no field ${key}`);
    }
  }
  const issuer = publicKey(fields.get(5), "issuer");
  if (!verifyWith(issuer, signatureBytes, "", version, payloadBytes)) {
    throw new ProtocolError("SignatureInvalid", "Warrant signature does not verify");
  }
  return { ...payloadOf(fields), payloadBytes };
}

/** The payload's deterministic bytes. */
export function encodePayload(payload: WarrantPayload): Uint8Array {
  const fields = new Map<Cbor, Cbor>([
    [0, 1],
    [1, fromHex(payload.id)],
    [2, payload.type === "execution" ? 0 : 1],
    [3, encodeTools(payload.tools)],
    [4, [1, fromHex(payload.holder)]],
    [5, [1, fromHex(payload.issuer)]],
    [6, payload.issuedAt],
    [7, payload.expiresAt],
    [8, payload.maxDepth],
  ]);
  // The published library encodes the hash and extension values as arrays of integers.
  if (payload.parentHash !== undefined) fields.set(9, [...fromHex(payload.parentHash)]);
  if (payload.extensions.size > 0) {
    fields.set(10, sortedMap([...payload.extensions].map(([key, value]) => [key, [...value]])));
  }
  fields.set(18, payload.depth);
  return encode(fields);
}

/** Signs a payload with its issuer's key and returns the envelope's bytes. */
export function signWarrant(payload: WarrantPayload, issuer: SigningKey): Uint8Array {
  if (payload.issuer !== issuer.publicKey) {
    throw new ProtocolError("InvalidIssuer", "The signing key is not the issuer's");
  }
  const payloadBytes = encodePayload(payload);
  if (payloadBytes.length > maxWarrantBytes) {
    throw new ProtocolError("WarrantTooLarge", "Warrant is larger than 64 KB");
  }
  return encode([1, payloadBytes, [1, signWith(issuer, "", version, payloadBytes)]]);
}
