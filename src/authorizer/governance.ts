/**
 * Governance files: what decides about authority is out of reach of every tool, whatever the policy
 * grants. Sealed paths are neither read nor written, read-only paths are never written.
 */
import type { Access, Governance } from "../policy/snapshot.ts";
import { Denial } from "./denial.ts";
import { isAtOrBelow } from "./resolve_path.ts";

/** macOS volumes fold case and normalise names, so two spellings may be one file there. */
const fold = Deno.build.os === "darwin"
  ? (path: string) => path.normalize("NFC").toLowerCase()
  : (path: string) => path;

/** True when `path` is sealed. Absolute and link-free. */
export function isSealed(path: string, governance: Governance): boolean {
  return governance.sealed.some((sealed) => isAtOrBelow(fold(path), fold(sealed)));
}

/** True when `path` may be read but not written. An entry that ends in `*` is a prefix. */
export function isReadOnly(path: string, governance: Governance): boolean {
  return governance.readonly.some((entry) =>
    entry.endsWith("*")
      ? fold(path).startsWith(fold(entry.slice(0, -1)))
      : isAtOrBelow(fold(path), fold(entry))
  );
}

/** True when a sealed path lies below `directory`. */
export function holdsSealed(directory: string, governance: Governance): boolean {
  return governance.sealed.some((sealed) => isAtOrBelow(fold(sealed), fold(directory)));
}

export function sealedDenial(path: string): Denial {
  return new Denial(
    "GovernanceFile",
    `${path} holds this project's authority; no tool reaches it`,
    {
      rule: "governance files",
      line: 0,
    },
  );
}

export function readOnlyDenial(path: string): Denial {
  return new Denial("GovernanceFile", `${path} governs this session; tools may not write it`, {
    rule: "governance files",
    line: 0,
  });
}

/** @throws {Denial} 9007 when the tool would reach a governance file */
export function requireUngoverned(path: string, access: Access, governance: Governance): void {
  if (isSealed(path, governance)) throw sealedDenial(path);
  if (access !== "read" && access !== "search" && isReadOnly(path, governance)) {
    throw readOnlyDenial(path);
  }
}
