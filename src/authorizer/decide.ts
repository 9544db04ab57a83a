/**
 * Decides one call under a verified authority. Two independent yeses are needed: the warrant's, over
 * the arguments as they are signed, and the compiled policy's, which can only narrow.
 */
import { matches, prepare } from "../constraints/registry.ts";
import type { Cbor } from "../protocol/cbor.ts";
import type { Constraint, Warrant } from "../protocol/warrant.ts";
import type { ArgumentRule, Route, Snapshot } from "../policy/snapshot.ts";
import { exemption } from "./capabilities.ts";
import { checkedArguments, under } from "./checked_arguments.ts";
import { commandRefusal } from "./command_refusal.ts";
import { Denial, type RuleReference } from "./denial.ts";
import type { Finding, Step } from "./finding.ts";
import { requireUngoverned } from "./governance.ts";
import { requireNativeInput } from "./native_input.ts";
import { judgePlainCommand } from "./plain_command.ts";
import { policyConstraint } from "./policy_constraint.ts";
import { refusalText } from "./refusal_text.ts";
import { requireRole } from "./roles.ts";
import type { ToolCall } from "./tool_call.ts";

export type { Finding } from "./finding.ts";

/** A call that may run: what was checked and by which rule. */
export interface Permit {
  readonly route: Route;
  /** The checked arguments, as they are signed. */
  readonly args: ReadonlyMap<string, Cbor>;
}

/** @throws {Denial} for anything but two complete yeses */
export async function decide(
  asked: ToolCall,
  snapshot: Snapshot,
  leaf: Pick<Warrant, "type" | "tools">,
  finding: Finding,
): Promise<Permit> {
  const begin = (step: Step, rule: RuleReference | undefined = finding.reference) => {
    finding.step = step;
    if (rule !== undefined) finding.reference = rule;
  };
  begin("route");
  const route = routeOf(asked, snapshot);
  // The hook and the proxy must mean the same file.
  const call = route.cwd === undefined ? asked : { ...asked, cwd: route.cwd };
  finding.capability = route.capability;
  begin("role", route);
  if (snapshot.roles !== undefined) requireRole(call, snapshot.roles);
  begin("input");
  const unknown = await requireNativeInput(call, snapshot);
  if (unknown.length > 0) finding.unknown = unknown;
  begin("arguments");
  const args = await checkedArguments(call, route, snapshot.home, finding);
  finding.args = args;
  begin("reach");
  await prepare(route.args.map(policyConstraint));
  await requireReach(call, route, args, snapshot);
  begin("rules");
  await requirePolicyYes(call, route, args, finding);
  begin("address");
  if (route.resolve === true) await requirePublic(route, args);
  begin("approval");
  if (route.approval !== undefined) await requireExempt(call, route, args);
  begin("grant");
  await requireWarrantYes(route, args, leaf);
  return { route, args };
}

/** The one route of the tool; what has none is refused by default. */
function routeOf(call: ToolCall, snapshot: Snapshot): Route {
  const { routes, denied = {}, defaultLine } = snapshot;
  const route = call.door === "http"
    ? Object.values(routes).find(({ capability }) => capability === call.tool)
    : Object.hasOwn(routes, call.tool)
    ? routes[call.tool]
    : undefined;
  if (route !== undefined) return route;
  const named = Object.hasOwn(denied, call.tool) ? denied[call.tool] : undefined;
  throw new Denial(
    "ToolNotAuthorized",
    `${call.tool} is not granted`,
    named ?? { rule: "default: deny", line: defaultLine },
  );
}

/** What a tool reaches beyond its checked arguments: governance files, patterns that climb. */
async function requireReach(
  call: ToolCall,
  route: Route,
  args: ReadonlyMap<string, Cbor>,
  snapshot: Snapshot,
): Promise<void> {
  const { governance, home, project } = snapshot;
  // So is what the policy grants of the client's tools without knowing what they are given, and
  // what they ask of servers.
  const isUnread = route.args.length === 0
    ? route.line > 0
    : route.args.some(({ kind }) => kind === "uri");
  if (call.door === "mcp" || call.tool.startsWith("mcp__") || isUnread) {
    const { requireInputUngoverned } = await import("./input_reach.ts");
    const places = [call.cwd, project];
    const { tool, input } = call;
    await under(route, () => requireInputUngoverned(tool, input, places, home, governance));
  }
  for (const rule of route.args) {
    const value = args.get(rule.name);
    if (typeof value !== "string") continue;
    if (rule.kind === "path") requireUngoverned(value, route.access, governance);
    if (rule.kind === "command" && !judgePlainCommand(value, call.cwd, governance)) {
      const { requireCommandUngoverned } = await import("./command_reach.ts");
      await under(rule, () => requireCommandUngoverned(value, call.cwd, home, governance));
    }
  }
  for (const field of route.globs ?? []) {
    const root = args.get("path");
    if (typeof root !== "string") continue;
    const { confinePattern, requireIgnored } = await import("./search_reach.ts");
    if (field === "glob") requireIgnored(root, governance);
    if (!Object.hasOwn(call.input, field)) continue;
    const rule = route.args.find(({ name }) => name === "path");
    const pattern = call.input[field];
    for (const start of await under(rule, () => confinePattern(field, pattern, root, governance))) {
      if (rule === undefined || !matches(policyConstraint(rule), start)) {
        throw new Denial("ConstraintViolation", `${field} starts outside, at ${start}`, rule);
      }
    }
  }
}

