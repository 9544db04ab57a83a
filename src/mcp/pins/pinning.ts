/** A server as it is now, looked at so that a person can trust it, and what the lock keeps of that. */
import type { ServerRule, Snapshot } from "../../policy/snapshot.ts";
import type { Wire } from "../framing/wire.ts";
import type { Grant } from "../methods.ts";
import type { Environment } from "../programs/server_environment.ts";
import { pinTool } from "./fingerprint.ts";
import { listServer } from "./list_server.ts";
import { pinnedIn } from "./lock_file.ts";
import type { Listed, Lock, PinnedServer } from "./pin.ts";
import type { PinnedProgram } from "../programs/program_pin.ts";
import { launchDigest, resolveProgram } from "../programs/pinned_program.ts";

/** A program and what it says of itself. */
export interface Seen {
  readonly program: PinnedProgram;
  readonly listed: Listed;
}

/** How servers are started, for a person. */
export interface Starter {
  /** Starts a server, or connects to it. */
  readonly open: (name: string, rule: ServerRule, program: PinnedProgram) => Promise<Wire>;
  /** The variables of the person who trusts the server. */
  readonly environment: Environment;
  /** This program's version, which the server is told. */
  readonly version: string;
}

/**
 * Starts a server and lists its tools.
 *
 * @param program how it is started; absent: found anew
 * @throws {Unresolved} @throws {ServerUnavailable}
 */
export async function lookAtServer(
  name: string,
  rule: ServerRule,
  { open, environment, version }: Starter,
  program?: PinnedProgram,
): Promise<Seen> {
  const found = program ?? await resolveProgram(rule.launch, environment);
  const grants = new Set<Grant>();
  if (rule.sampling) grants.add("sampling");
  if (rule.elicitation) grants.add("elicitation");
  const listed = await listServer({
    name,
    open: () => open(name, rule, found),
    version,
    grants,
    seconds: rule.timeoutSeconds,
  });
  return { program: found, listed };
}

/** @param now unix seconds */
export function pinServer({ program, listed }: Seen, now: number): PinnedServer {
  const { identity, instructions, tools } = listed;
  const byName = [...tools].sort(([one], [other]) => one < other ? -1 : 1);
  return {
    identity,
    program,
    approvedAt: now,
    ...(instructions === undefined ? {} : { instructions }),
    tools: Object.fromEntries(byName.map(([tool, definition]) => [tool, pinTool(definition)])),
  };
}

/** The lock with these servers in it, and without those that the policy no longer has. */
export function repinned(
  lock: Lock,
  pins: ReadonlyMap<string, PinnedServer>,
  { servers = {} }: Snapshot,
): Lock {
  const kept = new Map([...Object.entries(lock.servers), ...pins]);
  const names = [...kept.keys()].filter((name) => Object.hasOwn(servers, name)).sort();
  return { ...lock, servers: Object.fromEntries(names.map((name) => [name, kept.get(name)!])) };
}

export interface Untrusted {
  /** Servers that nobody has trusted yet. */
  readonly unpinned: readonly string[];
  /** Servers that the policy starts in another way than the one that was trusted. */
  readonly relaunched: readonly string[];
}

/** The servers of a policy that a person has yet to trust. */
export function untrusted(lock: Lock, { servers = {} }: Snapshot): Untrusted {
  const [unpinned, relaunched]: [string[], string[]] = [[], []];
  for (const [name, { launch }] of Object.entries(servers)) {
    const pinned = pinnedIn(lock, name);
    if (pinned === undefined) unpinned.push(name);
    else if (pinned.program.launch !== launchDigest(launch)) relaunched.push(name);
  }
  return { unpinned, relaunched };
}
