/** NotOneOf (type 7): any value but the excluded ones. */
import { type Cbor, isList } from "../protocol/cbor.ts";
import { equals, member } from "./registry.ts";

export function matches(rule: Cbor, argument: Cbor): boolean {
  const excluded = member(rule, "excluded");
  return isList(excluded) && !excluded.some((value) => equals(value, argument));
}
