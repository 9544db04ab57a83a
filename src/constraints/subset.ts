/** Subset (type 11): a list of which every value is allowed; the empty list is one. */
import { type Cbor, isList } from "../protocol/cbor.ts";
import { equals, member, type Verdict } from "./registry.ts";

export function matches(rule: Cbor, argument: Cbor): Verdict {
  const allowed = member(rule, "allowed");
  if (!isList(allowed)) return "unreadable";
  return isList(argument) && argument.every((item) => allowed.some((value) => equals(value, item)));
}

/** A child may allow less. */
export function narrows(parent: Cbor, child: Cbor): boolean {
  const [outer, inner] = [member(parent, "allowed"), member(child, "allowed")];
  return isList(outer) && isList(inner) &&
    inner.every((value) => outer.some((other) => equals(value, other)));
}
