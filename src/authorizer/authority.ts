/**
 * Who may grant: the verified snapshot and the verified warrant of a project, bound to each other
 * and to the pinned root. Every step throws; nothing here decides about a call.
 */
import { Buffer } from "node:buffer";
import { isHeldAsIs } from "../constraints/held_as_is.ts";
import { decode, encode, isList, isMap } from "../protocol/cbor.ts";
import { readChain, verifyChain } from "../protocol/chain.ts";
import { fromHex, hex, sha256, type SigningKey, signingKey } from "../protocol/keys.ts";
import { readRevocationList, revocationId } from "../protocol/revocation.ts";
import type { Warrant } from "../protocol/warrant.ts";
import type { Snapshot } from "../policy/snapshot.ts";
import { readSnapshot, type VerifiedSnapshot } from "../policy/signed_snapshot.ts";
import { stateFiles, statePath } from "../state/layout.ts";
import { readRegular, UnsafeFile } from "../state/read_file.ts";
import type { AppendMemory } from "../receipts/log.ts";
import { Denial } from "./denial.ts";

/** What a process that judges many calls keeps between them. It spares work, and no look at a file. */
export interface Memory extends AppendMemory {
  /** The bytes that the file holds now, as `readRegular` gives them. */
  readonly read: typeof readRegular;
  /** What `make` makes of these bytes, or what it made of the same ones under the same name. */
  readonly once: <T>(name: string, bytes: Uint8Array, make: (bytes: Uint8Array) => T) => T;
}

/** Where the authority is kept and what it must be rooted in. */
export interface Place {
  /** The project root, absolute and link-free. */
  readonly project: string;
  /** The pinned root's public key, hex. */
  readonly root: string;
  /** Absent where a process judges one call. */
  readonly memory?: Memory;
}

/** A verified grant: what the leaf warrant says, under which revocation list. */
export interface Grant {
  readonly leaf: Warrant;
  /** SHA-256 of the chain's bytes, hex. */
  readonly chain: string;
  readonly revocation: number;
}

/**
 * What binds a warrant to one snapshot of one project; a signed extension of the warrant, in CBOR:
 * `[authority bytes, project text, serial, snapshot bytes]`.
 */
export interface Binding {
  readonly authority: string;
  readonly project: string;
  readonly serial: number;
  /** SHA-256 of the snapshot, hex. */
  readonly snapshot: string;
}

/** The extension's key: reverse domain form, since `tenuo.` is reserved (wire-format-v1 section 8). */
export const bindingKey = "ai.tenuo.claude.binding";
/** The extension of a role's warrant: the subagent type, as CBOR text. */
export const roleKey = "ai.tenuo.claude.role";
/** Seconds of clock difference that are forgiven. */
export const clockTolerance = 30;
const stateLimit = 4 << 20;

export function encodeBinding(binding: Binding): Uint8Array {
  const { authority, project, serial, snapshot } = binding;
  return encode([fromHex(authority), project, serial, fromHex(snapshot)]);
}

/** What a state file holds now. */
function state(place: Place, file: keyof typeof stateFiles, limit = stateLimit): Uint8Array {
  try {
    return (place.memory?.read ?? readRegular)(statePath(place.project, file), limit);
  } catch (error) {
    if (!(error instanceof UnsafeFile)) throw error;
    throw new Denial("StateUnreadable", `${error.message}; run tenuo-claude init`);
  }
}

/** What `make` makes of bytes, which are judged by the root and by nothing else. */
function once<T>(
  { memory, root }: Place,
  name: string,
  bytes: Uint8Array,
  make: (bytes: Uint8Array) => T,
): T {
  return memory === undefined ? make(bytes) : memory.once(name + root, bytes, make);
}

/** @throws {Denial} 9002, {ProtocolError} 1100 */
export function openSnapshot(place: Place): VerifiedSnapshot {
  const bytes = state(place, "snapshot");
  const verified = once(place, "snapshot", bytes, (file) => readSnapshot(file, place.root));
  if (verified.snapshot.project !== place.project) {
    throw new Denial("BindingMismatch", "The policy snapshot is another project's");
  }
  return verified;
}

function textOf(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes).trim();
}

function seedOf(text: string, what: string): Uint8Array {
  const seed = Buffer.from(text, "base64");
  if (seed.length !== 32 || seed.toString("base64") !== text) {
    throw new Denial("StateUnreadable", `The ${what} is malformed; run tenuo-claude init`);
  }
  return seed;
}

/** A private key of the state directory. @throws {Denial} 9002 */
export function openKey(place: Place, file: "holderKey" | "receiptKey" | "issuerKey"): SigningKey {
  const bytes = state(place, file, 256);
  return once(place, file, bytes, (own) => signingKey(seedOf(textOf(own), stateFiles[file])));
}

