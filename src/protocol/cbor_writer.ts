/** Writes CBOR: shortest lengths and floats, maps in the order they are given. */
import { type Cbor, floatBits, isFloat, isMap } from "./cbor_value.ts";
import { ProtocolError } from "./errors.ts";

const textEncoder = new TextEncoder();
/** Where most values are written before their bytes are copied out. Writing calls nobody else. */
const space = new Uint8Array(4096);

function malformed(what: string): never {
  throw new ProtocolError("MalformedCBOR", `Malformed CBOR: ${what}`);
}

/**
 * Encodes a value with shortest lengths. Maps are written in the order they are given; numbers
 * without a fraction are written as integers as far as i64 goes, others as the shortest exact float.
 *
 * @throws {ProtocolError} 1202 MalformedCBOR for what has no encoding of its own: text with lone
 * surrogates, numbers that are not finite, integers outside i64
 */
export function encode(value: Cbor): Uint8Array<ArrayBuffer> {
  let out = space;
  let length = 0;
  const scratch = new DataView(new ArrayBuffer(8));

  function reserve(more: number): void {
    if (length + more <= out.length) return;
    const grown = new Uint8Array(Math.max(out.length * 2, length + more));
    grown.set(out);
    out = grown;
  }

  function push(byte: number): void {
    reserve(1);
    out[length++] = byte;
  }

  function raw(bytes: Uint8Array): void {
    reserve(bytes.length);
    out.set(bytes, length);
    length += bytes.length;
  }

  function from(size: number): void {
    raw(new Uint8Array(scratch.buffer, 0, size));
  }

  function head(major: number, size: number | bigint): void {
    const top = major << 5;
    if (size < 24) push(top | Number(size));
    else if (size < 0x100) {
      push(top | 24);
      push(Number(size));
    } else if (size < 0x10000) {
      push(top | 25);
      push(Number(size) >> 8);
      push(Number(size) & 255);
    } else if (size < 0x100000000) {
      push(top | 26);
      scratch.setUint32(0, Number(size));
      from(4);
    } else {
      push(top | 27);
      scratch.setBigUint64(0, BigInt(size));
      from(8);
    }
  }

  function float(number: number): void {
    if (!Number.isFinite(number)) malformed("number is not finite");
    const bits = floatBits(number);
    push(0xe0 | bits);
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

  function text(item: string): void {
    const start = length;
    head(3, item.length);
    reserve(item.length);
    for (let i = 0; i < item.length; i++) {
      const unit = item.charCodeAt(i);
      if (unit < 128) out[length++] = unit;
      else {
        length = start;
        const bytes = textEncoder.encode(item);
        head(3, bytes.length);
        return raw(bytes);
      }
    }
  }

  function write(item: Cbor): void {
    if (item === null) push(0xf6);
    else if (typeof item === "boolean") push(item ? 0xf5 : 0xf4);
    else if (typeof item === "string") {
      // The encoder would write the same replacement for different surrogates.
      if (!item.isWellFormed()) malformed("text is not well-formed");
      text(item);
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
  return out.slice(0, length);
}
