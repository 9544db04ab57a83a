/** What `init` and `refresh` share: compile the policy, mint, and say what came of it. */
import { mint, type Minted, prepareState, readHeld, widens } from "../authorizer/mint.ts";
import { thisProgram } from "../claude/program.ts";
import { requireMergeable, SettingsError, wire } from "../claude/settings.ts";
import { loadPolicy } from "../policy/load.ts";
import type { Policy } from "../policy/policy.ts";
import type { Snapshot } from "../policy/snapshot.ts";
import { repinned } from "../mcp/pins/pinning.ts";
import { stateDirectory } from "../state/layout.ts";
import { writeAtomic } from "../state/write_file.ts";
import { inSession, requirePerson } from "./authority_of_people.ts";
import { candidateOf } from "./candidate.ts";
import { UserError } from "./command.ts";
import { heldPins, pinStep, trustChanges, trustServers } from "./mcp_trust.ts";
import { isPolicyError, warningsOf } from "./policy_findings.ts";
import { aboutText } from "./policy_lines.ts";
import { requireServerEntries } from "./server_entries.ts";
import { openTerminal } from "./terminal.ts";
import { widening } from "./widening.ts";
import { writableServers } from "./writable_servers.ts";

export interface Established extends Minted {
  readonly snapshot: Snapshot;
  /** The pinned root's public key, hex. */
  readonly root: string;
  /** Things to know that do not stop anything. */
  readonly warnings: readonly string[];
}

/** Old spellings do what they say, so that only `check` and `policy lint` name them. */
function warningTexts(policy: Policy, project: string): string[] {
  const warnings = warningsOf(policy, project).filter(({ kind }) => kind !== "deprecated")
    .map((warning) => `${warning.file}:${warning.line}: ${aboutText(warning)}`);
  const { downstream } = policy.mcp;
  if (downstream !== undefined && !downstream.startsWith("bundled:")) {
    const script = downstream.startsWith("/") ? downstream : `${project}/${downstream}`;
    try {
      Deno.statSync(script);
    } catch {
      warnings.push(`mcp.downstream ${downstream} does not exist yet`);
    }
  }
  return warnings;
}

/** A policy that does not do what its own examples say never comes into force. */
async function requireExamples(policy: Policy, candidate: Snapshot): Promise<void> {
  if (policy.examples.length === 0) return;
  const { describeFailures, runExamples } = await import("./policy_examples.ts");
  const failures = describeFailures(await runExamples(policy.examples, candidate));
  if (failures !== undefined) throw new UserError(failures);
}

/**
 * Loads, compiles, tries the examples and mints. Nothing is written before all of it is known to be
 * good.
 *
 * @throws {UserError} policy errors, an example that fails, or a wider policy that no person asked for
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
    // Compiled once before anything is written, so that an error leaves no trace.
    const candidate = await candidateOf(project, policy);
    await requireExamples(policy, candidate);
    requireServerEntries(candidate);
    prepareState(project);
    const held = readHeld(project);
    const snapshot = await candidateOf(project, policy, {
      held: held.snapshot,
      createSandbox: true,
    });
    const wider = held.snapshot !== undefined && widens(held.snapshot, snapshot)
      ? widening(held.snapshot, snapshot)
      : [];
    const pins = heldPins(project, held);
    wider.push(...trustChanges(pins, held.snapshot, snapshot));
    if (wider.length > 0) requirePerson(`This policy (${wider.join("; ")})`, yes);
    const trusted = await trustServers(pins, snapshot, {
      starter: async () => (await import("./mcp_starter.ts")).serverStarter(snapshot),
      tell: (line) => openTerminal().warn(line),
      inSession: inSession(),
    });
    const { servers } = repinned(pins.lock, trusted.pins, snapshot);
    const writable = await writableServers(snapshot, servers);
    const minted = mint(project, snapshot, act, { pins: pinStep(project, snapshot, trusted.pins) });
    const widened = wider.map((change) => `widened: ${change}`);
    const warnings = [
      ...widened,
      ...trusted.warnings,
      ...writable,
      ...warningTexts(policy, project),
    ];
    return { ...minted, snapshot, root: held.root, warnings };
  } catch (error) {
    if (isPolicyError(error)) throw new UserError(error.message);
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

/** Writes the hooks of this very program. Returns whether anything changed. @throws {UserError} */
export function wireProject(project: string, root: string): boolean {
  try {
    return wire(thisProgram(), project, root, writeAtomic);
  } catch (error) {
    if (error instanceof SettingsError) throw new UserError(error.message);
    throw error;
  }
}

function exists(path: string): boolean {
  try {
    Deno.lstatSync(path);
    return true;
  } catch {
    return false;
  }
}
