/**
 * The fingerprint of a tool: SHA-256 over the canonical JSON of all that its server lists of it, so
 * that nothing the model or the client may read can change unseen. Icons alone are left out: people
 * see them, they are often large or made anew, and what is pinned is what is handed on.
 */
import { hex, sha256 } from "../../protocol/keys.ts";
import type { Definition, PinnedTool } from "./pin.ts";

const leftOut: ReadonlySet<string> = new Set(["icons"]);

/** JSON with the members of each object in the order of their UTF-16 code units, without spaces. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null";
  const members = Object.entries(value).filter(([, member]) => member !== undefined)
    .sort(([one], [other]) => one < other ? -1 : 1)
    .map(([name, member]) => `${JSON.stringify(name)}:${canonicalJson(member)}`);
  return `{${members.join(",")}}`;
}

/** The SHA-256 of a value's canonical JSON, hex. */
export function digestOf(value: unknown): string {
  return hex(sha256(canonicalJson(value)));
}

/** What of a listed tool is pinned and handed on. */
export function pinnedMembers(definition: Definition): Definition {
  return Object.fromEntries(Object.entries(definition).filter(([name]) => !leftOut.has(name)));
}

/** 64 hex digits. The order of members plays no part; that of lists does. */
export function fingerprintOf(definition: Definition): string {
  return digestOf(pinnedMembers(definition));
}

export function pinTool(definition: Definition): PinnedTool {
  return { fingerprint: fingerprintOf(definition), definition: pinnedMembers(definition) };
}
