/**
 * Mints a project's authority: keys once, then for each `init`, `refresh` and renewal a signed
 * snapshot and a root warrant that name each other.
 */
import { Buffer } from "node:buffer";
import { randomBytes } from "node:crypto";
import { newWarrantId } from "../protocol/builder.ts";
import { hex, sha256, type SigningKey } from "../protocol/keys.ts";
import { revocationId, signRevocationList } from "../protocol/revocation.ts";
import { signWarrant } from "../protocol/warrant.ts";
import type { Snapshot } from "../policy/snapshot.ts";
import { signSnapshot } from "../policy/signed_snapshot.ts";
import { keepEvidence } from "../receipts/evidence.ts";
import { stateDirectory, type StateFile, statePath } from "../state/layout.ts";
import { makePrivateDirectory, writeAtomic, writeIfMissing } from "../state/write_file.ts";
import { capabilitiesOf } from "./capabilities.ts";
import { bindingKey, encodeBinding, openKey } from "./authority.ts";
import {
  currentIsRevoked,
  currentWarrant,
  exclusively,
  type Held,
  issuerOf,
  note,
  nowSeconds,
  readHeld,
} from "./held.ts";
import { restoreEvidence } from "./own_evidence.ts";
import { encodeRoleChains, roleChains } from "./role_warrants.ts";
import { putRevocations } from "./revocations.ts";

export { capabilitiesOf } from "./capabilities.ts";
export { widens } from "./widens.ts";
export { currentIsRevoked, currentWarrant, type Held, note, nowSeconds, readHeld } from "./held.ts";
export { addRevoked, liftRevoked } from "./revocations.ts";

export interface Minted {
  readonly id: string;
  /** Unix seconds. */
  readonly expiresAt: number;
  readonly serial: number;
  /** True when the new warrant is born revoked because its predecessor is. */
  readonly revoked: boolean;
}

/** Roles may nest this deep below the session's warrant. */
const maxDepth = 4;

function createKey(project: string, file: StateFile, publicFile?: StateFile): void {
  const seed = randomBytes(32);
  writeIfMissing(statePath(project, file), `${seed.toString("base64")}\n`, 0o600);
  if (publicFile === undefined) return;
  const key = openKey({ project, root: "" }, file as "issuerKey" | "receiptKey");
  writeAtomic(statePath(project, publicFile), `${key.publicKey}\n`, 0o644);
}

/** Makes what is missing of `.state`: directory, keys, an empty revocation list, the receipts file. */
export function prepareState(project: string): void {
  makePrivateDirectory(stateDirectory(project));
  // Searches and version control skip the folder of their own accord.
  for (const name of [".gitignore", ".ignore", ".rgignore"]) {
    writeIfMissing(`${stateDirectory(project)}/${name}`, "*\n", 0o644);
  }
  createKey(project, "issuerKey", "issuerPublic");
  createKey(project, "holderKey");
  createKey(project, "receiptKey", "receiptPublic");
  writeIfMissing(statePath(project, "receipts"), "", 0o600);
  const list = { ids: [], version: 1, issuedAt: nowSeconds() };
  const path = statePath(project, "revocations");
  try {
    Deno.lstatSync(path);
  } catch {
    writeAtomic(path, signRevocationList(list, issuerOf(project)), 0o644);
  }
}

/** A fresh random id of a project's authority. */
export function newAuthority(): string {
  return hex(randomBytes(16));
}

/** What of a mint is made under its lock, when nobody else changes the authority. */
export interface MintSteps {
  /** The policy to put in force, made of what is held now; else the one that is given. */
  readonly policy?: (held: Held) => Snapshot;
  /**
   * Writes `mcp.lock`, last before the policy that names it. Without it the policy's own stands.
   *
   * @returns the SHA-256 of the file, hex; undefined when nothing is pinned
   */
  readonly pins?: (held: Held, issuer: SigningKey) => string | undefined;
}

/**
 * Signs the snapshot and a warrant for it, and puts both in force. A revoked warrant's successor is
 * revoked as well, until a person lifts the revocation.
 *
 * @param act what the receipt calls it, for example `init`
 */
export function mint(
  project: string,
  snapshot: Snapshot,
  act: string,
  steps: MintSteps = {},
): Minted {
  return exclusively(project, () => mintNext(project, snapshot, act, steps));
}

