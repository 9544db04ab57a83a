/** `receipts` of tenuo.yaml. Error messages follow the word "expected". */
import * as z from "zod";
import { flag } from "./schema_parts.ts";

const maxMegabytes = 1024;
const megabytes = `a whole number of megabytes from 1 to ${maxMegabytes}`;

/** A list of texts, bounded: each is looked for in every argument that is recorded. */
function texts(what: string, longest: number, most: number) {
  const one = `${what} of 1 to ${longest} characters`;
  return z.array(z.string(one).min(1, one).max(longest, one), `a list, each ${one}`)
    .max(most, `at most ${most} of them`).nullish();
}

const mask = z.strictObject({
  names: texts("the name of an argument or of a member of one", 100, 64)
    .describe("Arguments and members of them, in any case, whose values are masked whole"),
  patterns: texts("an RE2 expression", 500, 32).describe(
    "RE2 expressions; what matches is masked, or only their first group when they have one",
  ),
}, "a map with names and patterns");

/** The keys under `receipts`. */
export const receipts = z.strictObject({
  sync: flag.optional().describe("Whether each receipt is forced to disk"),
  strict: flag.optional().describe("Same as strict_receipts"),
  rotate_megabytes: z.int(megabytes).min(1, megabytes).max(maxMegabytes, megabytes).optional()
    .describe("How large the receipts file grows before it becomes a numbered segment"),
  rotate_daily: flag.optional()
    .describe("Whether it also becomes one with the first receipt of a day (UTC)"),
  mask: mask.nullish().describe("What is masked in receipts beside what the built-in rules find"),
}, "a map with sync, strict, rotate_megabytes, rotate_daily and mask");
