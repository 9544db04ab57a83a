/** Keys of callers, made up and always the same. */
import { type SigningKey, signingKey } from "../../src/protocol/keys.ts";

/** @param number 0 to 255 */
export function keyFor(number: number): SigningKey {
  return signingKey(new Uint8Array(32).fill(number));
}
