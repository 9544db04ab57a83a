/** The evidence of what is in force in a project: its warrant, those of its roles, and its policy, as receipts name them. */
import { hex, sha256 } from "../protocol/keys.ts";
import { readSnapshot } from "../policy/signed_snapshot.ts";
import { type EvidenceKind, hasEvidence, keepEvidence } from "../receipts/evidence.ts";
import { statePath } from "../state/layout.ts";
import { readRegular } from "../state/read_file.ts";
import { openRoleWarrant, openWarrant } from "./authority.ts";

/** One piece of evidence. */
export interface Piece {
  readonly kind: EvidenceKind;
  /** Its digest, hex. */
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** What `read` reads; nothing when it cannot be read, as no receipt could name it then. */
function readable<T>(read: () => T): T[] {
  try {
    return [read()];
  } catch {
    return [];
  }
}

/** What of them can be read, from the files that the hooks read. */
function piecesInForce(project: string, root: string): Piece[] {
  const place = { project, root };
  const warrant = (bytes: Uint8Array): Piece => ({
    kind: "warrant",
    name: hex(sha256(bytes)),
    bytes,
  });
  const policy = () => {
    const bytes = readRegular(statePath(project, "snapshot"), 4 << 20);
    return { bytes, ...readSnapshot(bytes, root) };
  };
  const roles = readable(() => Object.keys(policy().snapshot.roles ?? {})).flat();
  return [
    () => warrant(openWarrant(place)),
    (): Piece => {
      const { bytes, digest } = policy();
      return { kind: "policy", name: digest, bytes };
    },
    ...roles.map((role) => () => warrant(openRoleWarrant(place, role))),
  ].flatMap(readable);
}

/** What receipts of today name and nobody could check. */
export function missingEvidence(project: string, root: string): Piece[] {
  const log = statePath(project, "receipts");
  return piecesInForce(project, root).filter(({ kind, name, bytes }) =>
    !hasEvidence(log, kind, name, bytes)
  );
}

/** Puts back what is missing, while it can still be had. @throws when it cannot be written */
export function restoreEvidence(project: string, root: string): void {
  const log = statePath(project, "receipts");
  for (const { kind, name, bytes } of missingEvidence(project, root)) {
    keepEvidence(log, kind, name, bytes);
  }
}
