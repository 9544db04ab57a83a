/**
 * The edited policy: what is on disk may not be what was compiled. A missing or invalid file denies;
 * a valid edit leaves the snapshot in force until `refresh`, and enforce wins where the two differ.
 */
import { existsSync } from "node:fs";
import { hex, sha256 } from "../protocol/keys.ts";
import type { Snapshot } from "../policy/snapshot.ts";
import { readRegular, UnsafeFile } from "../state/read_file.ts";
import type { Memory } from "./authority.ts";
import { Denial } from "./denial.ts";

const policyLimit = 1 << 20;

/** True when the policy files are, byte for byte, what the snapshot was compiled from. */
export function isUnedited(snapshot: Snapshot, memory?: Memory): boolean {
  const compiled = new Map(snapshot.files.map(({ path, sha256 }) => [path, sha256]));
  const digestOf = (file: Uint8Array) => hex(sha256(file));
  for (const path of new Set([...compiled.keys(), ...snapshot.overlays])) {
    let digest: string | undefined;
    // Asked without an exception, which costs: overlays are mostly not there.
    if (!compiled.has(path) && !existsSync(`${snapshot.project}/${path}`)) continue;
    try {
      const file = (memory?.read ?? readRegular)(`${snapshot.project}/${path}`, policyLimit);
      digest = memory === undefined ? digestOf(file) : memory.once(path, file, digestOf);
    } catch (error) {
      if (!(error instanceof UnsafeFile)) throw error;
      if (compiled.has(path)) {
        const missing = `Missing ${snapshot.project}/${path}`;
        throw new Denial("PolicyMissing", error.missing ? missing : error.message);
      }
      if (!error.missing) return false;
    }
    if (digest !== compiled.get(path)) return false;
  }
  return true;
}

/**
 * The mode in force.
 *
 * @throws {Denial} 9003 when a policy file is gone, 9004 when an edited one is invalid
 */
export async function requirePolicyFiles(
  snapshot: Snapshot,
  memory?: Memory,
): Promise<Snapshot["mode"]> {
  if (isUnedited(snapshot, memory)) return snapshot.mode;
  const { reloadPolicy } = await import("../policy/reload.ts");
  let edited: Snapshot["mode"];
  try {
    edited = (await reloadPolicy(snapshot.project)).mode;
  } catch (error) {
    const what = error instanceof Error ? error.message : "unreadable";
    throw new Denial("PolicyInvalid", `The edited policy is invalid: ${what}`);
  }
  return snapshot.mode === "observe" && edited === "observe" ? "observe" : "enforce";
}
