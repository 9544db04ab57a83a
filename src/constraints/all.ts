/** All (type 12): every constraint within. None within is none broken. */
import type { Cbor } from "../protocol/cbor.ts";
import { readable, type Verdict, verdictOf } from "./registry.ts";

export function matches(rule: Cbor, argument: Cbor): Verdict {
  const constraints = readable([12, rule]);
  if (constraints === undefined) return "unreadable";
  let answer: Verdict = true;
  for (const inner of constraints) {
    const verdict = verdictOf(inner, argument);
    // The order is the published library's: after a plain refusal nothing else is looked at.
    if (verdict === false || verdict === "unreadable") return verdict;
    if (verdict === "stricter") answer = verdict;
  }
  return answer;
}
