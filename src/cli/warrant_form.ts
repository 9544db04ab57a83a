/** The forms of warrants that commands take. */
import { maxInputBytes, unwrap } from "../protocol/armor.ts";

/**
 * The CBOR of a warrant or a stack. The published library writes URL-safe digits into PEM, `-` among
 * them, where a reader may take one for the end of the block: they are read as plain ones.
 *
 * @throws {ProtocolError} 1001 InvalidEnvelopeStructure, 1901 ChainTooLarge
 */
export function unwrapInput(input: Uint8Array): Uint8Array {
  if (input.length > maxInputBytes || input[0] === 0x83) return unwrap(input);
  const text = new TextDecoder().decode(input);
  if (!text.includes("-----BEGIN ")) return unwrap(input);
  const lines = text.split("\n").map((line) =>
    line.startsWith("-----") ? line : line.replaceAll("-", "+")
  );
  return unwrap(new TextEncoder().encode(lines.join("\n")));
}
