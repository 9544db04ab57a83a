/** What `status` finds out: each step that a call goes through is tried, and what fails is told. */
import {
  clockTolerance,
  openKey,
  openSnapshot,
  openWarrant,
  type Place,
  requireBound,
  requireSandbox,
  verifyGrant,
} from "../authorizer/authority.ts";
import { currentWarrant } from "../authorizer/mint.ts";
import { asDenial, codes, Denial } from "../authorizer/denial.ts";
import { requirePolicyFiles } from "../authorizer/policy_files.ts";
import { resolvePath } from "../authorizer/resolve_path.ts";
import { findService } from "../authorizer/service_control.ts";
import { hooksOff, userFolder } from "../claude/hooks_off.ts";
import { readWiring, type Wiring } from "../claude/settings.ts";
import { readPolicyFile } from "../policy/policy_file.ts";
import type { Snapshot } from "../policy/snapshot.ts";
import type { VerifiedSnapshot } from "../policy/signed_snapshot.ts";
import type { Receipt } from "../receipts/receipt.ts";
import { statePath } from "../state/layout.ts";
import { readRegularText } from "../state/read_file.ts";
import { type ServerFacts, serverFacts } from "./status_mcp.ts";
import { type Log, readNewest } from "./status_receipts.ts";

export interface WarrantFacts {
  readonly id: string;
  /** Unix seconds. */
  readonly expires: number;
  readonly expired: boolean;
  readonly revoked: boolean;
}

export interface ServiceFacts {
  readonly state: "up" | "down" | "not answering";
  readonly pid?: number;
  readonly port?: number;
  readonly socket?: string;
  readonly version?: string;
}

export interface Facts {
  readonly project: string;
  readonly name?: string;
  readonly policy: "in force" | "edited" | "unusable" | "not compiled";
  readonly mode?: Snapshot["mode"];
  readonly serial?: number;
  readonly warrant?: WarrantFacts;
  /** Tools under a constraint. */
  readonly enforced: readonly string[];
  /** Tools granted without one, by the policy. */
  readonly allowed: readonly string[];
  /** The client's own tools that are granted as a bundle. */
  readonly bundled: readonly string[];
  readonly default: "deny";
  readonly wiring: Wiring;
  readonly mcp: ServerFacts;
  readonly service: ServiceFacts;
  readonly receipts: Log;
  /** What makes calls be denied, or be decided by nobody. Empty when all is well. */
  readonly problems: readonly string[];
}

type Complain = (problem: string) => void;

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : "unknown error";
}

/** Runs one step; what it throws becomes a problem. */
async function attempt<T>(step: () => T | Promise<T>, complain: Complain): Promise<T | undefined> {
  try {
    return await step();
  } catch (error) {
    complain(messageOf(error));
    return undefined;
  }
}

function isEdited({ project, files, overlays }: Snapshot): boolean {
  const compiled = new Map(files.map(({ path, sha256 }) => [path, sha256]));
  return [...new Set([...compiled.keys(), ...overlays])].some((path) =>
    readPolicyFile(project, path)?.sha256 !== compiled.get(path)
  );
}

async function policyFacts(verified: VerifiedSnapshot | undefined, complain: Complain) {
  if (verified === undefined) return { policy: "not compiled" } as const;
  const { snapshot } = verified;
  const { name, serial } = snapshot;
  const mode = await attempt(() => requirePolicyFiles(snapshot), complain);
  if (mode === undefined) return { policy: "unusable", name, serial } as const;
  return { policy: isEdited(snapshot) ? "edited" : "in force", mode, name, serial } as const;
}

/** Verifies the warrant as the pipeline does. */
async function requireGrant(place: Place, verified: VerifiedSnapshot, now: number): Promise<void> {
  const { leaf } = await verifyGrant(place, openWarrant(place), now);
  requireBound(leaf, verified);
  if (openKey(place, "holderKey").publicKey !== leaf.holder) {
    throw new Denial("PopSignatureInvalid", "The holder key is not the warrant's");
  }
}

async function warrantFacts(
  place: Place,
  verified: VerifiedSnapshot | undefined,
  now: number,
  complain: Complain,
): Promise<{ warrant?: WarrantFacts }> {
  let revoked = false;
  if (verified !== undefined) {
    try {
      await requireGrant(place, verified, now);
    } catch (error) {
      const code = asDenial(error)?.code;
      revoked = code === codes.WarrantRevoked;
      const next = revoked
        ? "; run tenuo-claude revoke --lift"
        : code === codes.WarrantExpired
        ? "; run tenuo-claude refresh or up"
        : "";
      complain(messageOf(error) + next);
    }
  }
  const current = currentWarrant(place.project);
  if (current === undefined) return {};
  const { id, expiresAt: expires } = current;
  return { warrant: { id, expires, expired: expires <= now, revoked } };
}

