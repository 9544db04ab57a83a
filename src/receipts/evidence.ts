/**
 * What receipts refer to by digest: the warrant chains and the signed policy snapshots that were in
 * force. Each lies in `.state/evidence` under the SHA-256 that receipts name, so that none can be
 * swapped; they are kept as long as the receipts are.
 */
import { dirname } from "node:path";
import { readRegular, UnsafeFile } from "../state/read_file.ts";
import { makePrivateDirectory, writeAtomic } from "../state/write_file.ts";

/** `warrant`: the chain's bytes. `policy`: the signed snapshot, as `.state/policy.snapshot` has it. */
export type EvidenceKind = "warrant" | "policy";

const limit = 4 << 20;
const digest = /^[0-9a-f]{64}$/;

/** The folder of the log at `path`. */
export function evidenceFolder(path: string): string {
  return `${dirname(path)}/evidence`;
}

/** Where one piece lies. @throws {UnsafeFile} when the name is no digest */
export function evidencePath(path: string, kind: EvidenceKind, name: string): string {
  if (!digest.test(name)) throw new UnsafeFile(`${name} is no digest`);
  return `${evidenceFolder(path)}/${name}.${kind}`;
}

/**
 * Keeps the bytes for later. Nothing is written when they lie there already; what lies there instead
 * of them is replaced.
 *
 * @param path the log
 * @param name what receipts call them: `chain` or `policy`, 64 hex digits
 * @throws when they cannot be written
 */
export function keepEvidence(
  path: string,
  kind: EvidenceKind,
  name: string,
  content: string | Uint8Array,
): void {
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
  if (hasEvidence(path, kind, name, bytes)) return;
  makePrivateDirectory(evidenceFolder(path));
  writeAtomic(evidencePath(path, kind, name), bytes, 0o600);
  syncFolder(evidenceFolder(path));
}

/** True when exactly these bytes lie there. */
export function hasEvidence(
  path: string,
  kind: EvidenceKind,
  name: string,
  bytes: Uint8Array,
): boolean {
  try {
    const found = readEvidence(path, kind, name);
    return found?.length === bytes.length && found.every((byte, at) => byte === bytes[at]);
  } catch (error) {
    if (error instanceof UnsafeFile) return false;
    throw error;
  }
}

/** The bytes as they lie there, unchecked; undefined when they are missing. @throws {UnsafeFile} */
export function readEvidence(
  path: string,
  kind: EvidenceKind,
  name: string,
): Uint8Array | undefined {
  try {
    return readRegular(evidencePath(path, kind, name), limit);
  } catch (error) {
    if (error instanceof UnsafeFile && error.missing) return undefined;
    throw error;
  }
}

/** A receipt must not reach the disk before the evidence that it names. */
function syncFolder(path: string): void {
  try {
    const folder = Deno.openSync(path);
    try {
      folder.syncSync();
    } finally {
      folder.close();
    }
  } catch {
    // Some file systems cannot; their order of changes is their own.
  }
}
