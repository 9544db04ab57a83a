/**
 * Which of two constraints of a policy is the wider. The published steps from a warrant to its child
 * know no shorter list of alternatives and no further condition; between two policies they count.
 */
import { narrows } from "../constraints/attenuation.ts";
import { nested } from "../constraints/registry.ts";
import { type Cbor, encode } from "../protocol/cbor.ts";
import { hex } from "../protocol/keys.ts";
import type { Constraint } from "../protocol/warrant.ts";

const all = 12;
const any = 13;
const anything = 16;

function textOf([type, rule]: Constraint): string {
  return hex(encode([type, rule] as Cbor));
}

/** The alternatives that a constraint is made of, each as a text: itself when it is not a list. */
function alternatives(constraint: Constraint): readonly Constraint[] {
  return (constraint[0] === any ? nested(constraint) : undefined) ?? [constraint];
}

/** True when it is certain that `after` accepts nothing that `before` refuses. */
export function isWithin(before: Constraint, after: Constraint): boolean {
  if (before[0] === anything && before[1] === null) return true;
  const held = new Set(alternatives(before).map(textOf));
  return alternatives(after).every((one) => held.has(textOf(one)) || isNarrower(before, one));
}

function isNarrower(before: Constraint, after: Constraint): boolean {
  if (before[0] === any) {
    return alternatives(before).some((one) => one[0] !== any && isWithin(one, after));
  }
  if (before[0] === all && narrowsWhole(before, after)) return true;
  if (after[0] === all && nested(after)?.some((one) => isWithin(before, one))) return true;
  return narrows(before, after);
}

/** Every condition of `before` holds for what `after` accepts. */
function narrowsWhole(before: Constraint, after: Constraint): boolean {
  return nested(before)?.every((one) => isWithin(one, after)) ?? false;
}
