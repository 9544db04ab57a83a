/**
 * CEL (type 15): an expression of the Common Expression Language. It is not evaluated: such a
 * constraint may stand in a warrant and be handed on as it is, and denies whatever it is asked, as an
 * unknown type does. Neither package that was tried has a budget of steps: three nested `all` over a
 * list of 300 took 3 s in @marcbachmann/cel-js 8.0.0 and 8 s in @bufbuild/cel 0.6.1, and `matches`
 * with `^(a+)+$` took 0.5 s for 24 letters in the former.
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
