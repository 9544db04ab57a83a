/** What the schema cannot see of names: tools, roles, and keys that contradict each other. */
import { checkServers } from "./check_servers.ts";
import { entriesOf, findingAt, nodeAt, type SourcePath, textsAt, valueAt } from "./findings.ts";
import { clientTools } from "./harness_tools.ts";
import type { PolicyWarning } from "./overlay.ts";
import { describePlace, type Finding } from "./policy_error.ts";
import { exampleTool, namedTool, namesOfSource, nearestTool } from "./tool_names.ts";
import { capabilityOf, isMethodName, nativeTools, toolOfCapability } from "./tools.ts";
import type { SourceMap } from "./yaml_source.ts";

type Warn = (warning: PolicyWarning) => void;

/** The keys that list tools to grant without constraints: the present one and the old ones. */
export const allowKeys = ["allow", "audit_extra", "audit"] as const;

interface Problem {
  readonly expected: string;
  readonly suggestion?: string;
}

/** The name of a tool in a list, where it cannot be one. */
function nameProblem(tool: string): Problem | undefined {
  if (isMethodName(tool)) return undefined;
  if (!/^[A-Za-z][A-Za-z0-9_.-]{0,255}$/.test(tool)) {
    return { expected: "the exact name of a tool (letters, digits, _ - .), without wildcards" };
  }
  const same = nativeTools.get(tool) ??
    [...nativeTools.values()].find(({ name }) => name.toLowerCase() === tool.toLowerCase()) ??
    toolOfCapability(capabilityOf(tool));
  if (same === undefined || same.name === tool || nativeTools.has(tool)) return undefined;
  return { expected: "the tool's own name", suggestion: same.name };
}

/** Why a tool cannot be granted where `tool` stands; undefined when it can. */
function allowProblem(tool: string): Problem | undefined {
  const problem = nameProblem(tool);
  const same = nativeTools.get(problem?.suggestion ?? tool);
  if (same?.isShell) {
    return { expected: `no shell: ${same.name} needs a constraint under enforce` };
  }
  return problem;
}

function checkAllowed(root: SourceMap, warn: Warn): Finding[] {
  const findings: Finding[] = [];
  const names = namesOfSource(root);
  const others = { ...names, allowed: new Set<string>() };
  const enforced = new Set(entriesOf(root, ["enforce"]).map(([path]) => String(path.at(-1))));
  const lists: [SourcePath, typeof allowProblem][] = [
    ...allowKeys.map((key): [SourcePath, typeof allowProblem] => [[key], allowProblem]),
    [["deny"], nameProblem],
  ];
  for (const [list, problemOf] of lists) {
    for (const [path, tool] of textsAt(root, list)) {
      const problem = problemOf(tool);
      if (problem !== undefined) findings.push(findingAt(root, path, problem));
      const { place } = nodeAt(root, path);
      const warning = { ...place, kind: "notice", where: String(list[0]) } as const;
      if (list[0] !== "deny" && problem === undefined && enforced.has(tool)) {
        warn({ ...warning, message: `Does nothing: enforce.${tool} counts` });
      }
      const isKnown = clientTools.has(tool) || tool.startsWith("mcp__") || names.bare.has(tool) ||
        (list[0] === "deny" && names.allowed.has(tool));
      const near = isKnown || problem !== undefined ? undefined : nearestTool(tool, others);
      if (near !== undefined) {
        warn({ ...warning, message: `${tool} is not a tool known here; did you mean ${near}?` });
      }
    }
  }
  return findings;
}

function checkRoles(root: SourceMap): Finding[] {
  const findings: Finding[] = [];
  const names = namesOfSource(root);
  const seen = new Map<string, string>();
  for (const [path] of entriesOf(root, ["subagents"])) {
    const role = String(path.at(-1));
    const { place } = nodeAt(root, path);
    const folded = role.toLowerCase().replace(/[^\p{L}\p{N}]/gu, "");
    const other = seen.get(folded);
    if (other !== undefined) {
      const expected = `a name that differs from ${other} in more than case and punctuation`;
      findings.push({ ...place, where: "subagents", text: role, expected, phase: "load" });
    }
    seen.set(folded, `${role} at ${describePlace(place)}`);
    for (const [at, tool] of textsAt(root, [...path, "tools"])) {
      const found = namedTool(tool, names);
      if (!("tool" in found)) findings.push(findingAt(root, at, found));
    }
  }
  return findings;
}

function checkExamples(root: SourceMap): Finding[] {
  const names = namesOfSource(root);
  const list = valueAt(root, ["examples"]);
  const items = list?.kind === "list" ? [...list.items.keys()] : [];
  return items.flatMap((index) =>
    (["allow", "deny"] as const).flatMap((expect): Finding[] => {
      const path = ["examples", index, expect];
      const node = valueAt(root, path);
      if (node?.kind !== "scalar" || typeof node.value !== "string") return [];
      const found = exampleTool(node.value, expect, names);
      return "tool" in found ? [] : [findingAt(root, path, found)];
    })
  );
}

/** Two keys for one setting must agree. */
function checkPairs(root: SourceMap): Finding[] {
  const pairs: [SourcePath, SourcePath][] = [
    [["allow_bundled"], ["audit_bundled"]],
    [["strict_receipts"], ["receipts", "strict"]],
  ];
  const flagAt = (path: SourcePath) => {
    const node = valueAt(root, path);
    return node?.kind === "scalar" ? /^(true|yes|on)$/i.test(String(node.value)) : undefined;
  };
  return pairs.flatMap(([left, right]) => {
    const [one, other] = [flagAt(left), flagAt(right)];
    if (one === undefined || other === undefined || one === other) return [];
    return [findingAt(root, right, { expected: `the same value as ${left.join(".")}` })];
  });
}

/** Findings about names and keys. */
export function checkNames(root: SourceMap, warn: Warn): Finding[] {
  return [
    ...checkAllowed(root, warn),
    ...checkServers(root),
    ...checkRoles(root),
    ...checkExamples(root),
    ...checkPairs(root),
  ];
}
