/** Constraints and other wire values as people read them, and as JSON. */
import { Buffer } from "node:buffer";
import { type Cbor, isFloat, isList, isMap } from "../protocol/cbor.ts";
import type { Constraint } from "../protocol/warrant.ts";

/** Constraint types by wire id, named as the policy names them where it can write them. */
const names: ReadonlyMap<number, string> = new Map([
  [1, "exact"],
  [2, "pattern"],
  [3, "range"],
  [4, "oneof"],
  [5, "regex"],
  [7, "notoneof"],
  [8, "cidr"],
  [9, "urlpattern"],
  [10, "contains"],
  [11, "subset"],
  [12, "all"],
  [13, "any"],
  [14, "not"],
  [15, "cel"],
  [16, "anything"],
  [17, "subpath"],
  [18, "urlsafe"],
  [128, "shlex"],
]);

/** A wire value as JSON: bytes as hex, integers past 2^53 as text. */
export function plain(value: Cbor): unknown {
  if (isFloat(value)) return value.float;
  if (typeof value === "bigint") return String(value);
  if (value instanceof Uint8Array) return Buffer.from(value).toString("hex");
  if (isList(value)) return value.map(plain);
  if (isMap(value)) {
    return Object.fromEntries([...value].map(([key, inner]) => [String(key), plain(inner)]));
  }
  return value;
}

function nameOf(type: number): string {
  return names.get(type) ?? `type ${type}, unknown: denies`;
}

/** A constraint with its type by number and by name. */
export function constraintJson([type, rule]: Constraint) {
  return { type, name: names.get(type) ?? "unknown", rule: plain(rule) };
}

/** For example `subpath {"root":"/data"}`; what is not printable is the caller's business. */
export function constraintText([type, rule]: Constraint): string {
  return rule === null ? nameOf(type) : `${nameOf(type)} ${JSON.stringify(plain(rule))}`;
}
