/**
 * Names of a policy's tools and roles that are masked in receipts: they look like secrets to the
 * built-in rules or to the policy's own. A tool keeps a form of its name, a role only a keyed digest.
 */
import type { Snapshot } from "../policy/snapshot.ts";
import { maskCaller } from "../receipts/masking/mask.ts";

export interface RecordedNames {
  /** What receipts call a tool or capability -> the names that they call so. */
  readonly tools: ReadonlyMap<string, readonly string[]>;
  /** Roles that no receipt names as they are. */
  readonly roles: readonly string[];
}

/** Names of tools do not depend on the key that masked ids do. */
const noSeed = new Uint8Array(32);

export async function recordedNames(snapshot: Snapshot): Promise<RecordedNames> {
  const { routes, receipts: { mask } } = snapshot;
  const masked: [recorded: string, name: string][] = [];
  const capabilities = Object.values(routes).map(({ capability }) => capability);
  for (const name of new Set([...Object.keys(routes), ...capabilities])) {
    const { value } = await maskCaller({ tool: name }, noSeed, mask);
    if (value.tool !== name) masked.push([value.tool, name]);
  }
  const roles: string[] = [];
  for (const agent of Object.keys(snapshot.roles ?? {})) {
    const { changed } = await maskCaller({ tool: "", agent }, noSeed, mask);
    if (changed) roles.push(agent);
  }
  const groups = Map.groupBy(masked, ([recorded]) => recorded);
  const tools = [...groups].map(([recorded, all]) => [recorded, all.map(([, name]) => name)]);
  return { tools: new Map(tools as [string, string[]][]), roles };
}
