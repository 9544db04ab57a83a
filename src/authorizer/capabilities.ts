/** What a snapshot's routes need of a warrant: the capabilities that are granted, and to which arguments. */
import { equals, fromJson } from "../constraints/registry.ts";
import type { Cbor } from "../protocol/cbor.ts";
import type { Constraint } from "../protocol/warrant.ts";
import type { ArgumentRule, Route, Snapshot } from "../policy/snapshot.ts";

/** Capability -> argument -> constraint. A capability without arguments is unconstrained. */
export type Capabilities = Map<string, Map<string, Constraint>>;

/** The rules that exempt a call from approval; undefined when nothing does. */
export function exemption({ approval }: Route): readonly ArgumentRule[] | undefined {
  const exempt = approval?.exempt;
  return exempt === undefined || exempt.length === 0 ? undefined : exempt;
}

/**
 * The arguments that are read and signed: those with rules, and those that only an exemption looks
 * at, which may be left out.
 */
export function signedArguments(route: Route): readonly ArgumentRule[] {
  const exempt = exemption(route);
  if (exempt === undefined) return route.args;
  const more = exempt.filter(({ name }) => route.args.every((rule) => rule.name !== name));
  return [...route.args, ...more.map((rule) => ({ ...rule, optional: true }))];
}

/** A rule's constraint, as it stands on the wire. */
export function wireConstraint({ constraint }: ArgumentRule): Constraint {
  return [constraint[0], fromJson(constraint[1])];
}

const [anything, all] = [16, 12];

/** What an argument must satisfy where a rule and an exemption both look at it. */
function both(rule: Constraint, exempt: Constraint | undefined): Constraint {
  if (exempt === undefined || exempt[0] === anything) return rule;
  if (rule[0] === anything || equals([...rule], [...exempt])) return exempt;
  const constraints = [rule, exempt] as unknown as Cbor[];
  return [all, new Map<Cbor, Cbor>([["constraints", constraints]])];
}

/**
 * The capabilities that a snapshot's routes need: what the warrant grants. What needs a person's
 * approval is not granted, but for the calls that are within the rules and exempt from it.
 */
export function capabilitiesOf({ routes }: Pick<Snapshot, "routes">): Capabilities {
  const tools: Capabilities = new Map();
  for (const route of Object.values(routes)) {
    const exempt = exemption(route);
    if (route.approval !== undefined && exempt === undefined) continue;
    const set = new Map<string, Constraint>();
    for (const rule of signedArguments(route)) {
      const freed = exempt?.find(({ name }) => name === rule.name);
      set.set(rule.name, both(wireConstraint(rule), freed && wireConstraint(freed)));
    }
    tools.set(route.capability, set);
  }
  return tools;
}
