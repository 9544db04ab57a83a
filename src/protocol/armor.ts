/**
 * The forms in which warrants travel (wire-format-v1 section 12): raw CBOR, the `.tenuo` file with
 * its magic bytes, base64 with and without padding, hex, and PEM, single, repeated or as a chain.
 */
import { Buffer } from "node:buffer";
import { decode, encode, isList } from "./cbor.ts";
import { ProtocolError } from "./errors.ts";

/** `TENU` and the format's version. */
const magic = Uint8Array.of(0x54, 0x45, 0x4e, 0x55, 0x01);
const lineLength = 64;
/** The largest stack in its longest form, hex, with room for line breaks and labels. */
export const maxInputBytes = 4 * 256 * 1024;
const [singleLabel, chainLabel] = ["TENUO WARRANT", "TENUO WARRANT CHAIN"] as const;
const labels = [singleLabel, chainLabel];

function malformed(what: string): never {
  throw new ProtocolError("InvalidEnvelopeStructure", what);
}

function fromBase64(text: string): Uint8Array {
  const compact = text.replace(/\s+/g, "");
  if (!/^[A-Za-z0-9+/_-]+={0,2}$/.test(compact)) return malformed("Not base64");
  const bytes = Buffer.from(compact, "base64url");
  // A stray character or stray bits at the end would give the same bytes.
  const plain = compact.replace(/=+$/, "").replaceAll("+", "-").replaceAll("/", "_");
  return toBase64(bytes) === plain ? bytes : malformed("Not base64");
}

interface Block {
  readonly label: string;
  readonly body: string;
}

/** The blocks of a PEM text. A body may have dashes of its own, as URL-safe base64 does. */
function blocksOf(text: string): Block[] {
  const blocks: Block[] = [];
  let rest = text.trim();
  while (rest !== "") {
    const label = labels.find((one) => rest.startsWith(`-----BEGIN ${one}-----`));
    if (label === undefined) return malformed("PEM is broken");
    const start = `-----BEGIN ${label}-----`.length;
    const end = rest.indexOf("-----END ", start);
    if (end < 0) return malformed("PEM is broken");
    if (!rest.startsWith(`-----END ${label}-----`, end)) return malformed("PEM labels differ");
    blocks.push({ label, body: rest.slice(start, end) });
    rest = rest.slice(end + `-----END ${label}-----`.length).trimStart();
  }
  return blocks;
}

function fromPem(text: string): Uint8Array {
  const blocks = blocksOf(text);
  const bodies = blocks.map(({ body }) => fromBase64(body));
  const [first, ...rest] = bodies;
  if (first === undefined) return malformed("PEM is empty");
  if (rest.length === 0) return first;
  if (blocks.some(({ label }) => label === chainLabel)) {
    return malformed("A PEM chain stands alone");
  }
  return encode(bodies.map(decode));
}

/**
 * The CBOR of a warrant or a stack, whatever form it came in.
 *
 * @throws {ProtocolError} 1001 InvalidEnvelopeStructure, 1901 ChainTooLarge
 */
export function unwrap(input: Uint8Array): Uint8Array {
  if (input.length > maxInputBytes) {
    throw new ProtocolError("ChainTooLarge", "The input is larger than any warrant chain");
  }
  if (magic.every((byte, i) => input[i] === byte)) return input.subarray(magic.length);
  if (input.length === 0) return malformed("The input is empty");
  if (
    !input.every((byte) => byte === 9 || byte === 10 || byte === 13 || (byte > 31 && byte < 127))
  ) {
    return input;
  }
  const text = new TextDecoder().decode(input).trim();
  if (text.includes("-----")) return fromPem(text);
  const compact = text.replace(/\s+/g, "");
  if (/^(?:[0-9a-f]{2})+$/i.test(compact)) return Buffer.from(compact, "hex");
  return fromBase64(text);
}

/** Base64 for headers and files: URL-safe, no padding. */
export function toBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64url");
}

/** PEM of a warrant, or of a stack as one chain block. */
export function toPem(bytes: Uint8Array): string {
  const value = decode(bytes);
  const label = isList(value) && isList(value[0]) ? chainLabel : singleLabel;
  const lines = toBase64(bytes).match(new RegExp(`.{1,${lineLength}}`, "g")) ?? [];
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ""].join("\n");
}

/** The bytes of a `.tenuo` file. */
export function toFile(bytes: Uint8Array): Uint8Array {
  const file = new Uint8Array(magic.length + bytes.length);
  file.set(magic);
  file.set(bytes, magic.length);
  return file;
}
