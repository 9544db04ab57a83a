/**
 * Decides one call under a verified authority. Two independent yeses are needed: the warrant's, over
 * the arguments as they are signed, and the compiled policy's, which can only narrow.
 */
import { fromJson, matches, prepare } from "../constraints/registry.ts";
import { readUrl } from "../constraints/strict_url.ts";
import type { Cbor } from "../protocol/cbor.ts";
import type { Constraint, Warrant } from "../protocol/warrant.ts";
import type { ArgumentRule, Route, Snapshot } from "../policy/snapshot.ts";
import { asDenial, Denial, type DenialName, type RuleReference } from "./denial.ts";
import { requireUngoverned } from "./governance.ts";
import { judgePlainCommand } from "./plain_command.ts";
import { refusalText, shlexProblem } from "./refusal_text.ts";
import { resolvePath } from "./resolve_path.ts";
import type { ToolCall } from "./tool_call.ts";

/** A call that may run: what was checked and by which rule. */
export interface Permit {
  readonly route: Route;
  /** The checked arguments, as they are signed. */
  readonly args: ReadonlyMap<string, Cbor>;
}

/** Collects what is known of a call while it is judged, so that a refusal can be recorded too. */
export interface Finding {
  capability?: string;
  args?: ReadonlyMap<string, Cbor>;
  reference?: RuleReference;
}

const none: ReadonlyMap<string, Cbor> = new Map();
const shlex = 128;

/** @throws {Denial} for anything but two complete yeses */
export async function decide(
  call: ToolCall,
  snapshot: Snapshot,
  leaf: Warrant,
  finding: Finding,
): Promise<Permit> {
  const route = routeOf(call, snapshot);
  finding.capability = route.capability;
  finding.reference = route;
  const args = route.args.length === 0
    ? none
    : await checkedArguments(call, route, snapshot.home, finding);
  finding.args = args;
  await requireReach(call, route, args, snapshot);
  const grants = wireConstraints(route, leaf);
  await prepare([...grants.values(), ...route.args.map(localConstraint)]);
  requirePolicyYes(call, route, args, finding);
  requireWarrantYes(route, args, grants);
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

/** Names the rule in a refusal that was thrown without one. */
async function under<T>(rule: RuleReference | undefined, judge: () => T | Promise<T>): Promise<T> {
  try {
    return await judge();
  } catch (error) {
    const denial = asDenial(error);
    if (denial === undefined || denial.reference !== undefined) throw error;
    throw new Denial(denial.name as DenialName, denial.message, rule);
  }
}

/** The arguments that the rules name, in the form they are checked and signed. */
async function checkedArguments(
  call: ToolCall,
  route: Route,
  home: string,
  finding: Finding,
): Promise<Map<string, Cbor>> {
  const args = new Map<string, Cbor>();
  if (call.door === "http") requireOnlyNamed(call, route);
  for (const rule of route.args) {
    finding.reference = rule;
    args.set(rule.name, await under(rule, () => argument(call, rule, route, home)));
  }
  return args;
}

/** The HTTP door is given what was signed, and a constrained capability takes nothing else. */
function requireOnlyNamed(call: ToolCall, route: Route): void {
  const extra = Object.keys(call.input).find((key) => route.args.every(({ name }) => name !== key));
  if (extra === undefined) return;
  throw new Denial("ConstraintViolation", `${route.capability} takes no argument ${extra}`, route);
}

async function argument(
  call: ToolCall,
  rule: ArgumentRule,
  { access }: Route,
  home: string,
): Promise<Cbor> {
  const field = call.door === "http" ? rule.name : rule.field;
  const present = Object.hasOwn(call.input, field);
  const value = present ? call.input[field] : undefined;
  switch (rule.kind) {
    case "path": {
      if (!present && rule.absentIsCwd === true) return resolvePath("/", call.cwd);
      const read = access === "search" && call.door === "hook"
        ? (await import("./search_reach.ts")).searchPath(value, home)
        : value;
      const path = resolvePath(call.cwd, read);
      // The HTTP door is given what was signed, and that must be the file that will be opened.
      if (call.door === "http" && path !== value) {
        throw new Denial("ArgumentUnusable", `${String(value)} is not the resolved path ${path}`);
      }
      return path;
    }
    case "url":
    case "host": {
      const asUrl = call.door === "http" && rule.kind === "host";
      const reading = readUrl(asUrl ? `https://${String(value)}/` : value);
      if ("problem" in reading) throw new Denial("ArgumentUnusable", reading.problem);
      return rule.kind === "host" ? reading.host : String(value);
    }
    case "command":
      return commandText(value);
    default:
      if (!present) throw new Denial("ArgumentUnusable", `${field} is missing`);
      return fromJson(value);
  }
}

function commandText(value: unknown): string {
  if (typeof value !== "string") throw new Denial("ArgumentUnusable", "The command is not text");
  if (!value.isWellFormed() || value.includes("\0")) {
    throw new Denial("ArgumentUnusable", "The command is not well-formed text");
  }
  return value;
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
      if (rule === undefined || !matches(localConstraint(rule), start)) {
        throw new Denial("ConstraintViolation", `${field} starts outside, at ${start}`, rule);
      }
    }
  }
}

function localConstraint(rule: ArgumentRule): Constraint {
  return [rule.constraint[0], fromJson(rule.constraint[1])];
}

function requirePolicyYes(
  call: ToolCall,
  route: Route,
  args: ReadonlyMap<string, Cbor>,
  finding: Finding,
): void {
  for (const rule of route.args) {
    finding.reference = rule;
    const value = args.get(rule.name) ?? null;
    const isShlex = rule.constraint[0] === shlex && typeof value === "string";
    const problem = isShlex ? shlexProblem(rule, value) : undefined;
    if (problem === undefined && matches(localConstraint(rule), value)) continue;
    const sent = Object.hasOwn(call.input, rule.field) ? call.input[rule.field] : undefined;
    throw new Denial("ConstraintViolation", refusalText(rule, String(value), sent), rule);
  }
}

function wireConstraints(route: Route, leaf: Warrant): ReadonlyMap<string, Constraint> {
  const grants = leaf.type === "execution" ? leaf.tools.get(route.capability) : undefined;
  if (grants === undefined) {
    throw new Denial("ToolNotAuthorized", `The warrant does not grant ${route.capability}`, route);
  }
  return grants;
}

/** The leaf warrant under wire semantics: what any Tenuo verifier would say. */
function requireWarrantYes(
  route: Route,
  args: ReadonlyMap<string, Cbor>,
  grants: ReadonlyMap<string, Constraint>,
): void {
  const outside = (what: string): never => {
    throw new Denial("ConstraintViolation", `The warrant refuses ${what}`, route);
  };
  if (grants.size === 0) return;
  for (const name of args.keys()) if (!grants.has(name)) outside(`argument ${name}`);
  for (const [name, constraint] of grants) {
    if (!args.has(name) || !matches(constraint, args.get(name) ?? null)) {
      outside(`argument ${name}`);
    }
  }
}
