/** Every kind of disagreement about a call, in the order in which they are asked. */
import type { Case, Difference } from "./case.ts";
import { commandDifferences, leadingBlanks } from "./command_differences.ts";
import { fileDifferences, openedPath, searchBlanks } from "./file_differences.ts";
import {
  resolvedArgument,
  sharedCapability,
  toolDifferences,
  widerDifferences,
} from "./tool_differences.ts";
import { urlDifferences } from "./url_differences.ts";

const either = [openedPath, searchBlanks, leadingBlanks, resolvedArgument, sharedCapability];

/** Allowed there and not here. */
export const stricter: readonly Difference[] = [
  ...toolDifferences,
  ...fileDifferences,
  ...commandDifferences,
  ...urlDifferences,
  ...either,
];

/** Allowed here and not there. */
export const wider: readonly Difference[] = [...widerDifferences, ...either];

export async function differenceOf(
  one: Case,
  differences: readonly Difference[],
): Promise<Difference | undefined> {
  for (const difference of differences) if (await difference.holds(one)) return difference;
  return undefined;
}
