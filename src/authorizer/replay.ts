/** Replays recorded decisions under the policy that was in force: for those who verify receipts. */
import { matches, prepare } from "../constraints/registry.ts";
import type { Arguments } from "../protocol/pop.ts";
import type { Warrant } from "../protocol/warrant.ts";
import { readSnapshot, type VerifiedSnapshot } from "../policy/signed_snapshot.ts";
import type { ArgumentRule, Route } from "../policy/snapshot.ts";
import type { Receipt } from "../receipts/receipt.ts";
import { refusedBy } from "../receipts/verification/verify_granted.ts";
import type { Policy, ReadPolicy } from "../receipts/verification/verify_reading.ts";
import { requireBound, requireRoleWarrant } from "./authority.ts";
import { exemption, signedArguments } from "./capabilities.ts";
import { codes } from "./denial.ts";
import { policyConstraint } from "./policy_constraint.ts";
import { type RecordedNames, recordedNames } from "./recorded_names.ts";
import { requireRole } from "./roles.ts";

/** Receipts have no more of a tool's name than this. */
const maxName = 256;

/** A policy, and what receipts call what it names. */
interface Replayed extends VerifiedSnapshot {
  readonly names: RecordedNames;
}

/** Reads a policy as verification needs it. @throws {ProtocolError} when the root did not sign it */
export const readPolicy: ReadPolicy = async (file, root) => {
  const read = readSnapshot(file, root);
  const verified = { ...read, names: await recordedNames(read.snapshot) };
  const { snapshot, digest } = verified;
  for (const route of Object.values(snapshot.routes)) {
    await prepare([...route.args, ...exemption(route) ?? []].map(policyConstraint));
  }
  const bound = new WeakMap<Warrant, boolean>();
  const policy: Policy = {
    digest,
    serial: snapshot.serial,
    key: snapshot.receipts.key,
    observes: snapshot.mode === "observe",
    isBoundTo: (leaf) => {
      const known = bound.get(leaf) ?? isBound(leaf, verified);
      bound.set(leaf, known);
      return known;
    },
    objection: (receipt, args, leaf) => objection(verified, receipt, args, leaf),
    refusal: (receipt, args, leaf) => refusal(verified, receipt, args, leaf),
  };
  return policy;
};

function isBound(leaf: Warrant, verified: VerifiedSnapshot): boolean {
  try {
    requireBound(leaf, verified);
    return true;
  } catch {
    return false;
  }
}

/** The tool's name in the policy; a masked one is told by its capability as well. */
function toolOf({ snapshot: { routes }, names }: Replayed, receipt: Receipt): string {
  const { tool = "", door, capability, masked } = receipt;
  const isIt = (name: string) =>
    door === "http" ? name === capability : routes[name]?.capability === capability;
  const hidden = masked === true ? names.tools.get(tool) ?? [] : [];
  return capability === undefined ? tool : hidden.find(isIt) ?? tool;
}

function routeOf(replayed: Replayed, receipt: Receipt): Route | undefined {
  const { routes } = replayed.snapshot;
  const tool = toolOf(replayed, receipt);
  if (receipt.door === "http") {
    return Object.values(routes).find(({ capability }) => capability === tool);
  }
  return Object.hasOwn(routes, tool) ? routes[tool] : undefined;
}

/** Whatever of an allow can be told from its receipt. */
function objection(
  replayed: Replayed,
  receipt: Receipt,
  args: Arguments | undefined,
  leaf: Warrant,
): string | undefined {
  const route = routeOf(replayed, receipt);
  if (route === undefined) return `it has no rule for ${receipt.tool}`;
  if (route.capability !== receipt.capability) {
    return `${receipt.tool} is ${route.capability}, not ${receipt.capability}`;
  }
  const roles = roleRefusals(replayed, receipt);
  if (roles.every((refusal) => refusal !== undefined)) return roles[0];
  if (isAnothersWarrant(replayed, receipt, leaf)) return "its warrant is not the caller's";
  const exempt = exemption(route);
  if (route.approval !== undefined && exempt === undefined) return `${receipt.tool} needs approval`;
  if (args === undefined) return undefined;
  const names = new Set(signedArguments(route).map(({ name }) => name));
  // Without rules the proxy signs all that it hands on.
  const isWhole = receipt.door === "mcp" && names.size === 0 && route.closed !== true;
  const extra = isWhole ? undefined : [...args.keys()].find((name) => !names.has(name));
  if (extra !== undefined) return `no rule reads argument ${extra}`;
  return argumentRefusal([...route.args, ...exempt ?? []], args);
}

