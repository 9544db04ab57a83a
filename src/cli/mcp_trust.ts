/** First trust: `init` and `refresh` start the MCP servers that nobody has pinned, and pin them. */
import { serverWord } from "../policy/tools.ts";
import { denialOf } from "../authorizer/denial.ts";
import { type Held, type MintSteps, nowSeconds } from "../authorizer/mint.ts";
import { scanServer } from "../mcp/pins/hidden_text.ts";
import { emptyLock, openLock, pinnedIn, writeLock } from "../mcp/pins/lock_file.ts";
import type { Lock, PinnedServer } from "../mcp/pins/pin.ts";
import { launchDigest, programChange } from "../mcp/programs/pinned_program.ts";
import { lookAtServer, pinServer, repinned, type Starter, untrusted } from "../mcp/pins/pinning.ts";
import type { Snapshot } from "../policy/snapshot.ts";
import { printable, printableCut } from "../receipts/printable.ts";
import { compared } from "./mcp_comparison.ts";
import { differenceLines, hiddenTextLine } from "./mcp_lines.ts";
import type { Colour } from "./terminal.ts";
import { counted } from "./text_columns.ts";

/** The pins in force, and why there are none where there should be some. */
export interface HeldPins {
  readonly lock: Lock;
  readonly lost?: string;
}

/** The lock that the held policy names; an empty one when it cannot be read. */
export function heldPins(project: string, { root, snapshot }: Pick<Held, "root" | "snapshot">) {
  try {
    return { lock: openLock({ project, root }, snapshot?.pins) };
  } catch (error) {
    return { lock: emptyLock(project), lost: denialOf(error).message };
  }
}

/**
 * Why trusting the servers of a policy is for a person to say, where the policy itself is not wider
 * than the one in force.
 */
export function trustChanges(
  { lock, lost }: HeldPins,
  held: Snapshot | undefined,
  snapshot: Snapshot,
): string[] {
  const launch = (policy: Snapshot | undefined, name: string) => {
    const servers = policy?.servers ?? {};
    const rule = Object.hasOwn(servers, name) ? servers[name] : undefined;
    return rule === undefined ? "" : launchDigest(rule.launch);
  };
  // Another launch than that of the policy in force is told with what else is wider.
  const again = untrusted(lock, snapshot).relaunched
    .filter((name) => launch(held, name) === launch(snapshot, name));
  return [
    ...(lost === undefined ? [] : [`MCP servers are trusted anew: ${lost.split(";", 1)[0]}`]),
    ...again.map((name) => `MCP server ${printable(name)} is started in another way`),
  ];
}

export interface Trusted {
  readonly pins: ReadonlyMap<string, PinnedServer>;
  readonly warnings: readonly string[];
}

export interface TrustOptions {
  readonly starter: () => Promise<Starter>;
  /** Says what goes on. */
  readonly tell: (line: string) => void;
  /** The command runs in a session of the client, where nothing is trusted. */
  readonly inSession: boolean;
}

const uncoloured = (_: Colour, text: string) => text;

/** Servers whose programs have changed stay denied: what `refresh` does not mend it has to say. */
function changedPrograms(lock: Lock, { servers = {} }: Snapshot, known: ReadonlySet<string>) {
  return Object.entries(servers).flatMap(([name, { launch }]) => {
    const pinned = known.has(name) ? undefined : pinnedIn(lock, name);
    const change = pinned && programChange(pinned.program, launch);
    if (change === undefined) return [];
    const what = `MCP server ${printable(name)} is not as it was approved (${printable(change)})`;
    return [
      `${what}, so its tools stay denied; see tenuo-claude mcp diff ${serverWord(printable(name))}`,
    ];
  });
}

/** Starts each server that is not pinned as the policy starts it. What cannot be is a warning. */
export async function trustServers(
  { lock }: HeldPins,
  snapshot: Snapshot,
  { starter, tell, inSession }: TrustOptions,
): Promise<Trusted> {
  const { unpinned, relaunched } = untrusted(lock, snapshot);
  const names = [...unpinned, ...relaunched];
  const pins = new Map<string, PinnedServer>();
  const changed = changedPrograms(lock, snapshot, new Set(names));
  if (names.length === 0) return { pins, warnings: changed };
  if (inSession) {
    const listed = names.map(printable).join(", ");
    const how = "run tenuo-claude refresh in a terminal outside Claude Code";
    return {
      pins,
      warnings: [
        `MCP servers not trusted yet, their tools stay denied: ${listed}; ${how}`,
        ...changed,
      ],
    };
  }
  const start = await starter();
  const warnings = changed;
  for (const name of names) {
    const rule = snapshot.servers?.[name];
    if (rule === undefined) continue;
    tell(`Starting the MCP server ${printable(name)} to pin its tools`);
    try {
      const seen = await lookAtServer(name, rule, start);
      const pinned = pinServer(seen, nowSeconds());
      pins.set(name, pinned);
      const tools = counted(Object.keys(pinned.tools).length, "tool");
      tell(`Pinned ${tools} of the MCP server ${printable(name)}`);
      const before = pinnedIn(lock, name);
      const changes = before === undefined ? [] : compared(before, seen);
      for (const line of changes.flatMap((one) => differenceLines(one, name, uncoloured))) {
        tell(line);
      }
      const hidden = scanServer(seen.listed, otherTools({ ...lock.servers }, pins, name));
      const about = `MCP server ${printable(name)}`;
      warnings.push(
        ...(pinned.program.unpinned ?? []).map((line) => `${about}: ${printable(line)}`),
        ...hidden.map((one) => `${about}: ${hiddenTextLine(one)}`),
      );
    } catch (error) {
      const why = printableCut(error instanceof Error ? error.message : String(error), 300);
      warnings.push(
        `MCP server ${printable(name)} is not pinned, so its tools stay denied: ${why}; ` +
          "mend that and run tenuo-claude refresh",
      );
    }
  }
  return { pins, warnings };
}

/** The tools of all servers but one, by their own names. */
export function otherTools(
  held: Lock["servers"],
  pins: ReadonlyMap<string, PinnedServer>,
  name: string,
): ReadonlySet<string> {
  const servers = new Map([...Object.entries(held), ...pins]);
  servers.delete(name);
  return new Set([...servers.values()].flatMap(({ tools }) => Object.keys(tools)));
}

/** Writes the lock while the policy that will name it is minted. */
export function pinStep(
  project: string,
  snapshot: Snapshot,
  pins: ReadonlyMap<string, PinnedServer>,
): NonNullable<MintSteps["pins"]> {
  return (held, issuer) => {
    const { lock, lost }: HeldPins = heldPins(project, held);
    const next = repinned(lock, pins, snapshot);
    const named = held.snapshot?.pins;
    if (named === undefined && Object.keys(next.servers).length === 0) return undefined;
    const isSame = JSON.stringify(next) === JSON.stringify(lock);
    return lost === undefined && isSame && named !== undefined
      ? named
      : writeLock(project, next, issuer);
  };
}
