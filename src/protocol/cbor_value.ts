/** The values of CBOR as this program holds them. */

/** A float as it stands on the wire, where 2.0 and 2 are different values. */
export interface Float {
  readonly float: number;
}

/**
 * A value. What was decoded has integers up to 2^53 as numbers, larger ones as bigints and every
 * float as a `Float`; what is to be encoded may have any finite number.
 */
export type Cbor =
  | number
  | bigint
  | Float
  | string
  | boolean
  | null
  | Uint8Array
  | readonly Cbor[]
  | CborMap;
export type CborMap = ReadonlyMap<Cbor, Cbor>;

export function isList(value: Cbor | undefined): value is readonly Cbor[] {
  return Array.isArray(value);
}

export function isMap(value: Cbor | undefined): value is CborMap {
  return value instanceof Map;
}

/** A number that is written as a float even where it is whole. */
export function isFloat(value: Cbor | undefined): value is Float {
  return typeof value === "object" && value !== null && "float" in value;
}

/** The additional information of the shortest float that holds the number exactly. */
export function floatBits(number: number): 25 | 26 | 27 {
  if (Math.f16round(number) === number) return 25;
  return Math.fround(number) === number ? 26 : 27;
}

const textEncoder = new TextEncoder();

/** A map with its string keys in byte order, as the published library writes its maps. */
export function sortedMap(entries: Iterable<readonly [string, Cbor]>): Map<Cbor, Cbor> {
  return new Map<Cbor, Cbor>([...entries].sort(([a], [b]) => byteOrder(a, b)));
}

/** Compares two strings by their UTF-8 bytes, which UTF-16 order is not beyond U+FFFF. */
export function byteOrder(a: string, b: string): number {
  const left = textEncoder.encode(a);
  const right = textEncoder.encode(b);
  const shorter = Math.min(left.length, right.length);
  for (let i = 0; i < shorter; i++) {
    const difference = (left[i] as number) - (right[i] as number);
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}
