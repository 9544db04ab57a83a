/** What the schema cannot see of constraints: their texts, and the arguments they are about. */
import { checkVerbs } from "./check_verbs.ts";
import { ConstraintTextError } from "./constraint_error.ts";
import { constraintMapKeys, maxConstraintDepth } from "./constraint_form.ts";
import { constraintKinds, kindOf, nestedText, parseConstraint } from "./constraint_text.ts";
import { entriesOf, findingAt, nodeAt, type SourcePath, valueAt } from "./findings.ts";
import { absoluteRoot } from "./path_roots.ts";
import type { Finding } from "./policy_error.ts";
import { shlexEntries } from "./shlex_entries.ts";
import type { ArgumentKind } from "./snapshot.ts";
import { closest } from "./suggest.ts";
import { nativeArgument, type NativeTool, nativeTools } from "./tools.ts";
import type { SourceMap, SourceNode } from "./yaml_source.ts";

/** What a constraint is about. MCP arguments may be of any kind. */
interface Subject {
  readonly kind: ArgumentKind | "any";
  /** The native tool that is given the argument. */
  readonly tool?: NativeTool;
  /** Held by another constraint. */
  readonly depth: number;
}

/** A constraint, where it stands, and what it is about. */
type Found = [SourcePath, SourceNode, Subject];

function requireCommands(text: string, { tool }: Subject): void {
  const entries = shlexEntries(text.slice("shlex:".length), "/sandbox");
  const long = entries.find((words) => words.length > 1);
  if (long !== undefined && tool?.name === "PowerShell") {
    const offending = long.join(" ");
    throw new ConstraintTextError(offending, "one word: PowerShell's commands are not taken apart");
  }
}

/** Judges one text. @throws {ConstraintTextError} */
async function requireText(text: string, subject: Subject): Promise<void> {
  const { kind, tool, depth } = subject;
  if (tool !== undefined && kind !== "path" && /^(not:)?subpath:/.test(text)) {
    const kinds = constraintKinds.filter((kind) => kind !== "subpath").join(", ");
    throw new ConstraintTextError(
      text,
      `one of ${kinds}: what ${tool.name} is given is not a path`,
    );
  }
  if (depth > 0) nestedText(text);
  if (kindOf(text) === "shlex" && (kind === "command" || kind === "any")) {
    requireCommands(text, subject);
  } else await parseConstraint(text, "/sandbox");
}

async function problemOf(judge: () => void | Promise<void>): Promise<ConstraintTextError[]> {
  try {
    await judge();
    return [];
  } catch (error) {
    if (error instanceof ConstraintTextError) return [error];
    throw error;
  }
}

function findingOf(root: SourceMap, path: SourcePath, error: ConstraintTextError): Finding {
  const { offending, expected, suggestion } = error;
  return findingAt(root, path, {
    ...(offending === "" ? {} : { text: offending }),
    expected,
    suggestion,
    phase: "mint",
  });
}

async function checkConstraint(
  root: SourceMap,
  path: SourcePath,
  node: SourceNode,
  subject: Subject,
): Promise<Finding[]> {
  if (subject.depth >= maxConstraintDepth) {
    const expected = `at most ${maxConstraintDepth} constraints in one another`;
    return [findingAt(root, path, { expected, phase: "mint" })];
  }
  if (node.kind === "scalar" && typeof node.value === "string") {
    const text = node.value;
    const problems = await problemOf(() => requireText(text, subject));
    return problems.map((problem) => findingOf(root, path, problem));
  }
  if (node.kind !== "map") return [];
  const findings: Finding[] = [];
  const inner = { ...subject, depth: subject.depth + 1 };
  for (const key of ["all", "any", "not", "subpath"]) {
    const value = node.entries.get(key)?.value;
    if (value === undefined) continue;
    const items: [SourcePath, SourceNode][] = value.kind === "list"
      ? value.items.map((item, index) => [[...path, key, index], item])
      : [[[...path, key], value]];
    for (const [at, item] of items) {
      if (key !== "subpath") findings.push(...await checkConstraint(root, at, item, inner));
      else findings.push(...await checkRoot(root, at, item, subject));
    }
  }
  return findings;
}

async function checkRoot(
  root: SourceMap,
  path: SourcePath,
  node: SourceNode,
  { kind, tool }: Subject,
): Promise<Finding[]> {
  if (node.kind !== "scalar" || typeof node.value !== "string") return [];
  const written = node.value;
  if (tool !== undefined && kind !== "path") {
    const expected = `no path: what ${tool.name} is given is not a path`;
    return [findingAt(root, path, { expected, phase: "mint" })];
  }
  const problems = await problemOf(() => void absoluteRoot(written, "/sandbox"));
  return problems.map((problem) => findingOf(root, path, problem));
}

