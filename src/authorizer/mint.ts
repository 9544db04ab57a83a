/**
 * Mints a project's authority: keys once, then for each `init`, `refresh` and renewal a signed
 * snapshot and a root warrant that name each other.
 */
import { Buffer } from "node:buffer";
import { randomBytes } from "node:crypto";
import { fromJson } from "../constraints/registry.ts";
import { attenuates } from "../constraints/attenuation.ts";
import { hex, type SigningKey } from "../protocol/keys.ts";
import {
  readRevocationList,
  revocationId,
  type RevocationList,
  signRevocationList,
} from "../protocol/revocation.ts";
import { type Constraint, signWarrant, type Warrant } from "../protocol/warrant.ts";
import { readChain } from "../protocol/chain.ts";
import type { Snapshot } from "../policy/snapshot.ts";
import { readSnapshot, signSnapshot } from "../policy/signed_snapshot.ts";
import { appendReceipt } from "../receipts/log.ts";
import { stateDirectory, type StateFile, statePath } from "../state/layout.ts";
import { readRegular } from "../state/read_file.ts";
import { makePrivateDirectory, writeAtomic, writeIfMissing } from "../state/write_file.ts";
import { bindingKey, encodeBinding, openKey, openWarrant } from "./authority.ts";

/** What stands in `.state` for a project: the part that minting needs. */
export interface Held {
  readonly root: string;
  /** The last snapshot this root signed, if there is one. */
  readonly snapshot?: Snapshot;
  readonly revocations: RevocationList;
}

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

function issuerOf(project: string): SigningKey {
  return openKey({ project, root: "" }, "issuerKey");
}

function nowSeconds(): number {
  return Math.floor(Date.now() / 1000);
}

/** Reads what the project holds. @throws when the revocation list is missing or not the root's */
export function readHeld(project: string): Held {
  const root = issuerOf(project).publicKey;
  const revocations = readRevocationList(
    readRegular(statePath(project, "revocations"), 1 << 22),
    root,
  );
  try {
    const bytes = readRegular(statePath(project, "snapshot"), 1 << 22);
    return { root, revocations, snapshot: readSnapshot(bytes, root).snapshot };
  } catch {
    return { root, revocations };
  }
}

/** A fresh random id of a project's authority. */
export function newAuthority(): string {
  return hex(randomBytes(16));
}

/** The capabilities that a snapshot's routes need: what the warrant grants. */
export function capabilitiesOf(snapshot: Snapshot): Map<string, Map<string, Constraint>> {
  const tools = new Map<string, Map<string, Constraint>>();
  for (const { capability, args } of Object.values(snapshot.routes)) {
    const set = new Map<string, Constraint>();
    for (const { name, constraint } of args) {
      set.set(name, [constraint[0], fromJson(constraint[1])]);
    }
    tools.set(capability, set);
  }
  return tools;
}

function routeText(snapshot: Snapshot): string {
  return JSON.stringify(
    Object.entries(snapshot.routes).sort().map((
      [tool, route],
    ) => [
      tool,
      route.access,
      route.args.map(({ line: _, rule: __, ...rest }) => rest),
      route.globs,
    ]),
  );
}

/** True when the second snapshot may allow what the first refuses. */
export function widens(before: Snapshot, after: Snapshot): boolean {
  if (before.mode === "enforce" && after.mode === "observe") return true;
  if (before.receipts.strict && !after.receipts.strict) return true;
  if (routeText(before) === routeText(after)) return false;
  const known = new Set(Object.keys(before.routes));
  return !Object.keys(after.routes).every((tool) => known.has(tool)) ||
    !attenuates(capabilitiesOf(before), capabilitiesOf(after));
}

/** UUIDv7 (RFC 9562 section 5.7), hex without dashes: warrant ids sort by time. */
function newWarrantId(): string {
  const bytes = randomBytes(16);
  bytes.writeUIntBE(Date.now(), 0, 6);
  bytes[6] = (bytes[6] as number & 0x0f) | 0x70;
  bytes[8] = (bytes[8] as number & 0x3f) | 0x80;
  return hex(bytes);
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
): Minted {
  const issuer = issuerOf(project);
  const held = readHeld(project);
  const signed = signSnapshot(snapshot, issuer);
  const id = newWarrantId();
  const issuedAt = nowSeconds();
  const binding = encodeBinding({
    authority: snapshot.authority,
    project: snapshot.project,
    serial: snapshot.serial,
    snapshot: signed.digest,
  });
  const envelope = signWarrant({
    id,
    type: "execution",
    tools: capabilitiesOf(snapshot),
    holder: openKey({ project, root: "" }, "holderKey").publicKey,
    issuer: issuer.publicKey,
    issuedAt,
    expiresAt: issuedAt + snapshot.ttlSeconds,
    maxDepth,
    depth: 0,
    extensions: new Map([[bindingKey, binding]]),
  }, issuer);

  const revoked = currentIsRevoked(project, held);
  // The list first: at no moment is the new warrant there and its revocation not.
  const list = revoked ? addRevoked(project, held.revocations, id, issuer) : held.revocations;
  writeAtomic(statePath(project, "snapshot"), signed.text, 0o600);
  const text = Buffer.from(envelope).toString("base64url");
  writeAtomic(statePath(project, "warrant"), `${text}\n`, 0o600);
  note(project, `${act}: warrant ${id}${revoked ? ", still revoked" : ""}`, {
    warrant: id,
    policy: signed.digest,
    serial: snapshot.serial,
    revocation: list.version,
  });
  return { id, expiresAt: issuedAt + snapshot.ttlSeconds, serial: snapshot.serial, revoked };
}

/** Records a person's act in the receipts. */
export function note(
  project: string,
  reason: string,
  members: { warrant?: string; policy?: string; serial?: number; revocation?: number },
): void {
  appendReceipt(
    statePath(project, "receipts"),
    {
      time: new Date().toISOString(),
      phase: "note",
      door: "command",
      tool: "",
      reason,
      ...members,
    },
    { key: openKey({ project, root: "" }, "receiptKey"), sync: true },
  );
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

/** Puts a warrant on the list, or with an empty id lifts all; the version grows. */
export function addRevoked(
  project: string,
  list: RevocationList,
  id: string,
  issuer: SigningKey = issuerOf(project),
): RevocationList {
  return replaceRevoked(project, list, [...new Set([...list.ids, revocationId(id)])], issuer);
}

/** Puts another set of ids in force under the next version. */
export function replaceRevoked(
  project: string,
  list: RevocationList,
  ids: readonly string[],
  issuer: SigningKey = issuerOf(project),
): RevocationList {
  const next = { ids, version: list.version + 1, issuedAt: nowSeconds() };
  writeAtomic(statePath(project, "revocations"), signRevocationList(next, issuer), 0o644);
  return next;
}

/**
 * Mints anew, from the snapshot in force, when the warrant has expired or is gone. The edited policy
 * is not looked at: that is `refresh`.
 */
export function renew(project: string): { readonly renewed: boolean; readonly expiresAt: number } {
  const { snapshot } = readHeld(project);
  if (snapshot === undefined) throw new Error("No policy snapshot; run tenuo-claude init");
  const current = currentWarrant(project);
  if (current !== undefined && current.expiresAt > nowSeconds()) {
    return { renewed: false, expiresAt: current.expiresAt };
  }
  const next = { ...snapshot, serial: snapshot.serial + 1, issuedAt: nowSeconds() };
  const { expiresAt } = mint(project, next, "renewal");
  return { renewed: true, expiresAt };
}
