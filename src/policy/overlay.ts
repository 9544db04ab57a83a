/** Overlays: files merged over the policy, the incumbent's way. */
import { describePlace, type Place } from "./policy_error.ts";
import type { SourceEntry, SourceMap, SourceNode } from "./yaml_source.ts";

/** Something a person should look at; the policy loads all the same. */
export interface PolicyWarning extends Place {
  /**
   * `deprecated`: an old spelling that has a new one; `notice`: a value that does not mean what it
   * says or has no effect; `overlay`: entries of a list that no longer count; `broad`: a rule that
   * grants more than it seems to.
   */
  readonly kind: "deprecated" | "notice" | "overlay" | "broad";
  readonly where: string;
  readonly message: string;
}

function contentOf(node: SourceNode): string {
  if (node.kind === "scalar") return JSON.stringify(node.value);
  if (node.kind === "list") return `[${node.items.map(contentOf).join()}]`;
  return `{${[...node.entries].map(([key, { value }]) => key + contentOf(value)).sort().join()}}`;
}

/** A rule of a tool that is only text, which may list as much as a list does. */
function isRuleText(where: string, { kind }: SourceNode): boolean {
  return kind === "scalar" && /^(?:enforce|mcp\.enforce|mcp\.servers\..+\.enforce)\./.test(where);
}

/**
 * Merges `overlay` over `base`: maps merge key by key, everything else is replaced. Values keep the
 * place they came from. A replaced list, map or rule is warned of, since entries of the base are
 * lost.
 */
export function mergeOverlay(
  base: SourceMap,
  overlay: SourceMap,
  warn: (warning: PolicyWarning) => void,
  where = "",
): SourceMap {
  const entries = new Map<string, SourceEntry>(base.entries);
  for (const [key, above] of overlay.entries) {
    const below = base.entries.get(key);
    const path = where === "" ? key : `${where}.${key}`;
    if (below?.value.kind === "map" && above.value.kind === "map") {
      const value = mergeOverlay(below.value, above.value, warn, path);
      entries.set(key, { place: above.place, value });
      continue;
    }
    entries.set(key, above);
    if (below === undefined || contentOf(below.value) === contentOf(above.value)) continue;
    const isRule = isRuleText(path, below.value);
    if (below.value.kind === "scalar" && !isRule) continue;
    const message = isRule
      ? `Replaces the rule of ${describePlace(below.place)}, which no longer counts`
      : `Replaces the ${below.value.kind} of ${describePlace(below.place)}, ` +
        "whose entries no longer count";
    warn({ ...above.place, kind: "overlay", where: path, message });
  }
  return { kind: "map", entries, place: base.place };
}
