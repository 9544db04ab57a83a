/** Replays recorded decisions under the policy that was in force: for those who verify receipts. */
import { matches, prepare } from "../constraints/registry.ts";
import type { Arguments } from "../protocol/pop.ts";
import type { Warrant } from "../protocol/warrant.ts";
import { readSnapshot, type VerifiedSnapshot } from "../policy/signed_snapshot.ts";
import type { ArgumentRule, Route, Snapshot } from "../policy/snapshot.ts";
import type { Receipt } from "../receipts/receipt.ts";
import { refusedBy } from "../receipts/verify_granted.ts";
import type { Policy, ReadPolicy } from "../receipts/verify_reading.ts";
import { requireBound } from "./authority.ts";
import { exemption, signedArguments } from "./capabilities.ts";
import { codes } from "./denial.ts";
import { policyConstraint } from "./policy_constraint.ts";
import { requireRole } from "./roles.ts";

/** Receipts have no more of a tool's name than this. */
const maxName = 256;

/** Reads a policy as verification needs it. @throws {ProtocolError} when the root did not sign it */
export const readPolicy: ReadPolicy = async (file, root) => {
  const verified = readSnapshot(file, root);
  const { snapshot, digest } = verified;
  for (const route of Object.values(snapshot.routes)) {
    await prepare([...route.args, ...exemption(route) ?? []].map(policyConstraint));
  }
  const bound = new WeakMap<Warrant, boolean>();
  const policy: Policy = {
    digest,
    serial: snapshot.serial,
    key: snapshot.receipts.key,
    isBoundTo: (leaf) => {
      const known = bound.get(leaf) ?? isBound(leaf, verified);
      bound.set(leaf, known);
      return known;
    },
    objection: (receipt, args) => objection(snapshot, receipt, args),
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

function routeOf({ routes }: Snapshot, { tool = "", door }: Receipt): Route | undefined {
  if (door === "http") return Object.values(routes).find(({ capability }) => capability === tool);
  return Object.hasOwn(routes, tool) ? routes[tool] : undefined;
}

/** Whatever of an allow can be told from its receipt. */
function objection(
  snapshot: Snapshot,
  receipt: Receipt,
  args: Arguments | undefined,
): string | undefined {
  const route = routeOf(snapshot, receipt);
  if (route === undefined) return `it has no rule for ${receipt.tool}`;
  if (route.capability !== receipt.capability) {
    return `${receipt.tool} is ${route.capability}, not ${receipt.capability}`;
  }
  const role = roleRefusal(snapshot, receipt);
  if (role !== undefined) return role;
  const exempt = exemption(route);
  if (route.approval !== undefined && exempt === undefined) return `${receipt.tool} needs approval`;
  if (args === undefined) return undefined;
  const names = new Set(signedArguments(route).map(({ name }) => name));
  const extra = [...args.keys()].find((name) => !names.has(name));
  if (extra !== undefined) return `no rule reads argument ${extra}`;
  return argumentRefusal([...route.args, ...exempt ?? []], args);
}

/** The first rule that refuses its argument. What commands mean beyond their constraint is not told. */
function argumentRefusal(rules: readonly ArgumentRule[], args: Arguments): string | undefined {
  const failing = rules.find((rule) =>
    !matches(policyConstraint(rule), args.get(rule.name) ?? null)
  );
  return failing && `${failing.name} is outside ${failing.rule}`;
}

/** Who may be spawned is a part of the input, which receipts do not have: taken as declared. */
function roleRefusal({ roles }: Snapshot, receipt: Receipt): string | undefined {
  const { agent, agentId, tool = "" } = receipt;
  if (roles === undefined || (agent === undefined && agentId === undefined)) return undefined;
  const [declared = ""] = Object.keys(roles);
  try {
    requireRole({
      door: "hook",
      tool,
      input: { subagent_type: declared },
      cwd: "/",
      ...(agent === undefined ? {} : { agentType: agent }),
      ...(agentId === undefined ? {} : { agentId }),
    }, roles);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** What a refusal comes to; see `Policy.refusal`. */
function refusal(
  verified: VerifiedSnapshot,
  receipt: Receipt,
  args: Arguments | undefined,
  leaf: Warrant | undefined,
): boolean | string {
  const { snapshot } = verified;
  const route = routeOf(snapshot, receipt);
  switch (receipt.code) {
    case codes.ToolNotAuthorized:
      return receipt.capability === undefined
        ? routeRefusal(receipt, route)
        : capabilityRefusal(snapshot, receipt, leaf);
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
      return isBound(leaf, verified) ? "the warrant is bound to this policy" : true;
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
  snapshot: Snapshot,
  receipt: Receipt,
  leaf: Warrant | undefined,
): boolean | string {
  const { tool = "", capability = "" } = receipt;
  if (roleRefusal(snapshot, receipt) !== undefined) return true;
  if (leaf === undefined) return false;
  if (refusedBy(leaf, capability, undefined) !== undefined) return true;
  // Whom a spawn starts is not recorded.
  const isSpawn = snapshot.roles !== undefined && /^(Agent|Task|spawn_agent)$/.test(tool);
  return isSpawn ? false : `the warrant grants ${capability}`;
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
    route.args.some(({ kind }) => kind === "command");
  return restsOnMore ? false : "the arguments are within every rule";
}
