/**
 * The digest by which receipts tell inputs apart without showing them. A bare hash of a short secret
 * could be found by trying; this one only by who holds the receipt key.
 */
import { createHmac } from "node:crypto";

/** What the key is for, so that the same seed signs nothing alike. */
const purpose = "tenuo-claude-input-v1";

/** JSON with the members of each object in the order of their names (UTF-16) and no blanks. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const members = Object.keys(value).sort().map((name) =>
    `${JSON.stringify(name)}:${canonicalJson((value as Record<string, unknown>)[name])}`
  );
  return `{${members.join(",")}}`;
}

/**
 * HMAC-SHA-256 of the input's canonical JSON, hex.
 *
 * @param seed the receipt key's 32 bytes; the HMAC's key is HMAC-SHA-256(seed, purpose)
 */
export function inputDigest(seed: Uint8Array, input: unknown): string {
  const key = createHmac("sha256", seed).update(purpose).digest();
  return createHmac("sha256", key).update(canonicalJson(input)).digest("hex");
}
