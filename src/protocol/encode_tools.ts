/**
 * How the tools of a warrant are written: in byte order, each constraint in the form that the
 * published library reads. A policy is JSON, so its constraints are not all in that form.
 */
import { type Cbor, type CborMap, isList, isMap, sortedMap } from "./cbor.ts";
import type { WarrantPayload } from "./payload.ts";

function changed(rule: CborMap, change: (member: Cbor) => Cbor): Map<Cbor, Cbor> {
  return new Map([...rule].map(([key, member]) => [key, change(member)]));
}

/** `[type, rule]` with networks and URL patterns as text and the bounds of a range as floats. */
export function wireForm(constraint: Cbor): Cbor {
  const [type, rule] = isList(constraint) ? constraint : [];
  if (!isMap(rule)) return constraint;
  switch (type) {
    case 3:
      return [3, changed(rule, (bound) => typeof bound === "number" ? { float: bound } : bound)];
    case 8:
      return [8, rule.get("network") ?? rule];
    case 9:
      return [9, rule.get("pattern") ?? rule];
    case 12:
    case 13:
      return [type, changed(rule, (list) => isList(list) ? list.map(wireForm) : list)];
    case 14:
      return [14, changed(rule, wireForm)];
    default:
      return constraint;
  }
}

/** The value of a payload's field 3. */
export function encodeTools(tools: WarrantPayload["tools"]): Map<Cbor, Cbor> {
  return sortedMap([...tools].map(([tool, set]) => {
    const constraints = sortedMap([...set].map(([name, inner]) => [name, wireForm(inner)]));
    return [tool, new Map<Cbor, Cbor>([["constraints", constraints]])];
  }));
}
