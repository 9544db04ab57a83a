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

function evidencePath(path: string, kind: EvidenceKind, name: string): string {
  if (!digest.test(name)) throw new UnsafeFile(`${name} is no digest`);
  return `${evidenceFolder(path)}/${name}.${kind}`;
}

/**
 * Keeps the bytes for later, once.
 *
 * @param path the log
 * @param name what receipts call them: `chain` or `policy`, 64 hex digits
 */
export function keepEvidence(
  path: string,
  kind: EvidenceKind,
  name: string,
  content: string | Uint8Array,
): void {
  const file = evidencePath(path, kind, name);
  try {
    Deno.lstatSync(file);
    return;
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  makePrivateDirectory(evidenceFolder(path));
  writeAtomic(file, content, 0o600);
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
