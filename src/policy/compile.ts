/** Compiles a policy into what the warrant carries and what the hook reads. */
import { governanceOf, type GovernedPlaces } from "./governance.ts";
import { harnessTools } from "./harness_tools.ts";
import { grantRoutes } from "./mcp_grants.ts";
import { serverRules } from "./mcp_launch.ts";
import { type ServerRoute, serverRoutes } from "./mcp_routes.ts";
import type { Policy } from "./policy.ts";
import { describePlace, type Place, PolicyError } from "./policy_error.ts";
import { overlayFileNames, policyFileName } from "./policy_file.ts";
import { realPath } from "./real_path.ts";
import { rolesOf } from "./role_rules.ts";
import { labelled } from "./rule_label.ts";
import { enforcedRoute, freeRoute, webRoute } from "./routes.ts";
import { checkSandbox } from "./sandbox.ts";
import type { DeniedTool, Route, Snapshot, WireConstraint } from "./snapshot.ts";
import { startingFolder } from "./starting_folder.ts";
import { nativeTools } from "./tools.ts";
import type { Folders } from "./uri_pattern.ts";

/** What the policy cannot know of the project. Paths are absolute. */
export interface ProjectFacts extends GovernedPlaces {
  readonly authority: string;
  readonly serial: number;
  /** Unix seconds. */
  readonly issuedAt: number;
  /** What `resolveSandbox` returned; a preview may name a folder that is not there yet. */
  readonly sandboxRealPath: string;
}

/** Capability -> argument -> constraint. A capability without arguments is unconstrained. */
export type Capabilities = ReadonlyMap<string, ReadonlyMap<string, WireConstraint>>;

export interface CompiledPolicy {
  readonly snapshot: Snapshot;
  readonly capabilities: Capabilities;
}

// Limits of the wire format.
const maxCapabilities = 256;
const maxArguments = 64;
const nowhere: Place = { file: policyFileName, line: 0, column: 0 };

function refuse(place: Place, where: string, text: string, expected: string): never {
  throw new PolicyError([{ ...place, where, text, expected, phase: "mint" }]);
}

/** Routes by the client's names of tools, and for tools that are denied where they are. */
interface Routing {
  readonly routes: Map<string, Route>;
  readonly denied: Map<string, DeniedTool>;
}

function deny({ routes, denied }: Routing, tool: string, place: Place): void {
  routes.delete(tool);
  denied.set(tool, { rule: labelled("deny", place), line: place.line });
}

/** The routes of MCP servers' tools; two that the client calls by one name cannot be told apart. */
async function putServerRoutes(
  policy: Policy,
  rules: NonNullable<Snapshot["servers"]>,
  { sandbox, project }: Folders,
  routing: Routing,
): Promise<void> {
  const owners = new Map<string, ServerRoute>();
  for (const server of policy.mcp.servers.values()) {
    const rule = rules[server.name];
    const start = rule === undefined ? {} : { cwd: startingFolder(rule.launch, project) };
    for (const one of await serverRoutes(server, sandbox)) {
      const { name, tool, where, place } = one;
      const route = { ...one.route, ...start };
      const other = owners.get(name);
      if (other !== undefined) {
        const also = `${other.where} at ${describePlace(other.place)}`;
        refuse(place, where, tool, `one rule for ${name}; ${also} is the same tool`);
      }
      owners.set(name, one);
      const denial = policy.deny.get(tool);
      if (denial === undefined) routing.routes.set(name, route);
      else deny(routing, name, denial);
    }
  }
}

