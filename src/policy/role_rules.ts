/** Roles of subagents: what the policy says of them, checked against what the session has. */
import { harnessTools } from "./harness_tools.ts";
import type { Policy, Role } from "./policy.ts";
import { describePlace, type Finding, type Place, PolicyError } from "./policy_error.ts";
import { labelled } from "./rule_label.ts";
import { resourceTools } from "./mcp_grants.ts";
import type { RoleRule, Route } from "./snapshot.ts";
import { namedTool, namesOfPolicy, type ToolNames } from "./tool_names.ts";
import { nativeTools } from "./tools.ts";

/** Lead to calls that are judged, but by other instructions than the role's: only where listed. */
const listedOnly: ReadonlySet<string> = new Set(["Skill", "Workflow"]);

/** Tools that every role has where the session has them. */
const harmless = harnessTools.filter((tool) => !listedOnly.has(tool) && !nativeTools.has(tool));

/** The client's names of a role's tools; the spawn tool goes by two. */
function clientNames(written: string, names: ToolNames): string[] {
  const found = namedTool(written, names);
  if (!("tool" in found)) return [];
  return nativeTools.get(found.tool)?.isSpawn === true ? ["Agent", "Task"] : [found.tool];
}

/** Where a tool that the session lacks would have been granted. */
function sessionText(policy: Policy, tool: string): string {
  const denied = policy.deny.get(tool);
  if (denied !== undefined) return `the session is denied it at ${describePlace(denied)}`;
  const grants: [string, Place | undefined][] = [
    ["enforce", policy.web?.place ?? [...policy.enforce.values()][0]?.place],
    ["allow", [...policy.allow.values()][0]],
  ];
  const places = grants.flatMap(([key, place]) =>
    place === undefined ? [] : [`${key} at ${describePlace(place)}`]
  );
  return places.length === 0
    ? "the session has no tool under enforce or allow"
    : `neither ${places.join(" nor ")} grants it to the session`;
}

function roleRule(
  name: string,
  role: Role,
  policy: Policy,
  names: ToolNames,
  routes: ReadonlyMap<string, Route>,
  findings: Finding[],
): RoleRule {
  const tools = new Set<string>();
  for (const [written, place] of role.tools) {
    const listed = clientNames(written, names);
    const held = listed.filter((tool) => routes.has(tool));
    for (const tool of held) tools.add(tool);
    if (held.length > 0) continue;
    const expected = `a tool that the session has too: ${sessionText(policy, written)}`;
    findings.push({
      ...place,
      where: `subagents.${name}.tools`,
      text: written,
      expected,
      phase: "mint",
    });
  }
  for (const tool of harmless) if (routes.has(tool)) tools.add(tool);
  // What the client's tool asks for reaches the server as a method.
  if (tools.has(resourceTools.read)) {
    for (const tool of routes.keys()) if (tool.endsWith("__resources/read")) tools.add(tool);
  }
  return {
    tools: [...tools],
    ...(role.ttlSeconds === undefined ? {} : { ttlSeconds: role.ttlSeconds }),
    rule: labelled(`subagents.${name}`, role.place),
    line: role.place.line,
  };
}

/**
 * The roles of a policy by subagent type; undefined when it declares none.
 *
 * @throws {PolicyError} of phase mint where a role lists what the session does not have
 */
export function rolesOf(
  policy: Policy,
  routes: ReadonlyMap<string, Route>,
): { readonly [agentType: string]: RoleRule } | undefined {
  if (policy.roles === undefined) return undefined;
  const findings: Finding[] = [];
  const names = namesOfPolicy(policy);
  const rules = [...policy.roles].map(([name, role]): [string, RoleRule] => [
    name,
    roleRule(name, role, policy, names, routes, findings),
  ]);
  if (findings.length > 0) throw new PolicyError(findings);
  return Object.fromEntries(rules);
}