/** Every constraint of one tool's rule, with what it is about. */
function constraintsOf(
  root: SourceMap,
  path: SourcePath,
  node: SourceNode,
  subjectOf: (argument: string | undefined) => Subject,
): Found[] {
  const main = subjectOf(undefined);
  if (node.kind !== "map") return [[path, node, main]];
  const found: Found[] = [];
  if (constraintMapKeys.some((key) => node.entries.has(key))) found.push([path, node, main]);
  const constraint = node.entries.get("constraint")?.value;
  const named = node.entries.get("arg")?.value;
  const arg = named?.kind === "scalar" && typeof named.value === "string" ? named.value : undefined;
  if (constraint !== undefined) {
    found.push([[...path, "constraint"], constraint, subjectOf(arg)]);
  }
  for (const [at, inner] of entriesOf(root, [...path, "args"])) {
    found.push([at, inner, subjectOf(String(at.at(-1)))]);
  }
  for (const at of [[...path, "exempt"], [...path, "approval", "exempt"]]) {
    const exempt = valueAt(root, at);
    if (exempt === undefined) continue;
    if (main.tool !== undefined) found.push([at, exempt, main]);
    else found.push(...entriesOf(root, at).map(([at, inner]): Found => [at, inner, main]));
  }
  return found;
}

function nativeSubject(tool: NativeTool): (argument: string | undefined) => Subject {
  return (argument) => {
    const named = argument === undefined ? tool.args[0] : nativeArgument(tool, argument);
    return { kind: named?.kind ?? "value", tool, depth: 0 };
  };
}

/** Findings about what the constraints say. They are of phase `mint`. */
export async function checkConstraints(root: SourceMap): Promise<Finding[]> {
  const found: Found[] = [];
  for (const [path, node] of entriesOf(root, ["enforce"])) {
    const tool = nativeTools.get(String(path[1]));
    if (tool === undefined || (tool.name === "WebFetch" && node.kind === "map")) continue;
    found.push(...constraintsOf(root, path, node, nativeSubject(tool)));
  }
  const servers = entriesOf(root, ["mcp", "servers"]).map(([path]) => [...path, "enforce"]);
  for (const at of [["mcp", "enforce"], ...servers]) {
    for (const [path, node] of entriesOf(root, at)) {
      found.push(...constraintsOf(root, path, node, () => ({ kind: "any", depth: 0 })));
    }
  }
  const findings: Finding[] = checkVerbs(root);
  for (const [path, node, subject] of found) {
    findings.push(...await checkConstraint(root, path, node, subject));
  }
  return findings;
}

/** Findings about the arguments that rules of native tools name. They are of phase `load`. */
export function checkArguments(root: SourceMap): Finding[] {
  return entriesOf(root, ["enforce"]).flatMap(([path, node]): Finding[] => {
    const tool = nativeTools.get(String(path[1]));
    const [main] = tool?.args ?? [];
    if (tool === undefined || main === undefined || node.kind !== "map") return [];
    const named = entriesOf(root, [...path, "args"]).map(([at]): [SourcePath, string] => [
      at,
      String(at.at(-1)),
    ]);
    const arg = node.entries.get("arg")?.value;
    if (arg?.kind === "scalar" && typeof arg.value === "string") {
      named.push([[...path, "arg"], arg.value]);
    }
    if (named.length === 0 || tool.name === "WebFetch") return [];
    const findings: Finding[] = [];
    const seen = new Set<string>();
    for (const [at, written] of named) {
      const argument = nativeArgument(tool, written);
      const { place } = nodeAt(root, at);
      const finding = { ...place, where: `enforce.${tool.name}`, text: written, phase: "load" };
      if (argument === undefined) {
        const known = [...new Set([main.name, ...tool.fields])];
        const near = closest(written, known);
        const expected = `an argument of ${tool.name} (${known.join(", ")})`;
        findings.push(
          { ...finding, expected, ...(near === undefined ? {} : { suggestion: near }) } as Finding,
        );
      } else if (seen.has(argument.name)) {
        findings.push({ ...finding, expected: `one rule for ${argument.name}` } as Finding);
      }
      seen.add(argument?.name ?? "");
    }
    if (main.kind !== "value" && !seen.has(main.name)) {
      const expected = `a rule for ${main.name} too: ${tool.name} is never granted without one`;
      findings.push(findingAt(root, path, { text: "args", expected }));
    }
    return findings;
  });
}
