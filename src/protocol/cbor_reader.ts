/** Reads CBOR, and only its one deterministic form. */
import { type Cbor, floatBits } from "./cbor_value.ts";
import { ProtocolError } from "./errors.ts";

/** Constraints may nest 32 deep. They sit four levels down, and each takes three. */
const maxDepth = 4 + 33 * 3;
/** Shorter ASCII text is put together by hand, which costs less than the decoder's set-up. */
const shortText = 24;
const textDecoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function malformed(what: string): never {
  throw new ProtocolError("MalformedCBOR", `Malformed CBOR: ${what}`);
}

/**
 * Decodes exactly one value that fills `bytes`. Byte strings are views, not copies.
 *
 * @throws {ProtocolError} 1202 MalformedCBOR
 */
export function decode(bytes: Uint8Array): Cbor {
  return new Reader(bytes).whole();
}

class Reader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  whole(): Cbor {
    const value = this.#item(0);
    if (this.#at !== this.#bytes.length) malformed("bytes after the value");
    return value;
  }

  /** Steps over `count` bytes and returns where they start. */
  #take(count: number): number {
    const start = this.#at;
    if (count > this.#bytes.length - start) malformed("truncated");
    this.#at = start + count;
    return start;
  }

  #view(count: number): DataView {
    const { buffer, byteOffset } = this.#bytes;
    return new DataView(buffer, byteOffset + this.#take(count), count);
  }

  #argument(info: number): number | bigint {
    if (info < 24) return info;
    if (info > 27) return malformed("indefinite or reserved length");
    if (info === 27) return this.#long();
    const count = 1 << (info - 24);
    const start = this.#take(count);
    let value = 0;
    for (let i = start; i < start + count; i++) value = value * 256 + (this.#bytes[i] as number);
    // The smallest value that needs this many bytes.
    const least = info === 24 ? 24 : info === 25 ? 0x100 : 0x10000;
    return value < least ? malformed("length not shortest") : value;
  }

  #long(): number | bigint {
    const value = this.#view(8).getBigUint64(0);
    if (value < 0x100000000n) malformed("length not shortest");
    if (value > 0x7fffffffffffffffn) malformed("integer outside i64");
    return value <= 9007199254740991n ? Number(value) : value;
  }

  /** A length or a count. Every item takes a byte at least, so a longer claim cannot be honest. */
  #length(info: number): number {
    const value = this.#argument(info);
    const left = this.#bytes.length - this.#at;
    return typeof value === "bigint" || value > left ? malformed("truncated") : value;
  }

  #item(depth: number): Cbor {
    if (depth > maxDepth) malformed("nested too deep");
    const first = this.#bytes[this.#take(1)] as number;
    if (first < 24) return first; // the library writes hashes as lists of small integers
    const info = first & 31;
    switch (first >> 5) {
      case 0:
        return this.#argument(info);
      case 1:
        return this.#negative(info);
      case 2: {
        const size = this.#length(info);
        const start = this.#take(size);
        return this.#bytes.subarray(start, start + size);
      }
      case 3:
        return this.#text(info);
      case 4: {
        const list: Cbor[] = [];
        for (let left = this.#length(info); left > 0; left--) list.push(this.#item(depth + 1));
        return list;
      }
      case 5:
        return this.#map(info, depth);
      case 7:
        return this.#simple(info);
      default:
        return malformed("tags are not used");
    }
  }

  #negative(info: number): number | bigint {
    const value = this.#argument(info);
    const isLarge = typeof value === "bigint" || value === 9007199254740991;
    return isLarge ? -1n - BigInt(value) : -1 - value;
  }

  #text(info: number): string {
    const size = this.#length(info);
    const start = this.#take(size);
    const bytes = this.#bytes;
    let text = "";
    if (size <= shortText) {
      let i = start;
      for (; i < start + size && (bytes[i] as number) < 128; i++) {
        text += String.fromCharCode(bytes[i] as number);
      }
      if (i === start + size) return text;
    }
    try {
      return textDecoder.decode(bytes.subarray(start, start + size));
    } catch {
      return malformed("text is not UTF-8");
    }
  }

  #map(info: number, depth: number): Map<Cbor, Cbor> {
    const map = new Map<Cbor, Cbor>();
    for (let left = this.#length(info); left > 0; left--) {
      const kind = (this.#bytes[this.#at] ?? 0) >> 5;
      if (kind > 1 && kind !== 3) malformed("map key is not text or an integer");
      const key = this.#item(depth + 1);
      if (map.has(key)) malformed("duplicate map key");
      map.set(key, this.#item(depth + 1));
    }
    return map;
  }

  #simple(info: number): Cbor {
    if (info === 20 || info === 21) return info === 21;
    if (info === 22) return null;
    if (info < 25 || info > 27) return malformed("unknown simple value");
    const view = this.#view(1 << (info - 24));
    const float = info === 25
      ? view.getFloat16(0)
      : info === 26
      ? view.getFloat32(0)
      : view.getFloat64(0);
    if (!Number.isFinite(float)) return malformed("number is not finite");
    return floatBits(float) === info ? { float } : malformed("float not shortest");
  }
}
