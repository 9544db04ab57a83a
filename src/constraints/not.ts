/** Not (type 14): what the constraint within refuses. What it cannot judge is refused as well. */
import type { Cbor } from "../protocol/cbor.ts";
import { nested, type Verdict, verdictOf } from "./registry.ts";

export function matches(rule: Cbor, argument: Cbor): Verdict {
  const [inner] = nested([14, rule]) ?? [];
  if (inner === undefined) return "unreadable";
  const verdict = verdictOf(inner, argument);
  return typeof verdict === "boolean" ? !verdict : verdict;
}