/** The policy with the digest of its lock, which is written now. */
function withPins(
  { pins: own, ...policy }: Snapshot,
  held: Held,
  issuer: SigningKey,
  write: MintSteps["pins"],
): Snapshot {
  const pins = write === undefined ? own : write(held, issuer);
  return pins === undefined ? policy : { ...policy, pins };
}

function mintNext(project: string, given: Snapshot, act: string, steps: MintSteps): Minted {
  const held = readHeld(project);
  const wanted = steps.policy?.(held) ?? given;
  const { revocations, seen } = held;
  if (revocations.version < seen.revocation) {
    throw new Error(
      "The revocation list is older than the newest receipt; run revoke, then revoke --lift",
    );
  }
  // Another mint may have come in between since the snapshot was compiled.
  const least = Math.max(held.snapshot?.serial ?? 0, seen.serial) + 1;
  const issuer = issuerOf(project);
  const snapshot: Snapshot = {
    ...withPins(wanted, held, issuer, steps.pins),
    authority: held.snapshot?.authority ?? wanted.authority,
    serial: Math.max(wanted.serial, least),
    receipts: {
      ...wanted.receipts,
      key: openKey({ project, root: "" }, "receiptKey").publicKey,
    },
  };
  const signed = signSnapshot(snapshot, issuer);
  const holder = openKey({ project, root: "" }, "holderKey");
  const id = newWarrantId();
  const issuedAt = nowSeconds();
  const expiresAt = issuedAt + snapshot.ttlSeconds;
  const envelope = signWarrant({
    id,
    type: "execution",
    tools: capabilitiesOf(snapshot),
    holder: holder.publicKey,
    issuer: issuer.publicKey,
    issuedAt,
    expiresAt,
    maxDepth,
    depth: 0,
    extensions: new Map([[bindingKey, encodeBinding({ ...snapshot, snapshot: signed.digest })]]),
  }, issuer);

  // Whatever cannot be signed is known before anything is written.
  const roles = roleChains(snapshot, envelope, issuer, holder);
  const revoked = currentIsRevoked(project, held);
  // The list first: at no moment is the new warrant there and its revocation not.
  const list = revoked
    ? putRevocations(project, [...revocations.ids, revocationId(id)], revocations.version, issuer)
    : revocations;
  const log = statePath(project, "receipts");
  restoreEvidence(project, issuer.publicKey);
  keepEvidence(log, "policy", signed.digest, signed.text);
  keepEvidence(log, "warrant", hex(sha256(envelope)), envelope);
  for (const chain of roles?.values() ?? []) {
    keepEvidence(log, "warrant", hex(sha256(chain)), chain);
  }
  if (roles !== undefined) {
    writeAtomic(statePath(project, "roleWarrants"), encodeRoleChains(roles), 0o600);
  }
  writeAtomic(statePath(project, "snapshot"), signed.text, 0o600);
  const text = Buffer.from(envelope).toString("base64url");
  writeAtomic(statePath(project, "warrant"), `${text}\n`, 0o600);
  // A fresh log holds decisions only; whoever looks for a beginning finds it in the first of them.
  if (act !== "init") {
    note(project, `${act}: warrant ${id}${revoked ? ", still revoked" : ""}`, {
      warrant: id,
      policy: signed.digest,
      serial: snapshot.serial,
      revocation: list.version,
    });
  }
  return { id, expiresAt, serial: snapshot.serial, revoked };
}

/**
 * Mints anew, from the snapshot in force, when the warrant has expired or is gone. The edited policy
 * is not looked at: that is `refresh`.
 */
export function renew(project: string): { readonly renewed: boolean; readonly expiresAt: number } {
  return exclusively(project, () => renewNext(project));
}

function renewNext(project: string): ReturnType<typeof renew> {
  const { snapshot, seen } = readHeld(project);
  if (snapshot === undefined) throw new Error("No policy snapshot; run tenuo-claude init");
  if (snapshot.serial < seen.serial) {
    throw new Error(
      "The policy snapshot is older than the newest receipt; run tenuo-claude refresh",
    );
  }
  const current = currentWarrant(project);
  if (current !== undefined && current.expiresAt > nowSeconds()) {
    return { renewed: false, expiresAt: current.expiresAt };
  }
  const next = { ...snapshot, serial: snapshot.serial + 1, issuedAt: nowSeconds() };
  const { expiresAt } = mintNext(project, next, "renewal", {});
  return { renewed: true, expiresAt };
}
