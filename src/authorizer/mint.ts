/**
 * Mints a project's authority: keys once, then for each `init`, `refresh` and renewal a signed
 * snapshot and a root warrant that name each other.
 */
import { Buffer } from "node:buffer";
import { randomBytes } from "node:crypto";
import { fromJson, member } from "../constraints/registry.ts";
import { attenuates } from "../constraints/attenuation.ts";
import { type Cbor, encode, isList } from "../protocol/cbor.ts";
import { hex } from "../protocol/keys.ts";
import { revocationId, signRevocationList } from "../protocol/revocation.ts";
import { type Constraint, signWarrant } from "../protocol/warrant.ts";
import type { Snapshot } from "../policy/snapshot.ts";
import { signSnapshot } from "../policy/signed_snapshot.ts";
import { stateDirectory, type StateFile, statePath } from "../state/layout.ts";
import { makePrivateDirectory, writeAtomic, writeIfMissing } from "../state/write_file.ts";
import { bindingKey, encodeBinding, openKey } from "./authority.ts";
import {
  currentIsRevoked,
  currentWarrant,
  exclusively,
  issuerOf,
  note,
  nowSeconds,
  readHeld,
} from "./held.ts";
import { putRevocations } from "./revocations.ts";

export { currentIsRevoked, currentWarrant, type Held, note, readHeld } from "./held.ts";
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

/** True when the second snapshot may allow what the first refuses, or protect less. */
export function widens(before: Snapshot, after: Snapshot): boolean {
  if (before.mode === "enforce" && after.mode === "observe") return true;
  if (before.receipts.strict && !after.receipts.strict) return true;
  if (after.ttlSeconds > before.ttlSeconds) return true;
  if (before.home !== after.home) return true;
  const { sealed } = after.governance;
  if (!before.governance.sealed.every((path) => sealed.includes(path))) return true;
  if (routeText(before) === routeText(after)) return false;
  const known = new Set(Object.keys(before.routes));
  return !Object.keys(after.routes).every((tool) => known.has(tool)) ||
    !attenuates(unfolded(before, after), capabilitiesOf(after));
}

/**
 * The capabilities of `before`, where a list of alternatives that `after` only shortens is taken for
 * what `after` says. Warrants know no such step, so the published rules do not have it.
 */
function unfolded(before: Snapshot, after: Snapshot): ReturnType<typeof capabilitiesOf> {
  const wanted = capabilitiesOf(after);
  const alternatives = ([type, rule]: Constraint): string[] => {
    const list = type === 13 ? member(rule, "constraints") : undefined;
    return isList(list) ? list.map(textOf) : [textOf([type, rule])];
  };
  return new Map(
    [...capabilitiesOf(before)].map(([tool, set]) => [
      tool,
      new Map([...set].map(([name, constraint]) => {
        const next = wanted.get(tool)?.get(name) ?? constraint;
        const held = alternatives(constraint);
        return [name, alternatives(next).every((one) => held.includes(one)) ? next : constraint];
      })),
    ]),
  );
}

/** One text for one wire value. */
function textOf(value: Cbor | Constraint): string {
  return hex(encode(value as Cbor));
}

/** UUIDv7 (RFC 9562 section 5.7), hex without dashes: warrant ids sort by time. */
function newWarrantId(): string {
  const bytes = randomBytes(16);
  bytes.writeUIntBE(Date.now(), 0, 6);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x70;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return hex(bytes);
}

/**
 * Signs the snapshot and a warrant for it, and puts both in force. A revoked warrant's successor is
 * revoked as well, until a person lifts the revocation.
 *
 * @param act what the receipt calls it, for example `init`
 */
export function mint(project: string, snapshot: Snapshot, act: string): Minted {
  return exclusively(project, () => mintNext(project, snapshot, act));
}

function mintNext(project: string, wanted: Snapshot, act: string): Minted {
  const held = readHeld(project);
  const { revocations, seen } = held;
  if (revocations.version < seen.revocation) {
    throw new Error(
      "The revocation list is older than the newest receipt; run revoke, then revoke --lift",
    );
  }
  // Another mint may have come in between since the snapshot was compiled.
  const least = Math.max(held.snapshot?.serial ?? 0, seen.serial) + 1;
  const snapshot: Snapshot = {
    ...wanted,
    authority: held.snapshot?.authority ?? wanted.authority,
    serial: Math.max(wanted.serial, least),
  };
  const issuer = issuerOf(project);
  const signed = signSnapshot(snapshot, issuer);
  const id = newWarrantId();
  const issuedAt = nowSeconds();
  const expiresAt = issuedAt + snapshot.ttlSeconds;
  const envelope = signWarrant({
    id,
    type: "execution",
    tools: capabilitiesOf(snapshot),
    holder: openKey({ project, root: "" }, "holderKey").publicKey,
    issuer: issuer.publicKey,
    issuedAt,
    expiresAt,
    maxDepth,
    depth: 0,
    extensions: new Map([[bindingKey, encodeBinding({ ...snapshot, snapshot: signed.digest })]]),
  }, issuer);

  const revoked = currentIsRevoked(project, held);
  // The list first: at no moment is the new warrant there and its revocation not.
  const list = revoked
    ? putRevocations(project, [...revocations.ids, revocationId(id)], revocations.version, issuer)
    : revocations;
  writeAtomic(statePath(project, "snapshot"), signed.text, 0o600);
  const text = Buffer.from(envelope).toString("base64url");
  writeAtomic(statePath(project, "warrant"), `${text}\n`, 0o600);
  note(project, `${act}: warrant ${id}${revoked ? ", still revoked" : ""}`, {
    warrant: id,
    policy: signed.digest,
    serial: snapshot.serial,
    revocation: list.version,
  });
  return { id, expiresAt, serial: snapshot.serial, revoked };
}

/**
 * Mints anew, from the snapshot in force, when the warrant has expired or is gone. The edited policy
 * is not looked at: that is `refresh`.
 */
export function renew(project: string): { readonly renewed: boolean; readonly expiresAt: number } {
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
  const { expiresAt } = mint(project, next, "renewal");
  return { renewed: true, expiresAt };
}
