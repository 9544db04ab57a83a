/** Rules of a policy as routes: which input fields of a tool are checked, and by what. */
import { ConstraintTextError, parseConstraint } from "./constraint_text.ts";
import type { McpTool, PlacedWebRule, Rule } from "./policy.ts";
import { type Place, PolicyError } from "./policy_error.ts";
import { policyFileName } from "./policy_file.ts";
import { realPath } from "./real_path.ts";
import type { ArgumentRule, Route, WireConstraint } from "./snapshot.ts";
import { capabilityOf, mcpToolName, nativeTools } from "./tools.ts";
import { compileWebRule, schemesOf, webSchemes } from "./web_rule.ts";

/** The MCP server that the tools under `mcp.enforce` belong to, and no other. */
export const singleMcpServer = "tenuo-files";

const anything: WireConstraint = [16, null];
const longestRule = 200;

/** A route carries the line only, so a rule out of an overlay names its file. */
function labelled(rule: string, { file }: Place): string {
  const clipped = rule.length > longestRule ? rule.slice(0, longestRule) + "..." : rule;
  return file === policyFileName ? clipped : `${clipped} (${file})`;
}

function rootOf([type, value]: WireConstraint): string | undefined {
  if (type !== 17 || typeof value !== "object" || value === null) return undefined;
  return "root" in value && typeof value.root === "string" ? value.root : undefined;
}

/** The constraint of a rule, the root of a subpath resolved. */
async function constraintOf(rule: Rule, where: string, sandbox: string): Promise<WireConstraint> {
  const refuse = (text: string, expected: string): never => {
    throw new PolicyError([{ ...rule.place, where, text, expected, phase: "mint" }]);
  };
  try {
    const constraint = await parseConstraint(rule.text, sandbox);
    const root = rootOf(constraint);
    if (root === undefined) return constraint;
    const real = realPath(root);
    if (real.includes("\\")) refuse(rule.text, "a path without a backslash");
    return [17, { root: real, case_sensitive: true, allow_equal: true }];
  } catch (error) {
    if (error instanceof PolicyError) throw error;
    if (error instanceof ConstraintTextError) return refuse(error.offending, error.expected);
    return refuse(rule.text, `a path that can be resolved (${(error as Error).message})`);
  }
}

/** The route of `enforce.<tool>` for a tool with one argument. */
export async function enforcedRoute(tool: string, rule: Rule, sandbox: string): Promise<Route> {
  const native = nativeTools.get(tool);
  const [argument] = native?.args ?? [];
  if (native === undefined || argument === undefined) {
    throw new TypeError(`No argument to constrain: ${tool}`);
  }
  const { capability, access, globs } = native;
  const constraint = await constraintOf(rule, `enforce.${tool}`, sandbox);
  const checked: ArgumentRule = {
    ...argument,
    constraint,
    rule: labelled(rule.text, rule.place),
    line: rule.place.line,
  };
  return {
    capability,
    access,
    args: [checked],
    ...(globs === undefined ? {} : { globs }),
    rule: labelled(`enforce.${tool}`, rule.place),
    line: rule.place.line,
  };
}

/** The route of `enforce.WebFetch`. */
export function webRoute(rule: PlacedWebRule, name = "enforce.WebFetch"): Route {
  const { url, host } = compileWebRule(rule);
  const inside = rule.cidrs.length === 0 ? "public addresses only" : "listed networks";
  const ports = rule.ports === undefined ? "" : `; ports: ${rule.ports.join(", ")}`;
  const lists = [
    rule.domains.length === 0 ? [] : ["domains: " + rule.domains.join(", ")],
    rule.cidrs.length === 0 ? [] : ["cidrs: " + rule.cidrs.join(", ")],
  ].flat();
  return {
    capability: capabilityOf("WebFetch"),
    access: "none",
    args: [
      {
        name: "url",
        field: "url",
        kind: "url",
        constraint: url,
        rule: labelled(`schemes: ${schemesOf(rule).join(", ")}${ports}; ${inside}`, rule.place),
        line: rule.place.line,
      },
      {
        name: "host",
        field: "url",
        kind: "host",
        constraint: host,
        rule: labelled(lists.join("; "), rule.hostPlace),
        line: rule.hostPlace.line,
      },
    ],
    rule: labelled(name, rule.place),
    line: rule.place.line,
  };
}

/**
 * The route of a tool granted without constraints. A tool that opens files keeps its path argument,
 * and a fetch its URL: governance files and inside addresses stay out of reach whatever is granted.
 */
export function freeRoute(tool: string, rule: string, place: Place): Route {
  const native = nativeTools.get(tool);
  if (tool === "WebFetch") {
    const any = { domains: ["*"], cidrs: [], schemes: webSchemes, anyPort: true };
    return webRoute({ ...any, place, hostPlace: place }, rule);
  }
  const label = labelled(rule, place);
  const { line } = place;
  const capability = capabilityOf(tool);
  const paths = (native?.args ?? []).filter(({ kind }) => kind === "path");
  if (native === undefined || paths.length === 0) {
    return { capability, access: "none", args: [], rule: label, line };
  }
  const { access, globs } = native;
  const args = paths.map((path) => ({ ...path, constraint: anything, rule: label, line }));
  return {
    capability,
    access,
    args,
    ...(globs === undefined ? {} : { globs }),
    rule: label,
    line,
  };
}

/** The tool name and route of an entry under `mcp.enforce`. */
export async function mcpRoute(
  tool: string,
  { args, place }: McpTool,
  sandbox: string,
): Promise<[tool: string, route: Route]> {
  const name = mcpToolName(singleMcpServer, tool);
  const checked: ArgumentRule[] = [];
  for (const [argument, rule] of args) {
    const constraint = await constraintOf(rule, `mcp.enforce.${tool}`, sandbox);
    checked.push({
      name: argument,
      field: argument,
      kind: constraint[0] === 17 ? "path" : "value",
      constraint,
      rule: labelled(rule.text, rule.place),
      line: rule.place.line,
    });
  }
  return [name, {
    capability: capabilityOf(name),
    access: "run",
    args: checked,
    rule: labelled(`mcp.enforce.${tool}`, place),
    line: place.line,
  }];
}
