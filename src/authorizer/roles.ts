/**
 * Subagents, where the policy declares them: who calls must be declared, with the tool among its own,
 * and so must be whoever is spawned. The type is the client's word.
 */
import type { RoleRule } from "../policy/snapshot.ts";
import { Denial, type RuleReference } from "./denial.ts";
import type { ToolCall } from "./tool_call.ts";

type Roles = Readonly<Record<string, RoleRule>>;

/** The client delivers a call of Task as Agent; the HTTP door names the capability. */
const spawns: readonly string[] = ["Agent", "Task", "spawn_agent"];

/** What the client starts when a spawn names no type. */
const defaultType = "general-purpose";

function declared(roles: Roles): RuleReference {
  const lines = Object.values(roles).map(({ line }) => line).filter((line) => line > 0);
  return { rule: "subagents", line: lines.length === 0 ? 0 : Math.min(...lines) };
}

function roleOf(type: string, roles: Roles): RoleRule {
  const role = Object.hasOwn(roles, type) ? roles[type] : undefined;
  if (role !== undefined) return role;
  throw new Denial(
    "ToolNotAuthorized",
    `The subagent type ${JSON.stringify(type.slice(0, 100))} is not declared`,
    declared(roles),
  );
}

/** The declared role that a call is made in; undefined for the session and for what nobody declared. */
export function declaredRole(
  { agentId, agentType = "" }: ToolCall,
  roles: Roles | undefined,
): string | undefined {
  if (roles === undefined || (agentId === undefined && agentType === "")) return undefined;
  return Object.hasOwn(roles, agentType) ? agentType : undefined;
}

/**
 * @returns the role that the call is made in; undefined for the session itself
 * @throws {Denial} 1500 for what is not declared or not among a role's tools, 9013 when a spawn's type
 * is not text
 */
export function requireRole(call: ToolCall, roles: Roles): RoleRule | undefined {
  const { tool, input, agentId, agentType } = call;
  const isSpawn = spawns.includes(tool);
  let role: RoleRule | undefined;
  // `claude --agent x` has a type and no id; an id without a type could be anyone's.
  if (agentType !== undefined || agentId !== undefined) {
    const type = agentType ?? "";
    role = roleOf(type, roles);
    const { tools } = role;
    if (!tools.includes(tool) && !(isSpawn && tools.some((one) => spawns.includes(one)))) {
      throw new Denial(
        "ToolNotAuthorized",
        `${tool} is not among the tools of the subagent type ${type}`,
        role,
      );
    }
  }
  if (isSpawn) {
    const type = Object.hasOwn(input, "subagent_type") ? input.subagent_type : defaultType;
    if (typeof type !== "string") {
      throw new Denial("ArgumentUnusable", "subagent_type is not text", declared(roles));
    }
    roleOf(type, roles);
  }
  return role;
}
