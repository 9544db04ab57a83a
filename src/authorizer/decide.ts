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
import { Denial, type RuleReference } from "./denial.ts";
import type { Finding, Step } from "./finding.ts";
import { requireUngoverned } from "./governance.ts";
import { requireNativeInput } from "./native_input.ts";
import { judgePlainCommand, plainProgram } from "./plain_command.ts";
import { policyConstraint } from "./policy_constraint.ts";
import { refusalText, shlexProblem } from "./refusal_text.ts";
import { resolvePath } from "./resolve_path.ts";
import { requireRole } from "./roles.ts";
import type { ToolCall } from "./tool_call.ts";

export type { Finding } from "./finding.ts";

/** A call that may run: what was checked and by which rule. */
export interface Permit {
  readonly route: Route;
  /** The checked arguments, as they are signed. */
  readonly args: ReadonlyMap<string, Cbor>;
}

const shlex = 128;

/** @throws {Denial} for anything but two complete yeses */
export async function decide(
  call: ToolCall,
  snapshot: Snapshot,
  leaf: Pick<Warrant, "type" | "tools">,
  finding: Finding,
): Promise<Permit> {
  const begin = (step: Step, rule: RuleReference | undefined = finding.reference) => {
    finding.step = step;
    if (rule !== undefined) finding.reference = rule;
  };
  begin("route");
  const route = routeOf(call, snapshot);
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
  if (route.approval !== undefined) await requireExempt(call.tool, route, args);
  begin("grant");
  await requireWarrantYes(route, args, leaf);
  return { route, args };
}

/** The one route of the tool; what has none is refused by default. */
function routeOf(call: ToolCall, snapshot: Snapshot): Route {
  const { routes, defaultLine } = snapshot;
  const route = call.door === "http"
    ? Object.values(routes).find(({ capability }) => capability === call.tool)
    : Object.hasOwn(routes, call.tool)
    ? routes[call.tool]
    : undefined;
  if (route !== undefined) return route;
  throw new Denial("ToolNotAuthorized", `${call.tool} is not granted`, {
    rule: "default: deny",
    line: defaultLine,
  });
}

/** What a tool reaches beyond its checked arguments: governance files, patterns that climb. */
async function requireReach(
  call: ToolCall,
  route: Route,
  args: ReadonlyMap<string, Cbor>,
  snapshot: Snapshot,
): Promise<void> {
  const { governance, home, project } = snapshot;
  if (call.door === "mcp" || call.tool.startsWith("mcp__")) {
    const { requireInputUngoverned } = await import("./input_reach.ts");
    requireInputUngoverned(call.input, [call.cwd, project], home, governance);
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
      await requireCommand(call, route, rule, value);
    }
    if (matches(policyConstraint(rule), value)) continue;
    const sent = Object.hasOwn(call.input, rule.field) ? call.input[rule.field] : undefined;
    throw new Denial("ConstraintViolation", refusalText(rule, String(value), sent), rule);
  }
}

/** PowerShell reads quotes, commas and signs in its own ways: only what no shell acts on is left. */
const powerShellText = /^[A-Za-z0-9 ./_:,=+-]*$/;

/** A command line is read as its shell reads it before the constraint is asked. */
async function requireCommand(
  { cwd }: ToolCall,
  { capability }: Route,
  rule: ArgumentRule,
  line: string,
): Promise<void> {
  const refuse = (why: string, reference: RuleReference = rule): never => {
    const text = line.length > 200 ? `${line.slice(0, 200).toWellFormed()}…` : line;
    throw new Denial("ConstraintViolation", `command ${JSON.stringify(text)}: ${why}`, reference);
  };
  const isListed = rule.command !== undefined || rule.constraint[0] === shlex;
  if (isListed && capability === "run_powershell" && !powerShellText.test(line)) {
    refuse("PowerShell takes only letters, digits, blanks and . / _ : , = + - here");
  }
  if (rule.command === undefined) {
    const problem = rule.constraint[0] === shlex ? shlexProblem(rule, line) : undefined;
    if (problem !== undefined) refuse(problem);
    return;
  }
  if (rule.command.form === "shlex") {
    const { entries } = rule.command;
    const program = plainProgram(line);
    // Most calls are these, and loading the judge takes longer than all the rest.
    if (entries.some((words) => words.length === 1 && words[0] === program)) return;
    const judge = await import("../shell/judge_shlex.ts");
    const problem = judge.shlexProblem(line, entries);
    if (problem !== undefined) refuse(problem.message);
    return;
  }
  const { commandProblem } = await import("../shell/judge_command.ts");
  const place = { cwd: await under(rule, () => resolvePath("/", cwd)), resolve: resolvePath };
  const problem = commandProblem(line, rule.command, place);
  if (problem !== undefined) refuse(problem.message, problem.reference);
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
  tool: string,
  route: Route,
  args: ReadonlyMap<string, Cbor>,
): Promise<void> {
  const exempt = exemption(route);
  if (exempt !== undefined) {
    const constraints = exempt.map(policyConstraint);
    await prepare(constraints);
    const values = exempt.map(({ name }) => args.get(name) ?? null);
    if (constraints.every((one, index) => matches(one, values[index] ?? null))) return;
  }
  const needed = route.approval?.threshold ?? 1;
  const people = needed === 1 ? "a person's approval" : `the approval of ${needed} people`;
  const but = exempt?.map(({ name, rule }) => `${name} ${rule}`).join(" and ");
  throw new Denial(
    "ApprovalRequired",
    `${tool} needs ${people}${
      but === undefined ? "" : `, except for ${but}`
    }; approvals cannot be ` +
      "given on this machine",
    route.approval,
  );
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