/** Every rule of the compiled policy, one by one. */
async function requirePolicyYes(
  call: ToolCall,
  route: Route,
  args: ReadonlyMap<string, Cbor>,
  finding: Finding,
): Promise<void> {
  for (const rule of route.args) {
    finding.reference = rule;
    const value = args.get(rule.name) ?? null;
    if (rule.kind === "command" && typeof value === "string") {
      const refusal = await commandRefusal(call.cwd, route, rule, value);
      if (refusal !== undefined) {
        const text = value.length > 200 ? `${value.slice(0, 200).toWellFormed()}…` : value;
        const message = `command ${JSON.stringify(text)}: ${refusal.why}`;
        throw new Denial("ConstraintViolation", message, refusal.reference);
      }
    }
    if (matches(policyConstraint(rule), value)) {
      if (rule.kind !== "uri" || typeof value !== "string") continue;
      (await import("./uri_argument.ts")).requireGrantedFile(rule, value);
      continue;
    }
    const sent = Object.hasOwn(call.input, rule.field) ? call.input[rule.field] : undefined;
    throw new Denial("ConstraintViolation", refusalText(rule, String(value), sent), rule);
  }
}

/** The name of the host must not lead inside, as far as it can be told now. */
async function requirePublic(route: Route, args: ReadonlyMap<string, Cbor>): Promise<void> {
  const rule = route.args.find(({ kind }) => kind === "host");
  const host = rule === undefined ? undefined : args.get(rule.name);
  const { requirePublicHost } = await import("./resolve_host.ts");
  await under(rule ?? route, () => requirePublicHost(String(host)));
}

/** What needs approval is refused, but for the calls that are exempt from it. */
async function requireExempt(
  call: ToolCall,
  route: Route,
  args: ReadonlyMap<string, Cbor>,
): Promise<void> {
  const exempt = exemption(route);
  if (exempt !== undefined && await isWithinAll(call, route, exempt, args)) return;
  const needed = route.approval?.threshold ?? 1;
  const people = needed === 1 ? "a person's approval" : `the approval of ${needed} people`;
  const but = exempt === undefined
    ? ""
    : `, except for ${exempt.map(({ name, rule }) => `${name} ${rule}`).join(" and ")}`;
  const message = `${call.tool} needs ${people}${but}; approvals cannot be given on this machine`;
  throw new Denial("ApprovalRequired", message, route.approval);
}

async function isWithinAll(
  call: ToolCall,
  route: Route,
  rules: readonly ArgumentRule[],
  args: ReadonlyMap<string, Cbor>,
): Promise<boolean> {
  await prepare(rules.map(policyConstraint));
  for (const rule of rules) {
    const value = args.get(rule.name) ?? null;
    if (!matches(policyConstraint(rule), value)) return false;
    const isCommand = rule.kind === "command" && typeof value === "string";
    if (isCommand && await commandRefusal(call.cwd, route, rule, value) !== undefined) return false;
  }
  return true;
}

/** The leaf warrant under wire semantics: what any Tenuo verifier would say. */
async function requireWarrantYes(
  route: Route,
  args: ReadonlyMap<string, Cbor>,
  leaf: Pick<Warrant, "type" | "tools">,
): Promise<void> {
  const { capability } = route;
  const grants = leaf.type === "execution" ? leaf.tools.get(capability) : undefined;
  if (grants === undefined) {
    throw new Denial("ToolNotAuthorized", `The warrant does not grant ${capability}`, route);
  }
  if (grants.size === 0) return;
  await prepare(grants.values());
  const outside = (name: string): never => {
    throw new Denial("ConstraintViolation", `The warrant refuses argument ${name}`, route);
  };
  for (const name of args.keys()) if (!grants.has(name)) outside(name);
  for (const [name, constraint] of grants as ReadonlyMap<string, Constraint>) {
    if (!args.has(name) || !matches(constraint, args.get(name) ?? null)) outside(name);
  }
}