/** Calls in a role are made under its warrant, others under the session's; at HTTP one is presented. */
function isAnothersWarrant(
  { snapshot: { roles }, names }: Replayed,
  { agent, agentId, masked, door }: Receipt,
  leaf: Warrant,
): boolean {
  if (roles === undefined || door === "http") return false;
  const isHidden = masked === true && agent?.startsWith("[masked ") === true;
  const isSession = agent === undefined && agentId === undefined;
  const callers = isSession ? [undefined] : isHidden ? names.roles : [agent];
  return callers.every((caller) => {
    try {
      requireRoleWarrant(leaf, caller);
      return false;
    } catch {
      return true;
    }
  });
}

/** The first rule that refuses its argument. What commands mean beyond their constraint is not told. */
function argumentRefusal(rules: readonly ArgumentRule[], args: Arguments): string | undefined {
  const failing = rules.find((rule) =>
    !matches(policyConstraint(rule), args.get(rule.name) ?? null)
  );
  return failing && `${failing.name} is outside ${failing.rule}`;
}

/**
 * What each role says that the call may have been made in: one, unless the caller's is masked.
 * Whom a spawn starts is a part of the input, which receipts do not have: taken as declared.
 */
function roleRefusals(replayed: Replayed, receipt: Receipt): (string | undefined)[] {
  const { snapshot: { roles }, names } = replayed;
  const { agent, agentId, masked } = receipt;
  if (roles === undefined || (agent === undefined && agentId === undefined)) return [undefined];
  const [declared = ""] = Object.keys(roles);
  const isHidden = masked === true && agent?.startsWith("[masked ") === true;
  const types = isHidden && names.roles.length > 0 ? names.roles : [agent];
  return types.map((type) => {
    try {
      requireRole({
        door: "hook",
        tool: toolOf(replayed, receipt),
        input: { subagent_type: declared },
        cwd: "/",
        ...(type === undefined ? {} : { agentType: type }),
        ...(agentId === undefined ? {} : { agentId }),
      }, roles);
      return undefined;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  });
}

/** What a refusal comes to; see `Policy.refusal`. */
function refusal(
  replayed: Replayed,
  receipt: Receipt,
  args: Arguments | undefined,
  leaf: Warrant | undefined,
): boolean | string {
  const route = routeOf(replayed, receipt);
  switch (receipt.code) {
    case codes.ToolNotAuthorized:
      return receipt.capability === undefined
        ? routeRefusal(receipt, route)
        : capabilityRefusal(replayed, receipt, leaf);
    case codes.ConstraintViolation:
      return route === undefined ? false : violation(receipt, route, args, leaf);
    case codes.ApprovalRequired:
      if (route === undefined) return false;
      return route.approval === undefined
        ? `${receipt.tool} needs nobody's approval`
        : exemption(route) === undefined;
    case codes.WarrantExpired:
      if (leaf === undefined) return false;
      return Date.parse(receipt.time) / 1000 >= leaf.expiresAt || "the warrant was in force";
    case codes.BindingMismatch:
      if (leaf === undefined) return false;
      return isBound(leaf, replayed) ? "the warrant is bound to this policy" : true;
    default:
      return false;
  }
}

function routeRefusal({ tool = "" }: Receipt, route: Route | undefined): boolean | string {
  if (tool.length >= maxName) return false;
  return route === undefined ? true : `the policy has a rule for ${tool}`;
}

/** With a capability the refusal comes from the caller's role or from the warrant. */
function capabilityRefusal(
  replayed: Replayed,
  receipt: Receipt,
  leaf: Warrant | undefined,
): boolean | string {
  const { tool = "", capability = "" } = receipt;
  const roles = roleRefusals(replayed, receipt);
  if (roles.every((refusal) => refusal !== undefined)) return true;
  if (leaf === undefined) return false;
  if (refusedBy(leaf, capability, undefined) !== undefined) return true;
  // Whom a spawn starts is not recorded, nor which masked role it was.
  const isSpawn = replayed.snapshot.roles !== undefined && /^(Agent|Task|spawn_agent)$/.test(tool);
  const isUntold = replayed.names.roles.length > 0 &&
    receipt.agent?.startsWith("[masked ") === true;
  return isSpawn || isUntold ? false : `the warrant grants ${capability}`;
}

/** The arguments are outside the rules, or the refusal rests on more than them. */
function violation(
  receipt: Receipt,
  route: Route,
  args: Arguments | undefined,
  leaf: Warrant | undefined,
): boolean | string {
  if (args === undefined) return false;
  if (argumentRefusal(route.args, args) !== undefined) return true;
  if (leaf === undefined) return false;
  if (refusedBy(leaf, receipt.capability ?? "", args) !== undefined) return true;
  const restsOnMore = (route.globs?.length ?? 0) > 0 || route.resolve === true ||
    route.args.some(({ kind }) => kind === "command" || kind === "uri");
  return restsOnMore ? false : "the arguments are within every rule";
}
