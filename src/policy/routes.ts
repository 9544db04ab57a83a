/** Rules for native tools as routes: which input fields are checked, and by what. */
import { approvalRule, nativeArgumentRule, verbsArgumentRule } from "./argument_rules.ts";
import type { PlacedWebRule, Rule, ToolRule } from "./policy.ts";
import type { Place } from "./policy_error.ts";
import { labelled } from "./rule_label.ts";
import type { ArgumentRule, Route, WireConstraint } from "./snapshot.ts";
import { capabilityOf, nativeArgument, type NativeTool, nativeTools } from "./tools.ts";
import { compileWebRule, schemesOf, webSchemes } from "./web_rule.ts";

const anything: WireConstraint = [16, null];

async function argumentsOf(
  native: NativeTool,
  rules: ReadonlyMap<string, Rule>,
  where: string,
  sandbox: string,
): Promise<ArgumentRule[]> {
  const checked: ArgumentRule[] = [];
  for (const [name, rule] of rules) {
    const argument = nativeArgument(native, name);
    if (argument === undefined) throw new TypeError(`${native.name} has no argument ${name}`);
    checked.push(await nativeArgumentRule(argument, rule, where, sandbox));
  }
  return checked;
}

/** A text rule for fetches judges the whole URL; where it leads inside it is refused all the same. */
function withoutInside(rule: ArgumentRule): ArgumentRule {
  // These rules say which ports they mean.
  const anyPort = /^(exact|oneof|urlpattern):/.test(rule.rule);
  const { url } = compileWebRule({ domains: ["*"], cidrs: [], schemes: webSchemes, anyPort });
  return { ...rule, constraint: [12, { constraints: [url, rule.constraint] }] };
}

/** The route of `enforce.<tool>` for a tool with one main argument. */
export async function enforcedRoute(tool: string, rule: ToolRule, sandbox: string): Promise<Route> {
  const native = nativeTools.get(tool);
  const [main] = native?.args ?? [];
  if (native === undefined || main === undefined) {
    throw new TypeError(`No argument to constrain: ${tool}`);
  }
  const { capability, access, globs } = native;
  const where = `enforce.${tool}`;
  const written = await argumentsOf(native, rule.args, where, sandbox);
  const args = tool === "WebFetch" ? written.map(withoutInside) : written;
  if (rule.command !== undefined) {
    args.unshift(await verbsArgumentRule(main, rule.command, where, sandbox));
  }
  const { approval } = rule;
  const exempt = await argumentsOf(native, approval?.exempt ?? new Map(), where, sandbox);
  return {
    capability,
    access,
    args,
    ...(globs === undefined ? {} : { globs }),
    ...(approval === undefined ? {} : { approval: approvalRule(approval, exempt) }),
    rule: labelled(where, rule.place),
    line: rule.place.line,
  };
}

/** The route of `enforce.WebFetch`. A gate is for the hosts that are not listed; those that are pass. */
export function webRoute(rule: PlacedWebRule, name = "enforce.WebFetch"): Route {
  const { url, host } = compileWebRule(rule);
  const inside = rule.cidrs.length === 0 ? "public addresses only" : "listed networks";
  const ports = rule.ports === undefined ? "" : `; ports: ${rule.ports.join(", ")}`;
  const lists = [
    rule.domains.length === 0 ? [] : ["domains: " + rule.domains.join(", ")],
    rule.cidrs.length === 0 ? [] : ["cidrs: " + rule.cidrs.join(", ")],
  ].flat();
  const hostRule: ArgumentRule = {
    name: "host",
    field: "url",
    kind: "host",
    constraint: host,
    rule: labelled(lists.join("; "), rule.hostPlace),
    line: rule.hostPlace.line,
  };
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
      hostRule,
    ],
    ...(rule.resolve === true ? { resolve: true } : {}),
    ...(rule.approval === undefined ? {} : { approval: approvalRule(rule.approval, [hostRule]) }),
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
