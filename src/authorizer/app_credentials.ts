/** The warrant and the proof of possession that a caller presents in two headers. */
import { Buffer } from "node:buffer";
import { DoorError } from "./app_errors.ts";
import type { Presented } from "./pipeline.ts";
import { keepPresented } from "./presented.ts";

export const warrantHeader = "x-tenuo-warrant";
export const proofHeader = "x-tenuo-pop";

/** A chain may have 256 KB; its base64 a third more. */
const maxWarrantText = 352 * 1024;
const proofBytes = 64;

/** Bytes of canonical base64, with or without padding; undefined for anything else. */
function fromBase64(text: string, alphabet: "base64" | "base64url"): Uint8Array | undefined {
  const bare = text.replace(/={1,2}$/, "");
  if (bare !== text && text.length % 4 !== 0) return undefined;
  const bytes = Buffer.from(bare, alphabet);
  // The decoder skips what it does not know, so only what encodes back the same was canonical.
  const again = bytes.toString(alphabet).replace(/=+$/, "");
  return again === bare ? bytes : undefined;
}

function readWarrant(text: string): Uint8Array {
  const bytes = text.length > maxWarrantText ? undefined : fromBase64(text, "base64url");
  if (bytes === undefined || bytes.length === 0) {
    throw new DoorError("invalid_warrant", "X-Tenuo-Warrant is not URL-safe base64 of a warrant");
  }
  return bytes;
}

function readProof(text: string): Uint8Array {
  const bytes = /^[0-9a-f]{128}$/i.test(text)
    ? Buffer.from(text, "hex")
    : fromBase64(text, "base64url") ?? fromBase64(text, "base64");
  if (bytes?.length !== proofBytes) {
    throw new DoorError("invalid_header", "X-Tenuo-PoP is not base64 or hex of 64 bytes");
  }
  return bytes;
}

/** @throws {DoorError} missing_warrant, missing_proof, invalid_warrant, invalid_header */
export function readCredentials(headers: Headers): Presented {
  const warrant = headers.get(warrantHeader)?.trim() ?? "";
  const proof = headers.get(proofHeader)?.trim() ?? "";
  if (warrant === "") throw new DoorError("missing_warrant", "X-Tenuo-Warrant is missing");
  const chain = readWarrant(warrant);
  if (proof === "") throw new DoorError("missing_proof", "X-Tenuo-PoP is missing");
  return {
    warrant: chain,
    proof: readProof(proof),
    keep: (trace) => keepPresented(chain, trace),
  };
}
