/**
 * Ed25519 keys and signatures with the protocol's domain separation (wire-format-v1 section 4).
 * Native verification accepts small-order and non-canonical keys, so they are refused here first.
 */
import { Buffer } from "node:buffer";
import { createHash, createPrivateKey, createPublicKey, sign, verify } from "node:crypto";
import type { KeyObject } from "node:crypto";
import { ProtocolError } from "./errors.ts";

/** Every published signature starts with this context; further contexts follow it. */
const context = "tenuo-warrant-v1";
const seedPrefix = "302e020100300506032b657004220420";
const publicPrefix = "302a300506032b6570032100";

/** y coordinates, little endian and without the sign bit, of the points whose order divides 8. */
const smallOrder = [
  "0000000000000000000000000000000000000000000000000000000000000000",
  "0100000000000000000000000000000000000000000000000000000000000000",
  "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
  "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
  "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
];

/** A private key with the public key that belongs to it. */
export interface SigningKey {
  readonly privateKey: KeyObject;
  /** The 32 bytes that the key is made of. */
  readonly seed: Uint8Array;
  /** 32 bytes, hex. Derived when it is asked for: signing alone does not need it. */
  readonly publicKey: string;
}

export function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("hex");
}

export function fromHex(text: string): Uint8Array {
  return Buffer.from(text, "hex");
}

export function sha256(...parts: (Uint8Array | string)[]): Uint8Array {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return hash.digest();
}

/**
 * Imports a 32-byte seed.
 *
 * @throws {ProtocolError} 1103 when it has another length
 */
export function signingKey(seed: Uint8Array): SigningKey {
  if (seed.length !== 32) throw new ProtocolError("InvalidKeyLength", "Key is not 32 bytes");
  const der = Buffer.concat([Buffer.from(seedPrefix, "hex"), seed]);
  const privateKey = createPrivateKey({ key: der, format: "der", type: "pkcs8" });
  let publicKey: string | undefined;
  return {
    privateKey,
    seed,
    get publicKey(): string {
      return publicKey ??= hex(
        createPublicKey(privateKey as never).export({ format: "der", type: "spki" }).subarray(12),
      );
    },
  };
}

/** True for points whose order divides 8 and for encodings past the field's prime. */
function isWeakPoint(bytes: Uint8Array): boolean {
  // Every such encoding starts with one of these pairs; hardly any other does.
  const [first, second] = [bytes[0] as number, bytes[1] as number];
  const follower = first < 2 ? 0 : first === 0x26 ? 0xe8 : first === 0xc7 ? 0x17 : 0xff;
  if (second !== follower) return false;
  const point = Buffer.from(bytes);
  point[31] = (point[31] as number) & 0x7f;
  const y = point.toString("hex");
  return smallOrder.includes(y) ||
    (point[31] === 0x7f && y.slice(2, 62) === "f".repeat(60) && (point[0] as number) >= 0xed);
}

/** True when `bytes` can serve as an Ed25519 public key: 32 bytes, canonical, not of small order. */
export function isSoundPublicKey(bytes: Uint8Array): boolean {
  return bytes.length === 32 && !isWeakPoint(bytes);
}

const prefixes = new Map<string, Uint8Array>();

/** The domains are the few constants of this program. */
function prefixOf(domain: string): Uint8Array {
  const known = prefixes.get(domain);
  if (known !== undefined) return known;
  const prefix = Buffer.from(context + domain);
  prefixes.set(domain, prefix);
  return prefix;
}

function message(domain: string, parts: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat([prefixOf(domain), ...parts]);
}

/** Signs `tenuo-warrant-v1` followed by `domain` and the parts. Returns 64 bytes. */
export function signWith(key: SigningKey, domain: string, ...parts: Uint8Array[]): Uint8Array {
  return sign(null, message(domain, parts), key.privateKey);
}

/** Keys that were looked at before: a chain is verified under the same few again and again. */
const seen = new Map<string, KeyObject>();
const maxSeen = 256;

/** Undefined for what cannot be a public key. */
function publicKeyOf(text: string): KeyObject | undefined {
  const known = seen.get(text);
  if (known !== undefined) return known;
  const bytes = fromHex(text);
  if (!isSoundPublicKey(bytes)) return undefined;
  const der = Buffer.concat([Buffer.from(publicPrefix, "hex"), bytes]);
  const key = createPublicKey({ key: der, format: "der", type: "spki" });
  if (seen.size >= maxSeen) seen.clear();
  seen.set(text, key);
  return key;
}

/**
 * Verifies what `signWith` signs. False for any signature that is not sound, weak keys included.
 *
 * @param publicKey 32 bytes, hex
 */
export function verifyWith(
  publicKey: string,
  signature: Uint8Array,
  domain: string,
  ...parts: Uint8Array[]
): boolean {
  if (signature.length !== 64 || isWeakPoint(signature.subarray(0, 32))) return false;
  try {
    const key = publicKeyOf(publicKey);
    return key !== undefined && verify(null, message(domain, parts), key, signature);
  } catch {
    return false; // not a point on the curve
  }
}
