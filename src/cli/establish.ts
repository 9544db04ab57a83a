/** What `init` and `refresh` share: compile the policy, mint, and say what came of it. */
import {
  mint,
  type Minted,
  newAuthority,
  prepareState,
  readHeld,
  widens,
} from "../authorizer/mint.ts";
import { thisProgram } from "../claude/program.ts";
import { requireMergeable, SettingsError } from "../claude/settings.ts";
import { compilePolicy } from "../policy/compile.ts";
import { loadPolicy } from "../policy/load.ts";
import type { Policy } from "../policy/policy.ts";
import { PolicyError } from "../policy/policy_error.ts";
import { resolveSandbox } from "../policy/sandbox.ts";
import type { Snapshot } from "../policy/snapshot.ts";
import { stateDirectory } from "../state/layout.ts";
import { requirePerson } from "./authority_of_people.ts";
import { UserError } from "./command.ts";

export interface Established extends Minted {
  readonly snapshot: Snapshot;
  /** The pinned root's public key, hex. */
  readonly root: string;
  /** Things to know that do not stop anything. */
  readonly warnings: readonly string[];
}

function home(): string {
  const directory = Deno.env.get("HOME");
  if (directory === undefined || !directory.startsWith("/")) {
    throw new UserError("HOME is not set; governance files in it could not be protected");
  }
  return directory;
}

function warningsOf(policy: Policy, project: string): string[] {
  const warnings = policy.warnings.map(({ file, line, message }) => `${file}:${line}: ${message}`);
  const { downstream } = policy.mcp;
  if (downstream !== undefined) {
    const script = downstream.startsWith("/") ? downstream : `${project}/${downstream}`;
    try {
      Deno.statSync(script);
    } catch {
      warnings.push(`mcp.downstream ${downstream} does not exist yet`);
    }
  }
  return warnings;
}

async function compiled(project: string, policy: Policy, held: Snapshot | undefined) {
  const program = thisProgram();
  const stateDir = stateDirectory(project);
  const { snapshot } = await compilePolicy(policy, {
    project,
    home: home(),
    stateDir,
    binary: program.command,
    sources: program.files.slice(1),
    authority: held?.authority ?? newAuthority(),
    serial: (held?.serial ?? 0) + 1,
    issuedAt: Math.floor(Date.now() / 1000),
    sandboxRealPath: resolveSandbox(policy, { project, stateDir, create: true }),
  });
  return snapshot;
}

/**
 * Loads, compiles and mints. Nothing is in force before everything is known to be good.
 *
 * @throws {UserError} policy errors, or a wider policy that no person asked for
 */
export async function establish(
  project: string,
  act: "init" | "refresh",
  yes: boolean,
): Promise<Established> {
  try {
    const policy = await loadPolicy(project);
    const isNew = !exists(stateDirectory(project));
    if (isNew && act === "refresh") throw new UserError("No .state here; run tenuo-claude init");
    // Compiled once before anything is written, so that a policy error leaves no trace.
    if (isNew) await compiled(project, policy, undefined);
    prepareState(project);
    const held = readHeld(project);
    const snapshot = await compiled(project, policy, held.snapshot);
    const wider = held.snapshot !== undefined && widens(held.snapshot, snapshot)
      ? widening(held.snapshot, snapshot)
      : [];
    if (wider.length > 0) requirePerson(`This policy (${wider.join("; ")})`, yes);
    const minted = mint(project, snapshot, act);
    const widened = wider.map((change) => `widened: ${change}`);
    const warnings = [...widened, ...warningsOf(policy, project)];
    return { ...minted, snapshot, root: held.root, warnings };
  } catch (error) {
    if (error instanceof PolicyError) throw new UserError(error.message);
    throw error;
  }
}

/** Settings that cannot be merged into stop a command before it changes anything. */
export function requireSettings(project: string): void {
  try {
    requireMergeable(project);
  } catch (error) {
    if (error instanceof SettingsError) throw new UserError(error.message);
    throw error;
  }
}

/** What a wider snapshot newly allows, a line each. */
function widening(before: Snapshot, after: Snapshot): string[] {
  const rule = (snapshot: Snapshot, tool: string) => {
    const route = Object.hasOwn(snapshot.routes, tool) ? snapshot.routes[tool] : undefined;
    return route?.args.map(({ rule }) => rule).join("; ") || route?.rule;
  };
  const changes: string[] = [];
  if (before.mode !== after.mode) changes.push(`mode ${before.mode} → ${after.mode}`);
  if (before.receipts.strict && !after.receipts.strict) changes.push("receipts may be lost");
  if (after.ttlSeconds > before.ttlSeconds) {
    changes.push(`ttl_seconds ${before.ttlSeconds} → ${after.ttlSeconds}`);
  }
  for (const tool of Object.keys(after.routes)) {
    const [old, now] = [rule(before, tool), rule(after, tool)];
    if (old === undefined) changes.push(`+ ${tool} ${now}`);
    else if (old !== now) changes.push(`${tool} ${old} → ${now}`);
  }
  return changes.length > 0 ? changes : ["a rule reaches further"];
}

function exists(path: string): boolean {
  try {
    Deno.lstatSync(path);
    return true;
  } catch {
    return false;
  }
}
