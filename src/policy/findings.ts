/** Schema errors as findings: each with the place, the offending text and a did-you-mean. */
import type { z } from "zod";
import { constraintKinds } from "./constraint_text.ts";
import { clientTools } from "./harness_tools.ts";
import type { Finding, Phase, Place } from "./policy_error.ts";
import { keysAt } from "./schema_keys.ts";
import { closest } from "./suggest.ts";
import { toolOfCapability } from "./tools.ts";
import type { SourceNode } from "./yaml_source.ts";

type Issue = z.core.$ZodIssue;
/** Keys and indexes from the root of a document. */
export type SourcePath = readonly (string | number)[];

type Path = readonly PropertyKey[];

interface Judged {
  readonly root: SourceNode;
  readonly schema: z.core.$ZodType;
}

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

/** The entries of the map at `path`, each with its own path; none when there is no map. */
export function entriesOf(root: SourceNode, path: SourcePath): [SourcePath, SourceNode][] {
  const node = valueAt(root, path);
  if (node?.kind !== "map") return [];
  return [...node.entries].map(([key, { value }]) => [[...path, key], value]);
}

/** The texts of the list at `path`, each with its own path; none when there is no list. */
export function textsAt(root: SourceNode, path: SourcePath): [SourcePath, string][] {
  const node = valueAt(root, path);
  if (node?.kind !== "list") return [];
  return node.items.flatMap((item, index): [SourcePath, string][] =>
    item.kind === "scalar" && typeof item.value === "string" ? [[[...path, index], item.value]] : []
  );
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

/** What to write for a tool of the client that takes no rule. */
function wholeTool(tool: string): string | undefined {
  const kind = clientTools.get(tool)?.class;
  if (kind === "spawn") return `no rule for ${tool}: subagents names the types that may be started`;
  return kind === "granted" || kind === "unlisted"
    ? `no rule for ${tool}: it is granted whole under allow, or refused under deny`
    : undefined;
}

function unknownKey(root: SourceNode, path: Path, key: string, schema: z.core.$ZodType): Finding {
  const keys = keysAt(schema, path);
  const { node, place } = nodeAt(root, [...path, key]);
  const finding = { ...place, where: dotted(path), text: key, phase: "load" } as const;
  if (path[0] === "enforce" && path.length === 1) {
    if (key.startsWith("mcp__")) {
      const where = "mcp.enforce, or enforce of its server under mcp.servers";
      return { ...finding, expected: `no MCP tool here: it goes under ${where}` };
    }
    const wholly = wholeTool(key);
    if (wholly !== undefined) return { ...finding, expected: wholly };
    const suggestion = toolOfCapability(key)?.name ?? closest(key, keys);
    const expected = `a tool that takes a constraint (${keys.join(", ")})`;
    return { ...finding, expected, ...(suggestion === undefined ? {} : { suggestion }) };
  }
  if (key === "sandbox" && node.kind === "scalar" && node.value === null) {
    return {
      ...finding,
      expected: 'a text: in YAML {sandbox} alone is a map, so quote "{sandbox}"',
    };
  }
  const isServer = path[0] === "mcp" && path[1] === "servers" && path.length === 3;
  if (isServer && key === "type") {
    return { ...finding, expected: "no type: command or url says it" };
  }
  if (path.length === 0 && key === "mcpServers") {
    return { ...finding, expected: "servers under mcp, in the map mcp.servers" };
  }
  const isRule = keys.includes("args") && !isServer;
  if (isRule && constraintKinds.includes(key)) {
    return { ...finding, expected: `${key} as a text: "${key}:..."` };
  }
  const suggestion = closest(key, keys);
  const hint = isRule ? "; arguments of the tool go under args" : "";
  const expected = `a known key (${keys.join(", ")})${hint}`;
  return { ...finding, expected, ...(suggestion === undefined ? {} : { suggestion }) };
}

function flatten(issue: Issue, { root, schema }: Judged, base: Path): Finding[] {
  const path = [...base, ...issue.path];
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => unknownKey(root, path, key, schema));
  }
  if (issue.code === "invalid_union" && issue.message === "Invalid input") {
    // The branch that took the value's own type tells more than the one that refused it.
    const wrongType = (branch: readonly Issue[]) =>
      branch.some(({ code, path }) => code === "invalid_type" && path.length === 0);
    const branch = issue.errors.find((errors) => !wrongType(errors));
    if (branch !== undefined) return flattenAll(branch, { root, schema }, path);
    return [findingAt(root, path, { expected: "a constraint written kind:rest, or a map" })];
  }
  return [findingAt(root, path, { expected: issue.message })];
}

/** A misspelt key explains what seems to be missing beside it, so that is not said as well. */
function flattenAll(issues: readonly Issue[], judged: Judged, base: Path): Finding[] {
  const misspelt = new Set(
    issues.filter(({ code }) => code === "unrecognized_keys").map(({ path }) => dotted(path)),
  );
  return issues.filter(({ code, path }) => code !== "custom" || !misspelt.has(dotted(path)))
    .flatMap((issue) => flatten(issue, judged, base));
}

/** All findings of a failed parse of `root` by `schema`. */
export function findingsOf(
  error: z.ZodError,
  root: SourceNode,
  schema: z.core.$ZodType,
): Finding[] {
  return flattenAll(error.issues, { root, schema }, []);
}
