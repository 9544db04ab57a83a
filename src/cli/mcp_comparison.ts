/** A server as it was trusted beside the server as it is. */
import { type Difference, differences } from "../mcp/pins/difference.ts";
import { lineChanges } from "../mcp/pins/line_changes.ts";
import type { Listed, PinnedProgram, PinnedServer } from "../mcp/pins/pin.ts";
import { programChange } from "../mcp/pins/pinned_program.ts";
import { lookAtServer, type Seen, type Starter } from "../mcp/pins/pinning.ts";
import type { ServerRule } from "../policy/snapshot.ts";

const empty: Listed = { identity: { name: "", version: "" }, tools: new Map() };

/** A program as text, for its lines to be compared. */
function programText({ command, args, files, package: held, unpinned = [] }: PinnedProgram) {
  return [
    [command, ...args].join(" "),
    ...files.map(({ path, sha256 }) => `${path} ${sha256}`),
    ...(held === undefined
      ? []
      : [`${held.name} ${held.version} in ${held.folder} ${held.sha256}`]),
    ...Object.entries(held?.dependencies ?? {}).map(([folder, sha256]) => `${folder} ${sha256}`),
    ...unpinned,
  ].join("\n");
}

/** How two resolutions of a server's launch differ. */
function programDifference(before: PinnedProgram, after: PinnedProgram): Difference[] {
  const lines = lineChanges(programText(before), programText(after));
  if (before.launch !== after.launch) lines.push("+ the policy starts it in another way");
  return lines.length === 0 ? [] : [{ about: "program", change: "changed", members: [], lines }];
}

/** Everything that differs; of a server that nobody trusted, everything there is. */
export function compared(pinned: PinnedServer | undefined, { program, listed }: Seen) {
  if (pinned !== undefined) {
    return [...programDifference(pinned.program, program), ...differences(pinned, listed)];
  }
  const nothing: PinnedServer = { ...empty, program, approvedAt: 0, tools: {} };
  const starts = `+ ${programText(program).split("\n").join("\n+ ")}`.split("\n");
  const first: Difference = { about: "program", change: "new", members: [], lines: starts };
  return [first, ...differences(nothing, listed)];
}

/**
 * How a server differs from what was trusted of it. It is started as it was pinned; when its program
 * has changed it is found anew, but never inside a session.
 *
 * @throws {Unresolved} @throws {ServerUnavailable} when it cannot be told
 */
export async function compareServer(
  name: string,
  rule: ServerRule,
  pinned: PinnedServer | undefined,
  { starter, inSession }: { readonly starter: Starter; readonly inSession: boolean },
): Promise<Difference[]> {
  const change = pinned === undefined
    ? "nobody has approved it"
    : programChange(pinned.program, rule.launch);
  if (change !== undefined && inSession) {
    const kind = pinned === undefined ? "new" : "changed";
    return [{ about: "program", change: kind, members: [], lines: [`+ ${change}`] }];
  }
  const program = change === undefined ? pinned?.program : undefined;
  const found = compared(pinned, await lookAtServer(name, rule, starter, program));
  // What changed may be found to be the same again, as a file that was replaced by a link to it.
  if (change === undefined || found.some(({ about }) => about === "program")) return found;
  return [{ about: "program", change: "changed", members: [], lines: [`+ ${change}`] }, ...found];
}
