/** What differs between a server as it was trusted and as it shows itself now. */
import { canonicalJson } from "../../protocol/canonical_json.ts";
import { parseJson } from "../../protocol/json_reader.ts";
import { fingerprintOf, pinnedMembers } from "./fingerprint.ts";
import { lineChanges } from "./line_changes.ts";
import type { Definition, Listed, PinnedServer } from "./pin.ts";

export interface Difference {
  readonly about: "identity" | "instructions" | "program" | "tool";
  readonly change: "new" | "changed" | "gone";
  /** By the server's own name. */
  readonly tool?: string;
  /** The members of a tool's definition that differ. */
  readonly members: readonly string[];
  /** Lines that begin with `- `, `+ ` or two spaces; in the server's words, so not fit to print. */
  readonly lines: readonly string[];
}

/** Text as it is, anything else as JSON of several lines, with its members in order. */
function textOf(value: unknown): string {
  if (value === undefined) return "";
  if (typeof value === "string") return value;
  return JSON.stringify(parseJson(canonicalJson(value)).value, null, 2);
}

function changesOf(member: string, before: unknown, after: unknown): string[] {
  const lines = lineChanges(textOf(before), textOf(after));
  return [`  ${member}:`, ...lines.map((line) => `${line.slice(0, 2)}  ${line.slice(2)}`)];
}

function membersThatDiffer(before: Definition, after: Definition): string[] {
  const own = (definition: Definition, name: string) =>
    Object.hasOwn(definition, name) ? canonicalJson(definition[name]) : undefined;
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names].filter((name) => own(before, name) !== own(after, name));
}

function toolDifference(
  tool: string,
  before: Definition | undefined,
  after: Definition | undefined,
): Difference {
  const [was, is] = [before ?? {}, after ?? {}];
  const members = membersThatDiffer(was, is).filter((name) => name !== "name");
  return {
    about: "tool",
    change: before === undefined ? "new" : after === undefined ? "gone" : "changed",
    tool,
    members: before === undefined || after === undefined ? [] : members,
    lines: after === undefined
      ? []
      : members.flatMap((name) => changesOf(name, was[name], is[name])),
  };
}

/** True when the server lists this tool exactly as it was trusted. */
export function isAsPinned(pinned: PinnedServer, tool: string, definition: Definition): boolean {
  return Object.hasOwn(pinned.tools, tool) &&
    pinned.tools[tool]?.fingerprint === fingerprintOf(definition);
}

/** What differs, the server's own words before its tools. Empty when nothing does. */
export function differences(pinned: PinnedServer, listed: Listed): Difference[] {
  const found: Difference[] = [];
  const word = (about: "identity" | "instructions", before: string, after: string) => {
    if (before === after) return;
    const change = before === "" ? "new" : after === "" ? "gone" : "changed";
    found.push({ about, change, members: [], lines: lineChanges(before, after) });
  };
  const called = ({ name, version }: Listed["identity"]) => `${name}\n${version}`;
  word("identity", called(pinned.identity), called(listed.identity));
  word("instructions", pinned.instructions ?? "", listed.instructions ?? "");
  for (const [tool, definition] of listed.tools) {
    if (isAsPinned(pinned, tool, definition)) continue;
    const before = Object.hasOwn(pinned.tools, tool) ? pinned.tools[tool]?.definition : undefined;
    found.push(toolDifference(tool, before, pinnedMembers(definition)));
  }
  for (const [tool, { definition }] of Object.entries(pinned.tools)) {
    if (!listed.tools.has(tool)) found.push(toolDifference(tool, definition, undefined));
  }
  return found;
}
