/**
 * Proof of possession (wire-format-v1 section 15): the holder signs the warrant id, the capability,
 * the checked arguments and the time, floored to 30 seconds.
 */
import { byteOrder, type Cbor, encode, isList, isMap, sortedMap } from "./cbor.ts";
import { type SigningKey, signWith, verifyWith } from "./keys.ts";

/** The checked arguments of a call, by argument name. */
export type Arguments = ReadonlyMap<string, Cbor>;

const domain = "tenuo-pop-v1";
const windowSeconds = 30;

/** The published library keeps objects in key order, at every level. */
export function inOrder(value: Cbor): Cbor {
  if (isList(value)) return value.map(inOrder);
  if (!isMap(value)) return value;
  return sortedMap([...value].map(([key, inner]) => [String(key), inOrder(inner)]));
}

/** The CBOR challenge of one window. `window` is a multiple of 30, in unix seconds. */
export function challenge(
  id: string,
  tool: string,
  args: Arguments,
  window: number,
): Uint8Array {
  const sorted = [...args].sort(([a], [b]) => byteOrder(a, b))
    .map(([name, value]) => [name, inOrder(value)]);
  return encode([id, tool, sorted, window]);
}

function windowOf(now: number): number {
  return Math.floor(now / windowSeconds) * windowSeconds;
}

/** Signs a call. `id` is the leaf warrant's id in hex, `now` in unix seconds. Returns 64 bytes. */
export function prove(
  key: SigningKey,
  id: string,
  tool: string,
  args: Arguments,
  now: number,
): Uint8Array {
  return signWith(key, domain, challenge(id, tool, args, windowOf(now)));
}

/**
 * True when `signature` proves the holder's possession within the window or its neighbours.
 *
 * The published library signs the bare id and the published document's figures the prefixed one
 * (`tnu_wrt_...`); both name the same warrant, so both are accepted.
 *
 * @param maxWindows 2 to 10, by default 5: two windows back and two ahead
 */
export function proves(
  holder: string,
  signature: Uint8Array,
  id: string,
  tool: string,
  args: Arguments,
  now: number,
  maxWindows = 5,
): boolean {
  for (const form of [id, `tnu_wrt_${id}`]) {
    for (let i = 0; i < maxWindows; i++) {
      const offset = i % 2 === 1 ? -(i + 1) / 2 : i / 2;
      const window = windowOf(now) + offset * windowSeconds;
      if (verifyWith(holder, signature, domain, challenge(form, tool, args, window))) return true;
    }
  }
  return false;
}
