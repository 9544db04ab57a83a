/**
 * The digest by which receipts tell inputs apart without showing them. A bare hash of a short secret
 * could be found by trying; this one only by who holds the receipt key.
 */
import { createHmac } from "node:crypto";
import { canonicalJson } from "../protocol/canonical_json.ts";

/** What the key is for, so that the same seed signs nothing alike. */
const purpose = "tenuo-claude-input-v1";

/** By the seed's bytes as they were read, so that a call that follows need not derive its key. */
const keys = new WeakMap<Uint8Array, Uint8Array>();

function keyOf(seed: Uint8Array): Uint8Array {
  let key = keys.get(seed);
  if (key === undefined) keys.set(seed, key = createHmac("sha256", seed).update(purpose).digest());
  return key;
}

/**
 * HMAC-SHA-256 of the input's canonical JSON, hex.
 *
 * @param seed the receipt key's 32 bytes; the HMAC's key is HMAC-SHA-256(seed, purpose)
 */
export function inputDigest(seed: Uint8Array, input: unknown): string {
  return createHmac("sha256", keyOf(seed)).update(canonicalJson(input)).digest("hex");
}
