/**
 * A rule's constraint as the compiled policy reads it: as on the wire, but for URL patterns, whose
 * `*.x` is never `x` itself and whose missing port is the scheme's own. Never looser than the wire.
 */
import { fromJson, member, nested } from "../constraints/registry.ts";
import type { Cbor } from "../protocol/cbor.ts";
import type { Constraint } from "../protocol/warrant.ts";
import type { ArgumentRule } from "../policy/snapshot.ts";

const urlPattern = 9;
const not = 14;

const readings = new WeakMap<ArgumentRule, Constraint>();

function strictly(constraint: Constraint): Constraint {
  const [type, rule] = constraint;
  if (type === urlPattern) {
    const pattern: Cbor = typeof rule === "string" ? rule : member(rule, "pattern") ?? null;
    return [type, new Map<Cbor, Cbor>([["pattern", pattern], ["strict", true]])];
  }
  const held = nested(constraint);
  const read = held?.map(strictly);
  if (held === undefined || read === undefined || read.every((one, i) => one === held[i])) {
    return constraint;
  }
  const value = read as unknown as Cbor[];
  return type === not
    ? [type, new Map<Cbor, Cbor>([["constraint", value[0] ?? null]])]
    : [type, new Map<Cbor, Cbor>([["constraints", value]])];
}

/** The constraint that the policy's own yes is given by. Made once for each rule. */
export function policyConstraint(rule: ArgumentRule): Constraint {
  let reading = readings.get(rule);
  if (reading === undefined) {
    reading = strictly([rule.constraint[0], fromJson(rule.constraint[1])]);
    readings.set(rule, reading);
  }
  return reading;
}
