/**
 * The digest by which receipts tell inputs apart without showing them. A bare hash of a short secret
 * could be found by trying; this one only by who holds the receipt key.
 */
import { createHmac } from "node:crypto";

/** What the key is for, so that the same seed signs nothing alike. */
const purpose = "tenuo-claude-input-v1";

/** What is still to be written: a value, or text as it stands. */
type Pending = { readonly value: unknown } | { readonly text: string };

/**
 * JSON with the members of each object in the order of their names (UTF-16) and no blanks. Without
 * recursion, since input may be nested as deep as JSON can be read.
 */
export function canonicalJson(value: unknown): string {
  let json = "";
  const pending: Pending[] = [{ value }];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if ("text" in next) json += next.text;
    else if (typeof next.value !== "object" || next.value === null) {
      json += JSON.stringify(next.value);
    } else {
      // One by one: a call takes no million arguments.
      for (const part of partsOf(next.value).reverse()) pending.push(part);
    }
  }
  return json;
}

/** A list or an object as its brackets, names and values, in their order. */
function partsOf(value: object): Pending[] {
  const isList = Array.isArray(value);
  const names = isList ? value.keys().toArray() : Object.keys(value).sort();
  const inner = names.flatMap((name, at): Pending[] => {
    const comma = at === 0 ? "" : ",";
    const label = isList ? comma : `${comma}${JSON.stringify(name)}:`;
    return [{ text: label }, { value: (value as Record<string, unknown>)[name] }];
  });
  const [open, close] = isList ? ["[", "]"] : ["{", "}"];
  return [{ text: open }, ...inner, { text: close }];
}

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
