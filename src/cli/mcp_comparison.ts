/** A server as it was trusted beside the server as it is. */
import { type Difference, differences } from "../mcp/pins/difference.ts";
import type { PinnedServer } from "../mcp/pins/pin.ts";
import type { PinnedProgram } from "../mcp/programs/program_pin.ts";
import { programChange } from "../mcp/programs/pinned_program.ts";
import { lookAtServer, type Seen, type Starter } from "../mcp/pins/pinning.ts";
import type { ServerRule } from "../policy/snapshot.ts";

/** The folder that the packages of a program lie in, which another version may have elsewhere. */
function placeOf(folder: string): string {
  const at = folder.indexOf("/node_modules/");
  return at < 0 ? "" : folder.slice(0, at);
}

/** What a program consists of, by what a person knows each part of it as. */
function partsOf({ command, args, files, package: held, unpinned = [] }: PinnedProgram) {
  const place = held === undefined ? "" : placeOf(held.folder);
  const inside = (path: string) =>
    place !== "" && path.startsWith(`${place}/`) ? path.slice(place.length + 1) : path;
  return new Map([
    ...(held === undefined ? [] : [
      ["package", `${held.name} ${held.version}`.trimEnd()] as const,
      ...(place === "" ? [] : [["kept in", place] as const]),
    ]),
    ["starts", [command, ...args].join(" ")] as const,
    ...files.map(({ path, sha256 }) => [path, sha256] as const),
    ...(held === undefined ? [] : [[inside(held.folder), held.sha256] as const]),
    ...Object.entries(held?.dependencies ?? {})
      .map(([folder, sha256]) => [inside(folder), sha256] as const),
    ...unpinned.map((line) => [line, ""] as const),
  ]);
}

/** Only what differs: a package may depend on a hundred others that are as they were. */
function partLines(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>) {
  const line = (mark: string, part: string, value: string | undefined) =>
    value === undefined ? [] : [`${mark} ${part} ${value}`.trimEnd()];
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((part) => {
    const [was, is] = [before.get(part), after.get(part)];
    return was === is ? [] : [...line("-", part, was), ...line("+", part, is)];
  });
}

/** How two resolutions of a server's launch differ. */
function programDifference(before: PinnedProgram, after: PinnedProgram): Difference[] {
  const lines = partLines(partsOf(before), partsOf(after));
  if (before.launch !== after.launch) lines.push("+ the policy starts it in another way");
  return lines.length === 0 ? [] : [{ about: "program", change: "changed", members: [], lines }];
}

/** What there is of a server that nobody trusted: all of it is new. */
function everything({ program, listed }: Seen): Difference[] {
  const identity = { name: "", version: "" };
  const nothing: PinnedServer = { identity, program, approvedAt: 0, tools: {} };
  const lines = program.command === "" ? [] : partLines(new Map(), partsOf(program));
  const first: Difference = { about: "program", change: "new", members: [], lines };
  return [
    ...(lines.length === 0 ? [] : [first]),
    ...differences(nothing, listed).map((one): Difference =>
      one.about === "identity"
        ? { ...one, change: "new", lines: one.lines.filter((line) => line.startsWith("+")) }
        : one
    ),
  ];
}

/** Everything that differs; of a server that nobody trusted, everything there is. */
export function compared(pinned: PinnedServer | undefined, { program, listed }: Seen) {
  return pinned === undefined
    ? everything({ program, listed })
    : [...programDifference(pinned.program, program), ...differences(pinned, listed)];
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
