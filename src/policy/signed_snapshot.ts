/**
 * The snapshot on disk: one line with the issuer's signature in hex, then the JSON it covers.
 * The warrant names the digest of the same JSON, so neither can be swapped without the other.
 */
import { fromHex, hex, sha256, type SigningKey, signWith, verifyWith } from "../protocol/keys.ts";
import { ProtocolError } from "../protocol/errors.ts";
import type { Snapshot } from "./snapshot.ts";

const domain = "tenuo-claude-snapshot-v1";
const signatureDigits = 128;
const lineFeed = 10;

/** A snapshot whose signature was verified, with the SHA-256 of its JSON in hex. */
export interface VerifiedSnapshot {
  readonly snapshot: Snapshot;
  readonly digest: string;
}

/** Signs a snapshot. Returns the file's text and the digest that the warrant must name. */
export function signSnapshot(
  snapshot: Snapshot,
  issuer: SigningKey,
): { readonly text: string; readonly digest: string } {
  const body = new TextEncoder().encode(JSON.stringify(snapshot));
  const signature = hex(signWith(issuer, domain, body));
  return { text: `${signature}\n${new TextDecoder().decode(body)}`, digest: hex(sha256(body)) };
}

/**
 * Reads a snapshot file that `root` must have signed.
 *
 * @throws {ProtocolError} 1100 SignatureInvalid
 */
export function readSnapshot(file: Uint8Array, root: string): VerifiedSnapshot {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  const written = decoder.decode(file.subarray(0, signatureDigits));
  const signature = fromHex(written);
  const body = file.subarray(signatureDigits + 1);
  const framed = hex(signature) === written && file[signatureDigits] === lineFeed;
  if (!framed || !verifyWith(root, signature, domain, body)) {
    throw new ProtocolError(
      "SignatureInvalid",
      "The policy snapshot is not signed by the pinned root",
    );
  }
  const snapshot = JSON.parse(decoder.decode(body)) as Snapshot;
  if (snapshot.format !== "tenuo-claude-snapshot/4") {
    throw new ProtocolError(
      "UnsupportedPayloadVersion",
      "The policy snapshot has another format; run tenuo-claude refresh",
    );
  }
  return { snapshot, digest: hex(sha256(body)) };
}
