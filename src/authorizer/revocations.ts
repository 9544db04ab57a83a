/** The revocation list of a project, changed under the lock that mints hold too. */
import type { SigningKey } from "../protocol/keys.ts";
import { revocationId, type RevocationList, signRevocationList } from "../protocol/revocation.ts";
import { statePath } from "../state/layout.ts";
import { writeAtomic } from "../state/write_file.ts";
import { currentWarrant, exclusively, issuerOf, nowSeconds, readHeld } from "./held.ts";

/** Signs the list's successor. Only for who holds the lock. */
export function putRevocations(
  project: string,
  ids: Iterable<string>,
  after: number,
  issuer: SigningKey = issuerOf(project),
): RevocationList {
  const next = { ids: [...new Set(ids)], version: after + 1, issuedAt: nowSeconds() };
  writeAtomic(statePath(project, "revocations"), signRevocationList(next, issuer), 0o644);
  return next;
}

/** Puts what `change` makes of the ids in force under the next version; one change at a time. */
function changeRevoked(
  project: string,
  change: (ids: readonly string[]) => readonly string[],
): RevocationList {
  return exclusively(project, () => {
    const { revocations, seen } = readHeld(project);
    const after = Math.max(revocations.version, seen.revocation);
    return putRevocations(project, change(revocations.ids), after);
  });
}

/** Puts a warrant on the list, and with it the one that is in force by now; the version grows. */
export function addRevoked(project: string, id: string): RevocationList {
  // A mint may have come in between since the caller looked.
  return changeRevoked(project, (ids) => {
    const more = [id, currentWarrant(project)?.id ?? id].map(revocationId);
    return [...ids, ...more];
  });
}

/** Takes a warrant off the list, and nothing that was put there meanwhile; the version grows. */
export function liftRevoked(project: string, id: string): RevocationList {
  return changeRevoked(project, (ids) => ids.filter((one) => one !== revocationId(id)));
}
