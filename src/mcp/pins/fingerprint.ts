/**
 * The fingerprint of a tool: SHA-256 over the canonical JSON of all that its server lists of it, so
 * that nothing the model or the client may read can change unseen. Icons alone are left out: people
 * see them, they are often large or made anew, and what is pinned is what is handed on.
 */
import { jsonDigest } from "../../protocol/canonical_json.ts";
import type { Definition, PinnedTool } from "./pin.ts";

const leftOut: ReadonlySet<string> = new Set(["icons"]);

/** What of a listed tool is pinned and handed on. */
export function pinnedMembers(definition: Definition): Definition {
  return Object.fromEntries(Object.entries(definition).filter(([name]) => !leftOut.has(name)));
}

/** 64 hex digits. The order of members plays no part; that of lists does. */
export function fingerprintOf(definition: Definition): string {
  return jsonDigest(pinnedMembers(definition));
}

export function pinTool(definition: Definition): PinnedTool {
  return { fingerprint: fingerprintOf(definition), definition: pinnedMembers(definition) };
}
