/** What the commands about MCP servers work on: the policy in force and the pins it names. */
import { type Held, readHeld } from "../authorizer/mint.ts";
import type { ServerRule, Snapshot } from "../policy/snapshot.ts";
import { printable } from "../receipts/printable.ts";
import { CannotTell, UsageError } from "./command.ts";
import { findProjectOrTell } from "./find_project.ts";
import { type HeldPins, heldPins } from "./mcp_trust.ts";

export interface HeldServers {
  readonly project: string;
  readonly held: Held;
  readonly snapshot: Snapshot;
  readonly servers: ReadonlyMap<string, ServerRule>;
  readonly pins: HeldPins;
}

/** @throws {CannotTell} without a project or a policy in force */
export function heldServers(): HeldServers {
  const project = findProjectOrTell();
  const held = readOrTell(project);
  const { snapshot } = held;
  if (snapshot === undefined) throw new CannotTell("No policy in force; run tenuo-claude init");
  const servers = new Map(Object.entries(snapshot.servers ?? {}));
  return { project, held, snapshot, servers, pins: heldPins(project, held) };
}

function readOrTell(project: string): Held {
  try {
    return readHeld(project);
  } catch (error) {
    throw new CannotTell(error instanceof Error ? error.message : "The state cannot be read");
  }
}

/** @throws {UsageError} when the policy in force has no such server */
export function requireServer({ servers }: HeldServers, name: string): ServerRule {
  const rule = servers.get(name);
  if (rule !== undefined) return rule;
  const known = [...servers.keys()].map(printable).join(", ") || "none";
  throw new UsageError(`The policy in force has no MCP server ${printable(name)}; it has ${known}`);
}
