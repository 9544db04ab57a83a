/** What a project's state directory holds, for those who change it: one change at a time. */
import type { SigningKey } from "../protocol/keys.ts";
import { readChain } from "../protocol/chain.ts";
import { readRevocationList, revocationId, type RevocationList } from "../protocol/revocation.ts";
import type { Warrant } from "../protocol/warrant.ts";
import type { Snapshot } from "../policy/snapshot.ts";
import { readSnapshot } from "../policy/signed_snapshot.ts";
import { keepCheckpoint } from "../receipts/kept_checkpoint.ts";
import { appendReceipt } from "../receipts/log.ts";
import { newestReceipt } from "../receipts/newest.ts";
import { statePath } from "../state/layout.ts";
import { lockUntil } from "../state/lock.ts";
import { openRegular, readRegular } from "../state/read_file.ts";
import { openKey, openWarrant } from "./authority.ts";

/** What stands in `.state` for a project: the part that minting needs. */
export interface Held {
  readonly root: string;
  /** The last snapshot this root signed, if there is one. */
  readonly snapshot?: Snapshot;
  readonly revocations: RevocationList;
  /** The highest serial and revocation version that a decision was recorded with. */
  readonly seen: { readonly serial: number; readonly revocation: number };
}

const lockMilliseconds = 10_000;

/**
 * Runs one change of a project's authority at a time. What is locked is the issuer's key, which no
 * change replaces.
 *
 * @throws when another change does not come to its end
 */
export function exclusively<T>(project: string, work: () => T): T {
  const { file } = openRegular(statePath(project, "issuerKey"), { read: true });
  try {
    if (!lockUntil(performance.now() + lockMilliseconds, file, true, 5)) {
      throw new Error("Another command is changing the authority");
    }
    return work();
  } finally {
    file.close(); // releases the lock
  }
}

export function issuerOf(project: string): SigningKey {
  return openKey({ project, root: "" }, "issuerKey");
}

export function nowSeconds(): number {
  return Math.floor(Date.now() / 1000);
}

/** Reads what the project holds. @throws when the revocation list is missing or not the root's */
export function readHeld(project: string): Held {
  const root = issuerOf(project).publicKey;
  const revocations = readRevocationList(
    readRegular(statePath(project, "revocations"), 1 << 22),
    root,
  );
  const newest = newestReceipt(
    statePath(project, "receipts"),
    statePath(project, "receiptPublic"),
  );
  const seen = { serial: newest?.serial ?? 0, revocation: newest?.revocation ?? 0 };
  try {
    const bytes = readRegular(statePath(project, "snapshot"), 1 << 22);
    return { root, revocations, seen, snapshot: readSnapshot(bytes, root).snapshot };
  } catch {
    return { root, revocations, seen };
  }
}

/** Records a person's act in the receipts, and keeps a checkpoint of it. */
export function note(
  project: string,
  reason: string,
  members: { warrant?: string; policy?: string; serial?: number; revocation?: number },
): void {
  const path = statePath(project, "receipts");
  const key = openKey({ project, root: "" }, "receiptKey");
  const time = new Date().toISOString();
  appendReceipt(path, { time, kind: "act", door: "command", reason, ...members }, {
    key,
    sync: true,
  });
  keepCheckpoint(path, key);
}

/** The warrant in `.state`, its signature verified but not judged; undefined when there is none. */
export function currentWarrant(project: string): Warrant | undefined {
  try {
    return readChain(openWarrant({ project, root: "" })).at(-1);
  } catch {
    return undefined;
  }
}

/** True when the current warrant is on the list. */
export function currentIsRevoked(project: string, held: Held): boolean {
  const current = currentWarrant(project);
  return current !== undefined && held.revocations.ids.includes(revocationId(current.id));
}
