/** Examples: calls with the verdict they must have, in a policy or in a file of cases. */
import { findingAt, findingsOf, nodeAt, plainOf } from "./findings.ts";
import type { Example, Policy } from "./policy.ts";
import { type Finding, PolicyError } from "./policy_error.ts";
import { type ExampleDocument, exampleList } from "./schema.ts";
import { exampleTool, namesOfPolicy } from "./tool_names.ts";
import { isMethodName, mcpToolName, nativeTools } from "./tools.ts";
import { parseTree, type SourceNode } from "./yaml_source.ts";

type Path = readonly (string | number)[];

/** Plain data with ordinary prototypes. */
function ordinary(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(ordinary);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, ordinary(inner)]));
}

/** The arguments that rules name, of a tool of an MCP server. */
function serverArguments(tool: string, policy: Policy): string[] | undefined {
  for (const { name, tools } of policy.mcp.servers.values()) {
    for (const [bare, rule] of tools) {
      if (mcpToolName(name, bare) === tool) return [...rule.args.keys()];
    }
  }
  return undefined;
}

/** The field that a text stands for; undefined where it could be any. */
function mainField(tool: string, policy: Policy): string | undefined {
  const native = nativeTools.get(tool);
  if (native !== undefined) return native.isSpawn ? "subagent_type" : native.args[0]?.field;
  if (isMethodName(tool)) return tool.endsWith("/read") ? "uri" : "name";
  const names = serverArguments(tool, policy) ?? [];
  return names.length === 1 ? names[0] : undefined;
}

function inputOf(
  tool: string,
  input: ExampleDocument["input"],
  policy: Policy,
): Example["input"] | undefined {
  if (typeof input !== "string") return ordinary(input ?? {}) as Example["input"];
  if (tool === "WebFetch") return { url: input, prompt: "" };
  const field = mainField(tool, policy);
  return field === undefined ? undefined : { [field]: input };
}

/** The examples of a list that fits the schema, and what is wrong with the rest. */
export function examplesAt(
  root: SourceNode,
  path: Path,
  documents: readonly ExampleDocument[],
  policy: Policy,
): { readonly examples: readonly Example[]; readonly findings: readonly Finding[] } {
  const names = namesOfPolicy(policy);
  const findings: Finding[] = [];
  const examples = documents.flatMap((document, index): Example[] => {
    const expect = document.allow === undefined ? "deny" : "allow";
    const written = document[expect] ?? "";
    const found = exampleTool(written, expect, names);
    if (!("tool" in found)) {
      findings.push(findingAt(root, [...path, index, expect], found));
      return [];
    }
    const { tool } = found;
    const input = inputOf(tool, document.input, policy);
    if (input === undefined) {
      const expected =
        `a map of input fields: ${tool} has no single argument that a text stands for`;
      findings.push(findingAt(root, [...path, index, "input"], { expected }));
      return [];
    }
    return [{
      expect,
      tool,
      input,
      ...(document.cwd === undefined ? {} : { cwd: document.cwd }),
      ...(document.role === undefined ? {} : { role: document.role }),
      place: nodeAt(root, [...path, index]).place,
    }];
  });
  return { examples, findings };
}

/**
 * Reads a file of cases, YAML or JSON: a list of examples, or a map with `examples`.
 *
 * @param fileName what findings call the file
 * @throws {PolicyError} of phase load, with everything that is wrong
 */
export function loadExamples(fileName: string, text: string, policy: Policy): readonly Example[] {
  const root = parseTree(fileName, text, { isExamples: true });
  const isList = root.kind === "list";
  const path: Path = isList ? [] : ["examples"];
  if (root.kind === "scalar" || (root.kind === "map" && !root.entries.has("examples"))) {
    const expected = "a list of examples, or a map with examples";
    throw new PolicyError([findingAt(root, [], { expected })]);
  }
  const others = root.kind === "map"
    ? [...root.entries].filter(([key]) => key !== "examples").map(([key, { place }]): Finding => ({
      ...place,
      where: "",
      text: key,
      expected: "examples and no other key",
      phase: "load",
    }))
    : [];
  const list = isList
    ? root
    : root.kind === "map"
    ? root.entries.get("examples")?.value
    : undefined;
  const parsed = exampleList.safeParse(list === undefined ? [] : plainOf(list));
  if (!parsed.success) {
    throw new PolicyError([...others, ...findingsOf(parsed.error, list ?? root, exampleList)]);
  }
  const { examples, findings } = examplesAt(root, path, parsed.data, policy);
  if (others.length + findings.length > 0) throw new PolicyError([...others, ...findings]);
  return examples;
}
