/**
 * Governance files: what decides about authority is out of reach of every tool, whatever the policy
 * grants. Sealed paths are neither read nor written, read-only paths are never written.
 */
import type { Access, Governance } from "../policy/snapshot.ts";
import { Denial } from "./denial.ts";
import { isAtOrBelowFolded } from "./folded_names.ts";

/** True when `path` is sealed. Absolute and link-free. */
export function isSealed(path: string, governance: Governance): boolean {
  return governance.sealed.some((sealed) => isAtOrBelowFolded(path, sealed));
}

/** True when `path` may be read but not written. An entry that ends in `*` is a prefix. */
export function isReadOnly(path: string, governance: Governance): boolean {
  return governance.readonly.some((entry) => isAtOrBelowFolded(path, entry));
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
