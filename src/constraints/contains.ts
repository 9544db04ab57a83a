/** Contains (type 10): a list that has every required value. */
import { type Cbor, isList } from "../protocol/cbor.ts";
import { equals, member, type Verdict } from "./registry.ts";

export function matches(rule: Cbor, argument: Cbor): Verdict {
  const required = member(rule, "required");
  if (!isList(required)) return "unreadable";
  return isList(argument) &&
    required.every((value) => argument.some((item) => equals(value, item)));
}

/** A child may require more. */
export function narrows(parent: Cbor, child: Cbor): boolean {
  const [outer, inner] = [member(parent, "required"), member(child, "required")];
  return isList(outer) && isList(inner) &&
    outer.every((value) => inner.some((other) => equals(value, other)));
}
