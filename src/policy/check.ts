/** What the schema cannot see: constraint texts, tool names, keys that contradict each other. */
import {
  constraintKinds,
  ConstraintTextError,
  kindOf,
  parseConstraint,
} from "./constraint_text.ts";
import { findingAt, nodeAt, valueAt } from "./findings.ts";
import { harnessTools } from "./harness_tools.ts";
import type { PolicyWarning } from "./overlay.ts";
import type { Finding } from "./policy_error.ts";
import { closest } from "./suggest.ts";
import { capabilityOf, nativeTools, toolOfCapability } from "./tools.ts";
import type { SourceMap, SourceNode } from "./yaml_source.ts";

/** The keys that list tools to grant without constraints: the present one and the old ones. */
export const allowKeys = ["allow", "audit_extra", "audit"] as const;

type Path = readonly (string | number)[];

function entriesOf(root: SourceNode, path: Path): [Path, SourceNode][] {
  const node = valueAt(root, path);
  if (node?.kind !== "map") return [];
  return [...node.entries].map(([key, { value }]) => [[...path, key], value]);
}

/** Every constraint text of the policy, whatever else is wrong with it. */
function constraintsOf(root: SourceMap): [Path, SourceNode][] {
  const found = entriesOf(root, ["enforce"]);
  for (const [path, node] of entriesOf(root, ["mcp", "enforce"])) {
    if (node.kind !== "map") found.push([path, node]);
    else if (node.entries.has("args")) found.push(...entriesOf(root, [...path, "args"]));
    else {
      const inner = node.entries.get("constraint");
      if (inner !== undefined) found.push([[...path, "constraint"], inner.value]);
    }
  }
  return found;
}

/** Findings about what the constraints say. They are of phase `mint`. */
export async function checkConstraints(root: SourceMap): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const [path, node] of constraintsOf(root)) {
    if (node.kind !== "scalar" || typeof node.value !== "string") continue;
    const tool = path[0] === "enforce" ? nativeTools.get(String(path[1])) : undefined;
    const isPath = tool === undefined || tool.args[0]?.kind === "path";
    if (!isPath && kindOf(node.value) === "subpath") {
      const kinds = constraintKinds.filter((kind) => kind !== "subpath").join(", ");
      const expected = `one of ${kinds}: what ${tool.name} is given is not a path`;
      findings.push(findingAt(root, path, { expected, phase: "mint" }));
      continue;
    }
    try {
      await parseConstraint(node.value, "/sandbox");
    } catch (error) {
      if (!(error instanceof ConstraintTextError)) throw error;
      const { offending, expected, suggestion } = error;
      findings.push(
        findingAt(root, path, {
          ...(offending === "" ? {} : { text: offending }),
          expected,
          suggestion,
          phase: "mint",
        }),
      );
    }
  }
  return findings;
}

/** What is expected of a tool to grant where `tool` cannot be; undefined when it can. */
function allowProblem(tool: string): { expected: string; suggestion?: string } | undefined {
  if (!/^[A-Za-z][A-Za-z0-9_.-]{0,255}$/.test(tool)) {
    return { expected: "the exact name of a tool (letters, digits, _ - .), without wildcards" };
  }
  const native = nativeTools.get(tool);
  const same = native ??
    [...nativeTools.values()].find(({ name }) => name.toLowerCase() === tool.toLowerCase()) ??
    toolOfCapability(capabilityOf(tool));
  if (same?.isShell) {
    return { expected: `no shell: ${same.name} needs a constraint under enforce` };
  }
  if (native !== undefined || same === undefined) return undefined;
  return { expected: "the tool's own name", suggestion: same.name };
}

function checkAllowed(root: SourceMap, warn: (warning: PolicyWarning) => void): Finding[] {
  const findings: Finding[] = [];
  const enforced = new Set(entriesOf(root, ["enforce"]).map(([path]) => String(path.at(-1))));
  for (const key of allowKeys) {
    const list = root.entries.get(key)?.value;
    if (list?.kind !== "list") continue;
    list.items.forEach((item, index) => {
      if (item.kind !== "scalar" || typeof item.value !== "string") return;
      const tool = item.value;
      const problem = allowProblem(tool);
      if (problem !== undefined) findings.push(findingAt(root, [key, index], problem));
      const warning = { ...item.place, kind: "notice", where: key } as const;
      if (enforced.has(tool)) {
        warn({ ...warning, message: `Does nothing: enforce.${tool} counts` });
      }
      const known = [...nativeTools.keys(), ...harnessTools];
      const near = known.includes(tool) ? undefined : closest(tool, known);
      if (near !== undefined) {
        warn({ ...warning, message: `${tool} is not a tool known here; did you mean ${near}?` });
      }
    });
  }
  return findings;
}

function checkMcpNames(root: SourceMap): Finding[] {
  return entriesOf(root, ["mcp", "enforce"]).flatMap(([path]) => {
    const tool = String(path.at(-1));
    const place = nodeAt(root, path).place;
    const finding = { ...place, where: "mcp.enforce", text: tool, phase: "load" as const };
    if (tool.startsWith("mcp__")) {
      return [{ ...finding, expected: "the tool's name at its server, without mcp__ and server" }];
    }
    if (/^[A-Za-z0-9_./-]{1,128}$/.test(tool)) return [];
    return [{ ...finding, expected: "a tool name of letters, digits and _ - . /" }];
  });
}

/** Two keys for one setting must agree. */
function checkPairs(root: SourceMap): Finding[] {
  const pairs: [Path, Path][] = [
    [["allow_bundled"], ["audit_bundled"]],
    [["strict_receipts"], ["receipts", "strict"]],
  ];
  const flagAt = (path: Path) => {
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
export function checkNames(root: SourceMap, warn: (warning: PolicyWarning) => void): Finding[] {
  return [...checkAllowed(root, warn), ...checkMcpNames(root), ...checkPairs(root)];
}
