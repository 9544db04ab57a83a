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

/** Puts a warrant on the list, and with it the one that is in force by now; the version grows. */
export function addRevoked(project: string, _list: RevocationList, id: string): RevocationList {
  return exclusively(project, () => {
    const { revocations, seen } = readHeld(project);
    // A mint may have come in between since the caller looked.
    const ids = [id, currentWarrant(project)?.id ?? id].map(revocationId);
    return putRevocations(
      project,
      [...revocations.ids, ...ids],
      Math.max(revocations.version, seen.revocation),
    );
  });
}

/** Puts another set of ids in force under the next version. */
export function replaceRevoked(
  project: string,
  list: RevocationList,
  ids: readonly string[],
): RevocationList {
  return exclusively(project, () => {
    const { revocations, seen } = readHeld(project);
    const versions = [list.version, revocations.version, seen.revocation];
    return putRevocations(project, ids, Math.max(...versions));
  });
}
