/**
 * Strict deterministic CBOR (RFC 8949 section 4.2, wire-format-v1 section 10): shortest lengths, no
 * indefinite lengths, no tags, unique map keys, integers within i64, nothing after the value.
 *
 * Map order is the writer's business: the published library writes struct fields in their declared
 * order and string-keyed maps in byte order, so neither can be demanded of every map here.
 */
import { ProtocolError } from "./errors.ts";

/** A decoded value. Integers past 2^53 are bigints; floats that happen to be whole are numbers. */
export type Cbor =
  | number
  | bigint
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

/** Nesting beyond this is refused: constraints may nest 32 deep, and sit four levels down. */
const maxDepth = 40;
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
          const key = item(depth + 1);
          if (typeof key === "object" && key !== null) malformed("map key is not a scalar");
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
    if (info === 27) return finite(view.getFloat64(take(8)));
    if (info === 26) return finite(view.getFloat32(take(4)));
    if (info !== 25) return malformed("unknown simple value");
    const half = view.getUint16(take(2));
    const exponent = (half >> 10) & 31;
    const fraction = half & 1023;
    if (exponent === 31) return malformed("number is not finite");
    const size = exponent === 0 ? fraction * 2 ** -24 : (1024 + fraction) * 2 ** (exponent - 25);
    return half & 0x8000 ? -size : size;
  }

  function finite(value: number): number {
    return Number.isFinite(value) ? value : malformed("number is not finite");
  }

  const value = item(0);
  if (at !== bytes.length) malformed("bytes after the value");
  return value;
}

/**
 * Encodes a value with shortest lengths. Maps are written in the order they are given; numbers
 * without a fraction are written as integers, others as the shortest exact float.
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
    const half = toHalf(number);
    if (half !== undefined) out.push(0xf9, half >> 8, half & 255);
    else if (Math.fround(number) === number) {
      out.push(0xfa);
      scratch.setFloat32(0, number);
      from(4);
    } else {
      out.push(0xfb);
      scratch.setFloat64(0, number);
      from(8);
    }
  }

  function write(item: Cbor): void {
    if (item === null) out.push(0xf6);
    else if (typeof item === "boolean") out.push(item ? 0xf5 : 0xf4);
    else if (typeof item === "string") {
      const bytes = textEncoder.encode(item);
      head(3, bytes.length);
      raw(bytes);
    } else if (typeof item === "bigint") head(item < 0n ? 1 : 0, item < 0n ? -1n - item : item);
    else if (typeof item === "number") {
      if (!Number.isInteger(item) || Object.is(item, -0)) float(item);
      else if (item < 0) head(1, -1 - item);
      else head(0, item);
    } else if (item instanceof Uint8Array) {
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

/** The 16 bits of a float that a half can hold exactly, else undefined. */
function toHalf(number: number): number | undefined {
  const sign = number < 0 || Object.is(number, -0) ? 0x8000 : 0;
  const size = Math.abs(number);
  if (size === 0) return sign;
  const exponent = Math.floor(Math.log2(size));
  if (exponent > 15 || exponent < -24) return undefined;
  if (exponent < -14) {
    const fraction = size * 2 ** 24;
    return Number.isInteger(fraction) ? sign | fraction : undefined;
  }
  const fraction = size * 2 ** (10 - exponent) - 1024;
  return Number.isInteger(fraction) ? sign | ((exponent + 15) << 10) | fraction : undefined;
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