/** The project's own warrant, as bytes. @throws {Denial} 9002 */
export function openWarrant(place: Place): Uint8Array {
  return once(place, "warrant", state(place, "warrant"), (file) => {
    const text = textOf(file);
    const bytes = Buffer.from(text, "base64url");
    if (bytes.length === 0 || bytes.toString("base64url") !== text) {
      throw new Denial("StateUnreadable", "The warrant is malformed; run tenuo-claude refresh");
    }
    return bytes;
  });
}

/**
 * The chain of a declared role, as bytes, root first.
 *
 * @throws {Denial} 9002, {ProtocolError} 1202
 */
export function openRoleWarrant(place: Place, role: string): Uint8Array {
  const chains = once(place, "roles", state(place, "roleWarrants"), decode);
  const chain = isMap(chains) ? chains.get(role) : undefined;
  if (chain instanceof Uint8Array) return chain;
  throw new Denial("StateUnreadable", `No warrant for ${role}; run tenuo-claude refresh`);
}

/**
 * The leaf must be the role's own warrant, and the session's nobody's role.
 *
 * @throws {Denial} 9006
 */
export function requireRoleWarrant({ extensions }: Warrant, role: string | undefined): void {
  const extension = extensions.get(roleKey);
  if ((extension === undefined ? undefined : decode(extension)) === role) return;
  throw new Denial("BindingMismatch", "The warrant is another role's; run tenuo-claude refresh");
}

/** A root has no parent; roles have what the session has, or less of it. */
function isAsItsParent(warrant: Warrant, at: number, chain: readonly Warrant[]): boolean {
  const parent = chain[at - 1];
  return parent === undefined ||
    (parent.type === "execution" && warrant.type === "execution" &&
      isHeldAsIs(parent.tools, warrant.tools));
}

/**
 * Verifies a warrant chain to the pinned root, against the revocation list, as of `now`.
 *
 * @param now unix seconds
 * @throws {ProtocolError} the published code of the step that fails
 */
export async function verifyGrant(place: Place, bytes: Uint8Array, now: number): Promise<Grant> {
  const { revoked, version } = once(place, "revocations", state(place, "revocations"), (list) => {
    const { ids, version } = readRevocationList(list, place.root);
    return { revoked: new Set(ids), version };
  });
  const { chain, digest } = once(place, "chain", bytes, (own) => {
    return { chain: readChain(own, [place.root]), digest: hex(sha256(own)) };
  });
  const attenuates = chain.every(isAsItsParent)
    ? isHeldAsIs
    : await (await import("../constraints/attenuation.ts")).prepareAttenuation(chain);
  const leaf = verifyChain(chain, {
    root: place.root,
    now,
    tolerance: clockTolerance,
    isRevoked: (id) => revoked.has(revocationId(id)),
    attenuates,
    // A role's warrant is the session holder's own, narrowed.
    allowSelfDelegation: true,
  });
  return { leaf, chain: digest, revocation: version };
}

/** The warrant must name this very snapshot of this very project. @throws {Denial} 9006 */
export function requireBound(leaf: Warrant, { snapshot, digest }: VerifiedSnapshot): void {
  const extension = leaf.extensions.get(bindingKey);
  const value = extension === undefined ? null : decode(extension);
  const [authority, project, serial, named] = isList(value) && value.length === 4 ? value : [];
  const isHex = (bytes: unknown, text: string) =>
    bytes instanceof Uint8Array && hex(bytes) === text;
  const mismatch = (what: string): never => {
    throw new Denial("BindingMismatch", `${what}; run tenuo-claude refresh`);
  };
  if (!isHex(authority, snapshot.authority) || project !== snapshot.project) {
    mismatch("The warrant is another project's");
  }
  if (!isHex(named, digest) || serial !== snapshot.serial) {
    mismatch("The warrant names another policy snapshot");
  }
}

/** The sandbox must still be where it was when the policy was compiled. @throws {Denial} 9012 */
export function requireSandbox({ sandbox }: Snapshot, resolve: (path: string) => string): void {
  const changed = (how: string): never => {
    throw new Denial("SandboxChanged", `The sandbox ${sandbox} ${how}; run tenuo-claude refresh`);
  };
  const now = resolve(sandbox);
  if (now !== sandbox) changed(`now leads to ${now}`);
  if (!isDirectory(sandbox)) changed("is no directory any more");
}

function isDirectory(path: string): boolean {
  try {
    return Deno.statSync(path).isDirectory;
  } catch {
    return false;
  }
}
