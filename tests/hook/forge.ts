/** Authority made by hand: what an attacker who holds some of the keys could put into `.state`. */
import { Buffer } from "node:buffer";
import { randomBytes } from "node:crypto";
import { bindingKey, encodeBinding, openKey } from "../../src/authorizer/authority.ts";
import { capabilitiesOf } from "../../src/authorizer/mint.ts";
import { type SigningKey, signingKey } from "../../src/protocol/keys.ts";
import { type Constraint, signWarrant } from "../../src/protocol/warrant.ts";
import { readSnapshot, signSnapshot } from "../../src/policy/signed_snapshot.ts";
import type { Snapshot } from "../../src/policy/snapshot.ts";
import { writeAtomic } from "../../src/state/write_file.ts";
import type { Project } from "./project.ts";

export type Tools = ReadonlyMap<string, ReadonlyMap<string, Constraint>>;

/** What differs from an honest warrant for the snapshot in place. */
export interface Forgery {
  readonly tools?: Tools;
  readonly issuer?: SigningKey;
  readonly holder?: string;
  readonly snapshot?: Snapshot;
  readonly digest?: string;
  readonly id?: string;
  readonly issuedAt?: number;
  readonly expiresAt?: number;
  readonly type?: "execution" | "issuer";
  /** False leaves the binding out. */
  readonly bound?: boolean;
}

export function newKey(): SigningKey {
  return signingKey(randomBytes(32));
}

export function keyOf(
  project: Project,
  file: "issuerKey" | "holderKey" | "receiptKey",
): SigningKey {
  return openKey({ project: project.root, root: "" }, file);
}

/** The verified snapshot in place. */
export function snapshotOf(project: Project): { snapshot: Snapshot; digest: string } {
  return readSnapshot(Deno.readFileSync(project.state("snapshot")), project.pinned);
}

/** Puts a snapshot in place and returns its digest. */
export function putSnapshot(
  project: Project,
  snapshot: Snapshot,
  issuer: SigningKey = keyOf(project, "issuerKey"),
): string {
  const { text, digest } = signSnapshot(snapshot, issuer);
  // As a mint does: a file written in place can be read half.
  writeAtomic(project.state("snapshot"), text, 0o600);
  return digest;
}

/** Puts a warrant in place and returns its id. */
export function putWarrant(project: Project, forgery: Forgery = {}): string {
  const current = snapshotOf(project);
  const snapshot = forgery.snapshot ?? current.snapshot;
  const issuer = forgery.issuer ?? keyOf(project, "issuerKey");
  const now = Math.floor(Date.now() / 1000);
  const id = forgery.id ?? randomBytes(16).toString("hex");
  const binding = encodeBinding({
    authority: snapshot.authority,
    project: snapshot.project,
    serial: snapshot.serial,
    snapshot: forgery.digest ?? current.digest,
  });
  const envelope = signWarrant({
    id,
    type: forgery.type ?? "execution",
    tools: forgery.tools ?? capabilitiesOf(snapshot),
    holder: forgery.holder ?? keyOf(project, "holderKey").publicKey,
    issuer: issuer.publicKey,
    issuedAt: forgery.issuedAt ?? now,
    expiresAt: forgery.expiresAt ?? now + 3600,
    maxDepth: 4,
    depth: 0,
    extensions: forgery.bound === false ? new Map() : new Map([[bindingKey, binding]]),
  }, issuer);
  writeAtomic(project.state("warrant"), Buffer.from(envelope).toString("base64url"), 0o600);
  return id;
}

/** The warrant's tools with one path constraint opened up to the whole file system. */
export function opened(project: Project, capability: string): Tools {
  const tools = new Map(capabilitiesOf(snapshotOf(project).snapshot));
  const anywhere: Constraint = [
    17,
    new Map<string, string | boolean>([
      ["root", "/"],
      ["case_sensitive", true],
      ["allow_equal", true],
    ]),
  ];
  return tools.set(capability, new Map([["path", anywhere]]));
}

/** The snapshot with the Read rule opened up to the whole file system. */
export function widened(snapshot: Snapshot): Snapshot {
  const route = snapshot.routes.Read;
  if (route === undefined) throw new Error("The policy has no Read rule");
  const args = route.args.map((rule) => ({
    ...rule,
    constraint: [17, { root: "/", case_sensitive: true, allow_equal: true }] as const,
  }));
  return { ...snapshot, routes: { ...snapshot.routes, Read: { ...route, args } } };
}
