/** The slow path of a hook that finds tenuo.yaml edited since the snapshot was made. */
import { loadPolicy } from "./load.ts";
import type { Mode } from "./policy.ts";
import type { PolicyFile } from "./snapshot.ts";

/** What the edited files say that counts before the next `refresh`. */
export interface ReloadedPolicy {
  readonly mode: Mode;
  readonly files: readonly PolicyFile[];
}

/**
 * Loads the files as they are now. Throws `PolicyError` when they are missing or invalid, in form or
 * in any constraint: the caller denies. The rules of the snapshot stay in force otherwise.
 */
export async function reloadPolicy(project: string): Promise<ReloadedPolicy> {
  const { mode, files } = await loadPolicy(project);
  return { mode, files };
}
