/** Arguments that are checked as they were sent, in a form that can be signed. */
import { fromJson } from "../constraints/registry.ts";
import type { Cbor } from "../protocol/cbor.ts";
import { Denial } from "./denial.ts";

/** Levels of lists and objects within one another. */
const deepest = 256;

function unusable(name: string, what: string): never {
  throw new Denial("ArgumentUnusable", `${name} ${what}`);
}

function requireSignable(name: string, value: unknown, left: number): void {
  if (typeof value === "number" && !Number.isFinite(value)) {
    unusable(name, "has a number that is too large for anyone to read");
  }
  if (typeof value === "string" && !value.isWellFormed()) {
    unusable(name, "has text that is not well-formed");
  }
  if (typeof value !== "object" || value === null) return;
  if (left === 0) unusable(name, `is nested deeper than ${deepest} levels`);
  if (!Array.isArray(value)) {
    for (const key of Object.keys(value)) requireSignable(name, key, left);
  }
  for (const inner of Object.values(value)) requireSignable(name, inner, left - 1);
}

/**
 * A value out of JSON as it is signed.
 *
 * @throws {Denial} 9013 for numbers and texts that no signature can cover, and for what is nested
 * too deep to be walked
 */
export function signable(name: string, value: unknown): Cbor {
  requireSignable(name, value, deepest);
  return fromJson(value);
}