/** Later rules of this order win over earlier ones of the same tool; what is denied has none. */
async function routesOf(
  policy: Policy,
  servers: NonNullable<Snapshot["servers"]>,
  folders: Folders,
): Promise<Routing> {
  const { sandbox } = folders;
  const routes = new Map<string, Route>();
  const routing: Routing = { routes, denied: new Map() };
  for (const tool of policy.bundled ? harnessTools : []) {
    routes.set(tool, freeRoute(tool, "harness tool", nowhere));
  }
  for (const { name, isSpawn } of nativeTools.values()) {
    if (isSpawn) routes.set(name, freeRoute(name, "spawn tool", nowhere));
  }
  for (const [name, route] of grantRoutes([...policy.mcp.servers.values()], folders)) {
    routes.set(name, route);
  }
  for (const [tool, place] of policy.allow) {
    // The rule on what a server grants counts, as those on its tools do.
    if (!tool.includes("/") || !routes.has(tool)) routes.set(tool, freeRoute(tool, "allow", place));
  }
  await putServerRoutes(policy, servers, folders, routing);
  for (const [tool, rule] of policy.enforce) {
    routes.set(tool, await enforcedRoute(tool, rule, sandbox));
  }
  if (policy.web !== undefined) routes.set("WebFetch", webRoute(policy.web));
  const spawning = [...nativeTools.values()].filter(({ isSpawn }) => isSpawn === true);
  for (const [tool, place] of policy.deny) {
    const isSpawn = nativeTools.get(tool)?.isSpawn === true;
    for (const { name } of isSpawn ? spawning : [{ name: tool }]) deny(routing, name, place);
  }
  return routing;
}

function sameArguments(
  left: ReadonlyMap<string, WireConstraint>,
  right: ReadonlyMap<string, WireConstraint>,
): boolean {
  return left.size === right.size &&
    [...left].every(([name, rule]) => JSON.stringify(rule) === JSON.stringify(right.get(name)));
}

/** Tools that share a capability must share its constraints, or one would widen the other. */
function capabilitiesOf(routes: ReadonlyMap<string, Route>): Capabilities {
  const capabilities = new Map<string, ReadonlyMap<string, WireConstraint>>();
  const owners = new Map<string, string>();
  for (const [tool, { capability, args, rule, line }] of routes) {
    const place = { ...nowhere, line, column: line === 0 ? 0 : 1 };
    const constraints = new Map(args.map(({ name, constraint }) => [name, constraint]));
    const present = capabilities.get(capability);
    if (present !== undefined && !sameArguments(present, constraints)) {
      const owner = owners.get(capability);
      refuse(
        place,
        rule,
        tool,
        `a tool whose capability ${capability} is not also that of ${owner}`,
      );
    }
    if (constraints.size > maxArguments) {
      refuse(place, rule, tool, `at most ${maxArguments} constrained arguments`);
    }
    capabilities.set(capability, constraints);
    owners.set(capability, tool);
  }
  if (capabilities.size > maxCapabilities) {
    refuse(nowhere, "", "", `at most ${maxCapabilities} tools; there are ${capabilities.size}`);
  }
  return capabilities;
}

/**
 * Compiles `policy` for a project. What the warrant grants and what the snapshot routes come from
 * the same rules. Throws `PolicyError` (phase mint) where the rules cannot be granted.
 */
export async function compilePolicy(policy: Policy, facts: ProjectFacts): Promise<CompiledPolicy> {
  const project = realPath(facts.project);
  const sandbox = realPath(facts.sandboxRealPath);
  checkSandbox(policy, sandbox, project, realPath(facts.stateDir));
  const servers = serverRules(policy.mcp, { sandbox, project });
  const { routes, denied } = await routesOf(policy, servers, { sandbox, project });
  const capabilities = capabilitiesOf(routes);
  const roles = rolesOf(policy, routes);
  const snapshot: Snapshot = {
    format: "tenuo-claude-snapshot/4",
    name: policy.name,
    project,
    authority: facts.authority,
    serial: facts.serial,
    issuedAt: facts.issuedAt,
    mode: policy.mode,
    ttlSeconds: policy.ttlSeconds,
    files: policy.files,
    overlays: overlayFileNames,
    home: realPath(facts.home),
    sandbox,
    governance: governanceOf(facts),
    routes: Object.fromEntries(routes),
    ...(Object.keys(servers).length === 0 ? {} : { servers }),
    ...(denied.size === 0 ? {} : { denied: Object.fromEntries(denied) }),
    onGrant: policy.onGrant,
    pinPaths: policy.pinPaths,
    strictInput: policy.strictInput,
    allowUnsandboxed: policy.allowUnsandboxed,
    ...(roles === undefined ? {} : { roles }),
    defaultLine: policy.defaultPlace.line,
    receipts: policy.receipts,
  };
  return { snapshot, capabilities };
}