/** Tools by how they are granted. */
function toolFacts(routes: Snapshot["routes"]) {
  const named = Object.entries(routes).map(([tool, { rule }]) => ({ tool, rule }));
  const kindOf = (rule: string) => {
    if (/^(mcp\.(servers\..*\.)?)?enforce\./.test(rule)) return "enforced";
    return /^(harness|spawn) tool/.test(rule) ? "bundled" : "allowed";
  };
  const of = (kind: string) =>
    named.filter(({ rule }) => kindOf(rule) === kind).map(({ tool }) => tool);
  return { enforced: of("enforced"), allowed: of("allowed"), bundled: of("bundled") };
}

/** What the newest receipt says against the state or the clock. */
function complainOfReceipt(
  newest: Receipt,
  verified: VerifiedSnapshot | undefined,
  now: number,
  complain: Complain,
): void {
  const behind = Date.parse(newest.time) / 1000 - now;
  if (!(behind <= clockTolerance)) {
    complain(`The clock is ${Math.ceil(behind)} s behind the newest receipt; correct it`);
  }
  if (verified !== undefined && (newest.serial ?? 0) > verified.snapshot.serial) {
    complain("The state is older than the newest receipt; run tenuo-claude refresh");
  }
}

async function serviceFacts(project: string): Promise<ServiceFacts> {
  const found = await findService(project);
  if (found.kind === "down") return { state: "down" };
  if (found.kind === "mute") {
    return { state: "not answering", ...(found.pid === undefined ? {} : { pid: found.pid }) };
  }
  const { pid, port, socket } = found.record;
  return { state: "up", pid, port, socket, version: found.status.version };
}

function wiringFacts(project: string, root: string, complain: Complain): Wiring {
  const wiring = readWiring(project, root);
  if (wiring.kind === "none") {
    complain("Claude Code's hooks are not wired, so nothing is checked; run tenuo-claude init");
  } else if (wiring.kind === "foreign") {
    complain("The wired hooks are not as init writes them; run tenuo-claude init");
  } else if (!isFile(wiring.command)) {
    complain(`The wired program ${wiring.command} is missing; run tenuo-claude init`);
  }
  for (const file of hooksOff(project, userFolder())) {
    complain(`${file} sets disableAllHooks, so Claude Code runs no hooks; remove it`);
  }
  return wiring;
}

/** Keys and logs that others on the machine can read. */
function complainOfModes(project: string, complain: Complain): void {
  for (const file of ["issuerKey", "holderKey", "receiptKey", "receipts"] as const) {
    const path = statePath(project, file);
    try {
      const { mode } = Deno.lstatSync(path);
      if (mode !== null && (mode & 0o077) !== 0) {
        complain(`${path} is open to other users; run chmod 600 ${path}`);
      }
    } catch {
      // What is missing is complained of elsewhere.
    }
  }
}

function isFile(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}

/** Looks at everything that decides about calls in the project. Changes nothing. */
export async function collectFacts(project: string): Promise<Facts> {
  const problems: string[] = [];
  const complain = (problem: string) => {
    if (!problems.includes(problem)) problems.push(problem);
  };
  const now = Math.floor(Date.now() / 1000);
  const root = await attempt(() => {
    try {
      return readRegularText(statePath(project, "issuerPublic"), 256);
    } catch {
      throw new Error(`No authority in ${project}/.state; run tenuo-claude init`);
    }
  }, complain);
  const place = { project, root: root ?? "" };
  const isHeld = root !== undefined;
  const verified = isHeld ? await attempt(() => openSnapshot(place), complain) : undefined;
  const policy = await policyFacts(verified, complain);
  if (verified !== undefined) {
    const resolve = (path: string) => resolvePath("/", path);
    await attempt(() => requireSandbox(verified.snapshot, resolve), complain);
  }
  const warrant = isHeld ? await warrantFacts(place, verified, now, complain) : {};
  if (isHeld) complainOfModes(project, complain);
  const receipts = readNewest(project);
  if (isHeld && receipts.broken !== undefined) complain(`Receipts: ${receipts.broken}`);
  const { newest } = receipts;
  if (newest !== undefined) complainOfReceipt(newest, verified, now, complain);
  return {
    project,
    ...policy,
    ...warrant,
    ...toolFacts(verified?.snapshot.routes ?? {}),
    default: "deny",
    wiring: wiringFacts(project, place.root, complain),
    mcp: serverFacts(verified?.snapshot, place.root, complain),
    service: await serviceFacts(project),
    receipts,
    problems,
  };
}
