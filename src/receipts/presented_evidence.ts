/**
 * Warrant chains that callers present. Only what verified to the root comes here, but a holder can
 * narrow a warrant again and again, each time to other bytes, so there is an end to it.
 */
import { evidenceFolder, hasEvidence, keepEvidence } from "./evidence.ts";

/** The folder may grow to this many bytes by what callers present. */
export const presentedLimit = 1 << 30;
/** A file takes up whole blocks. */
const block = 4096;

/** There is no room for another chain. */
export class EvidenceFull extends Error {
  constructor(folder: string, limit: number) {
    super(
      `${folder} has reached its limit of ${limit} bytes; keep an export of the receipts elsewhere ` +
        "and remove what their oldest segments named",
    );
    this.name = "EvidenceFull";
  }
}

/** What each folder was found to hold, and what was added to it since. */
const sizes = new Map<string, number>();

/**
 * Keeps a presented chain, which must be verified.
 *
 * @param path the log
 * @param name its SHA-256, hex
 * @throws {EvidenceFull} when it is a new one and the folder has reached its limit
 */
export function keepPresented(
  path: string,
  name: string,
  chain: Uint8Array,
  limit = presentedLimit,
): void {
  if (hasEvidence(path, "warrant", name, chain)) return;
  const folder = evidenceFolder(path);
  const more = onDisk(chain.length);
  let size = sizes.get(folder) ?? sizeOf(folder);
  // Somebody may have made room since it was counted.
  if (size + more > limit) size = sizeOf(folder);
  sizes.set(folder, size);
  if (size + more > limit) throw new EvidenceFull(folder, limit);
  keepEvidence(path, "warrant", name, chain);
  sizes.set(folder, size + more);
}

function onDisk(bytes: number): number {
  return Math.ceil(bytes / block) * block;
}

function sizeOf(folder: string): number {
  let size = 0;
  try {
    for (const { name } of Deno.readDirSync(folder)) {
      size += onDisk(Deno.lstatSync(`${folder}/${name}`).size);
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  return size;
}
