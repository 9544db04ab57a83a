/**
 * CEL (type 15): an expression of the Common Expression Language. It is not evaluated: such a
 * constraint may stand in a warrant and be handed on as it is, and denies whatever it is asked, as a
 * type that is not known does. CEL_NOTE
 */
import type { Cbor } from "../protocol/cbor.ts";
import { member } from "./registry.ts";

/**
 * Only the same expression. The published library also takes `(parent) && (more)` and drops blanks
 * before it compares, those within quotes too.
 */
export function narrows(parent: Cbor, child: Cbor): boolean {
  const expression = member(parent, "expression");
  return typeof expression === "string" && expression === member(child, "expression");
}
