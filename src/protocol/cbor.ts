/**
 * Strict deterministic CBOR (RFC 8949 section 4.2, wire-format-v1 section 10): shortest lengths and
 * floats, no indefinite lengths, no tags, unique map keys that are text or integers, integers within
 * i64, nothing after the value. What is accepted encodes to the same bytes again.
 *
 * Map order is the writer's business: the published library writes struct fields in their declared
 * order and string-keyed maps in byte order, so neither can be demanded of every map here.
 */
import { ProtocolError } from "./errors.ts";

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

/** Constraints may nest 32 deep. They sit four levels down, and each takes three. */
const maxDepth = 4 + 33 * 3;
const textDecoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const textEncoder = new TextEncoder();

function malformed(what: string): never {
  throw new ProtocolError("MalformedCBOR", `Malformed CBOR: ${what}`);
}

/**
 * Decodes exactly one value that fills `bytes`. Byte strings are views, not copies.
 *
 * @throws {ProtocolError} 1202 MalformedCBOR
 */
export function decode(bytes: Uint8Array): Cbor {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;

  function take(count: number): number {
    const start = at;
    if (count > bytes.length - at) malformed("truncated");
    at += count;
    return start;
  }

  function argument(info: number): number | bigint {
    if (info < 24) return info;
    if (info === 24) {
      const value = view.getUint8(take(1));
      return value < 24 ? malformed("length not shortest") : value;
    }
    if (info === 25) {
      const value = view.getUint16(take(2));
      return value < 0x100 ? malformed("length not shortest") : value;
    }
    if (info === 26) {
      const value = view.getUint32(take(4));
      return value < 0x10000 ? malformed("length not shortest") : value;
    }
    if (info !== 27) malformed("indefinite or reserved length");
    const value = view.getBigUint64(take(8));
    if (value < 0x100000000n) malformed("length not shortest");
    if (value > 0x7fffffffffffffffn) malformed("integer outside i64");
    return value <= 9007199254740991n ? Number(value) : value;
  }

  function length(info: number): number {
    const value = argument(info);
    // Every item takes a byte at least, so a longer claim cannot be honest.
    if (typeof value === "bigint" || value > bytes.length - at) malformed("truncated");
    return value;
  }

  function item(depth: number): Cbor {
    if (depth > maxDepth) malformed("nested too deep");
    const first = view.getUint8(take(1));
    const info = first & 31;
    switch (first >> 5) {
      case 0:
        return argument(info);
      case 1: {
        const value = argument(info);
        return typeof value === "bigint" || value === 9007199254740991
          ? -1n - BigInt(value)
          : -1 - value;
      }
      case 2: {
        const size = length(info);
        const start = take(size);
        return bytes.subarray(start, start + size);
      }
      case 3: {
        const size = length(info);
        const start = take(size);
        try {
          return textDecoder.decode(bytes.subarray(start, start + size));
        } catch {
          return malformed("text is not UTF-8");
        }
      }
      case 4: {
        const list: Cbor[] = [];
        for (let left = length(info); left > 0; left--) list.push(item(depth + 1));
        return list;
      }
      case 5: {
        const map = new Map<Cbor, Cbor>();
        for (let left = length(info); left > 0; left--) {
          const kind = (bytes[at] ?? 0) >> 5;
          if (kind > 1 && kind !== 3) malformed("map key is not text or an integer");
          const key = item(depth + 1);
          if (map.has(key)) malformed("duplicate map key");
          map.set(key, item(depth + 1));
        }
        return map;
      }
      case 7:
        return simple(info);
      default:
        return malformed("tags are not used");
    }
  }

  function simple(info: number): Cbor {
    if (info === 20 || info === 21) return info === 21;
    if (info === 22) return null;
    if (info < 25 || info > 27) return malformed("unknown simple value");
    const float = info === 25
      ? view.getFloat16(take(2))
      : info === 26
      ? view.getFloat32(take(4))
      : view.getFloat64(take(8));
    if (!Number.isFinite(float)) return malformed("number is not finite");
    return floatBits(float) === info ? { float } : malformed("float not shortest");
  }

  const value = item(0);
  if (at !== bytes.length) malformed("bytes after the value");
  return value;
}

/** The additional information of the shortest float that holds the number exactly. */
function floatBits(number: number): 25 | 26 | 27 {
  if (Math.f16round(number) === number) return 25;
  return Math.fround(number) === number ? 26 : 27;
}

/**
 * Encodes a value with shortest lengths. Maps are written in the order they are given; numbers
 * without a fraction are written as integers as far as i64 goes, others as the shortest exact float.
 *
 * @throws {ProtocolError} 1202 MalformedCBOR for what has no encoding of its own: text with lone
 * surrogates, numbers that are not finite, integers outside i64
 */
export function encode(value: Cbor): Uint8Array<ArrayBuffer> {
  const out: number[] = [];
  const scratch = new DataView(new ArrayBuffer(8));

  function raw(bytes: Uint8Array): void {
    for (const byte of bytes) out.push(byte);
  }

  function from(size: number): void {
    raw(new Uint8Array(scratch.buffer, 0, size));
  }

  function head(major: number, size: number | bigint): void {
    const top = major << 5;
    if (size < 24) out.push(top | Number(size));
    else if (size < 0x100) out.push(top | 24, Number(size));
    else if (size < 0x10000) {
      out.push(top | 25, Number(size) >> 8, Number(size) & 255);
    } else if (size < 0x100000000) {
      out.push(top | 26);
      scratch.setUint32(0, Number(size));
      from(4);
    } else {
      out.push(top | 27);
      scratch.setBigUint64(0, BigInt(size));
      from(8);
    }
  }

  function float(number: number): void {
    if (!Number.isFinite(number)) malformed("number is not finite");
    const bits = floatBits(number);
    out.push(0xe0 | bits);
    if (bits === 25) scratch.setFloat16(0, number);
    else if (bits === 26) scratch.setFloat32(0, number);
    else scratch.setFloat64(0, number);
    from(1 << (bits - 24));
  }

  function integer(value: number | bigint): void {
    const size = value < 0 ? -1n - BigInt(value) : value;
    if (size > 0x7fffffffffffffffn) malformed("integer outside i64");
    head(value < 0 ? 1 : 0, size);
  }

  function write(item: Cbor): void {
    if (item === null) out.push(0xf6);
    else if (typeof item === "boolean") out.push(item ? 0xf5 : 0xf4);
    else if (typeof item === "string") {
      // The encoder would write the same replacement for different surrogates.
      if (!item.isWellFormed()) malformed("text is not well-formed");
      const bytes = textEncoder.encode(item);
      head(3, bytes.length);
      raw(bytes);
    } else if (typeof item === "bigint") integer(item);
    else if (typeof item === "number") {
      const isWhole = Number.isInteger(item) && !Object.is(item, -0) && Math.abs(item) < 2 ** 63;
      (isWhole ? integer : float)(item);
    } else if (isFloat(item)) float(item.float);
    else if (item instanceof Uint8Array) {
      head(2, item.length);
      raw(item);
    } else if (isMap(item)) {
      head(5, item.size);
      for (const [key, member] of item) {
        write(key);
        write(member);
      }
    } else {
      head(4, item.length);
      item.forEach(write);
    }
  }

  write(value);
  return Uint8Array.from(out);
}

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
