/** What verification came to, as tests expect it. */
import { deepEqual, match } from "node:assert/strict";
import type { Verification } from "./verify.ts";

/** Checks that this line, with the same number as a receipt, is the first bad one. */
export function disproved(result: Verification, line: number, why: RegExp): void {
  if (result.outcome !== "disproved") throw new Error(`not disproved: ${JSON.stringify(result)}`);
  match(result.why, why);
  deepEqual([result.line, result.seq], [line, line]);
}

/** Checks that it cannot be told. */
export function unknown(result: Verification, why: RegExp): void {
  if (result.outcome !== "unknown") throw new Error(`not unknown: ${JSON.stringify(result)}`);
  match(result.why, why);
}
