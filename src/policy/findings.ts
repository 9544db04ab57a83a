/** Schema errors as findings: each with the place, the offending text and a did-you-mean. */
import type { z } from "zod";
import type { Finding, Phase, Place } from "./policy_error.ts";
import { keysAt } from "./schema.ts";
import { closest } from "./suggest.ts";
import { toolOfCapability } from "./tools.ts";
import type { SourceNode } from "./yaml_source.ts";

type Issue = z.core.$ZodIssue;
type Path = readonly PropertyKey[];

// Known keys of other versions: never ignored, and the error says what they are.
const laterKeys: ReadonlyMap<string, string> = new Map([
  ["subagents", "no roles: subagents are not supported by this version"],
  ["cloud", "no cloud settings: cloud mode is not supported by this version"],
  ["authorizer", "no authorizer settings: they are not supported by this version"],
  ["approval", "no approval: human approval is not supported by this version"],
  ["exempt", "no exempt: human approval is not supported by this version"],
  ["deny", "no deny list: whatever is not listed is denied already"],
]);

/** Dotted form of a path: `enforce.Read`, `allow[2]`. */
export function dotted(path: Path): string {
  return path.map((part) => typeof part === "number" ? `[${part}]` : `.${String(part)}`).join("")
    .replace(/^\./, "");
}

/** The node at `path`, or the nearest one above it; and where its key stands. */
export function nodeAt(root: SourceNode, path: Path): { node: SourceNode; place: Place } {
  let node = root;
  let place = root.place;
  for (const part of path) {
    if (node.kind === "map") {
      const entry = node.entries.get(String(part));
      if (entry === undefined) break;
      node = entry.value;
      place = entry.place;
    } else {
      const item = node.kind === "list" ? node.items[Number(part)] : undefined;
      if (item === undefined) break;
      node = item;
      place = item.place;
    }
  }
  return { node, place };
}

/** The node exactly at `path`; undefined when there is none. */
export function valueAt(root: SourceNode, path: Path): SourceNode | undefined {
  let node: SourceNode | undefined = root;
  for (const part of path) {
    if (node?.kind === "map") node = node.entries.get(String(part))?.value;
    else node = node?.kind === "list" ? node.items[Number(part)] : undefined;
  }
  return node;
}

/** A value as text for a message; maps, lists and empty values have none. */
function textOf(node: SourceNode): string {
  return node.kind === "scalar" ? String(node.value ?? "") : "";
}

/** The value as plain data. Maps get no prototype. */
export function plainOf(node: SourceNode): unknown {
  if (node.kind === "scalar") return node.value;
  if (node.kind === "list") return node.items.map(plainOf);
  const plain = Object.create(null) as { [key: string]: unknown };
  for (const [key, { value }] of node.entries) plain[key] = plainOf(value);
  return plain;
}

/** A finding about the value at `path`. */
export function findingAt(
  root: SourceNode,
  path: Path,
  problem: { text?: string; expected: string; suggestion?: string | undefined; phase?: Phase },
): Finding {
  const { node } = nodeAt(root, path);
  return {
    ...node.place,
    where: dotted(path),
    text: problem.text ?? textOf(node),
    expected: problem.expected,
    ...(problem.suggestion === undefined ? {} : { suggestion: problem.suggestion }),
    phase: problem.phase ?? "load",
  };
}

function unknownKey(root: SourceNode, path: Path, key: string): Finding {
  const keys = keysAt(path.map(String)) ?? [];
  const finding = {
    ...nodeAt(root, [...path, key]).place,
    where: dotted(path),
    text: key,
    phase: "load",
  } as const;
  const later = laterKeys.get(key);
  if (later !== undefined) return { ...finding, expected: later };
  if (path[0] === "enforce" && path.length === 1) {
    if (key.startsWith("mcp__")) {
      return { ...finding, expected: "no MCP tool here: it goes under mcp.enforce" };
    }
    const suggestion = toolOfCapability(key)?.name ?? closest(key, keys);
    const expected = `a tool that takes a constraint (${keys.join(", ")})`;
    return { ...finding, expected, ...(suggestion === undefined ? {} : { suggestion }) };
  }
  const suggestion = closest(key, keys);
  const expected = `a known key (${keys.join(", ")})`;
  return { ...finding, expected, ...(suggestion === undefined ? {} : { suggestion }) };
}

function flatten(issue: Issue, root: SourceNode, base: Path): Finding[] {
  const path = [...base, ...issue.path];
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => unknownKey(root, path, key));
  }
  if (issue.code === "invalid_union" && issue.message === "Invalid input") {
    // The branch that took the value's own type tells more than the one that refused it.
    const wrongType = (branch: readonly Issue[]) =>
      branch.some(({ code, path }) => code === "invalid_type" && path.length === 0);
    const branch = issue.errors.find((errors) => !wrongType(errors));
    if (branch !== undefined) return flattenAll(branch, root, path);
    return [findingAt(root, path, { expected: "a constraint written kind:rest, or a map" })];
  }
  return [findingAt(root, path, { expected: issue.message })];
}

/** A misspelt key explains what seems to be missing beside it, so that is not said as well. */
function flattenAll(issues: readonly Issue[], root: SourceNode, base: Path): Finding[] {
  const misspelt = new Set(
    issues.filter(({ code }) => code === "unrecognized_keys").map(({ path }) => dotted(path)),
  );
  return issues.filter(({ code, path }) => code !== "custom" || !misspelt.has(dotted(path)))
    .flatMap((issue) => flatten(issue, root, base));
}

/** All findings of a failed parse of `root`. */
export function findingsOf(error: z.ZodError, root: SourceNode): Finding[] {
  return flattenAll(error.issues, root, []);
}
