/** NotOneOf (type 7): any value but the excluded ones. */
import { type Cbor, isList } from "../protocol/cbor.ts";
import { equals, member, numeric, type Verdict } from "./registry.ts";

export function matches(rule: Cbor, argument: Cbor): Verdict {
  const excluded = member(rule, "excluded");
  if (!isList(excluded)) return "unreadable";
  if (excluded.some((value) => equals(value, argument))) return false;
  // JSON cannot tell 5 from 5.0, so what excludes one is taken to exclude the other.
  const number = numeric(argument);
  const isNear = number !== undefined && excluded.some((value) => numeric(value) == number);
  return isNear ? "stricter" : true;
}

export function narrows(parent: Cbor, child: Cbor): boolean {
  const [outer, inner] = [member(parent, "excluded"), member(child, "excluded")];
  return isList(outer) && isList(inner) &&
    outer.every((value) => inner.some((other) => equals(value, other)));
}
