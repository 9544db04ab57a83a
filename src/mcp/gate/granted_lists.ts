/** Lists of resources and prompts without what the policy does not grant. */
import { policyConstraint } from "../../authorizer/policy_constraint.ts";
import { matches, prepare } from "../../constraints/registry.ts";
import type { ArgumentRule } from "../../policy/snapshot.ts";
import type { Members } from "../framing/message.ts";

/** True when the policy grants `value`, a URI or a name. */
export async function isGranted(rule: ArgumentRule, value: unknown): Promise<boolean> {
  if (typeof value !== "string") return false;
  const constraint = policyConstraint(rule);
  await prepare([constraint]);
  return matches(constraint, value);
}

/** The items of the list `member` of a result whose `key` is granted; the rest of it unchanged. */
export async function withGranted(
  result: Members,
  member: "resources" | "prompts",
  key: "uri" | "name",
  rule: ArgumentRule,
): Promise<Members> {
  const items: unknown = result[member];
  const kept: unknown[] = [];
  for (const item of Array.isArray(items) ? items : []) {
    if (await isGranted(rule, (item as Members | null)?.[key])) kept.push(item);
  }
  return { ...result, [member]: kept };
}
