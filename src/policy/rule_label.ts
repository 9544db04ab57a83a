/** How a route names the rule it comes from. */
import type { Place } from "./policy_error.ts";
import { policyFileName } from "./policy_file.ts";

const longestRule = 200;

/** A route carries the line only, so a rule out of an overlay names its file. */
export function labelled(rule: string, { file }: Place): string {
  const clipped = rule.length > longestRule
    ? rule.slice(0, longestRule).toWellFormed() + "..."
    : rule;
  return file === policyFileName ? clipped : `${clipped} (${file})`;
}
