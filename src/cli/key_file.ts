/** Key files: base64 of a 32-byte Ed25519 seed, or PKCS#8 PEM. */
import { Buffer } from "node:buffer";
import { hex, type SigningKey, signingKey } from "../protocol/keys.ts";
import { UsageError } from "./command.ts";
import type { Terminal } from "./terminal.ts";
import { readInput } from "./warrant_file.ts";

/** PKCS#8 of an Ed25519 key up to its seed (RFC 8410), without and with the public key behind it. */
const plainHead = "302e020100300506032b657004220420";
const pairedHead = "3051020101300506032b657004220420";
const publicHead = "812100";
const maxKeyBytes = 4096;
const label = "PRIVATE KEY";

function fromPem(text: string): Uint8Array | undefined {
  const parts = /^-----BEGIN PRIVATE KEY-----\s+([A-Za-z0-9+/=\s]+)-----END PRIVATE KEY-----$/
    .exec(text);
  const der = Buffer.from((parts?.[1] ?? "").replace(/\s+/g, ""), "base64");
  const head = hex(der.subarray(0, plainHead.length / 2));
  const seed = der.subarray(plainHead.length / 2, plainHead.length / 2 + 32);
  if (head === plainHead && der.length === plainHead.length / 2 + 32) return seed;
  const rest = hex(der.subarray(pairedHead.length / 2 + 32));
  const isPaired = head === pairedHead && seed.length === 32 &&
    rest === publicHead + signingKey(seed).publicKey;
  return isPaired ? seed : undefined;
}

function seedOf(bytes: Uint8Array): Uint8Array | undefined {
  const text = new TextDecoder().decode(bytes).trim();
  if (text.startsWith("-----")) return fromPem(text);
  // 43 digits hold 32 bytes and two bits that must be zero.
  if (!/^[A-Za-z0-9+/_-]{43}=?$/.test(text)) return undefined;
  const seed = Buffer.from(text, "base64url");
  return seed.toString("base64url") ===
      text.replace("=", "").replace(/\+/g, "-").replace(/\//g, "_")
    ? seed
    : undefined;
}

/**
 * Reads a private key and warns when others than its owner may read the file.
 *
 * @param path a file, or `-` or undefined for standard input
 * @throws {UsageError} without a byte of the file in it
 */
export function readKey(path: string | undefined, terminal: Terminal): SigningKey {
  const { bytes, mode } = readInput(path, maxKeyBytes);
  const seed = bytes.length > maxKeyBytes ? undefined : seedOf(bytes);
  const name = path ?? "-";
  if (seed === undefined) {
    throw new UsageError(
      `${name} is no Ed25519 key file: base64 of a 32-byte seed, or unencrypted PKCS#8 PEM`,
    );
  }
  if (mode !== undefined && (mode & 0o077) !== 0) {
    terminal.warn(`tenuo-claude: warning: others may read ${name} (mode ${mode.toString(8)})`);
  }
  return signingKey(seed);
}

/** The text of a key file. */
export function keyText(seed: Uint8Array, form: "base64" | "pem"): string {
  if (form === "base64") return `${Buffer.from(seed).toString("base64")}\n`;
  const der = Buffer.concat([Buffer.from(plainHead, "hex"), seed]);
  return `-----BEGIN ${label}-----\n${der.toString("base64")}\n-----END ${label}-----\n`;
}
