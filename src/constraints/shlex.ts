/**
 * Shlex (type 128): one simple command whose program is listed. As in the published library: no
 * character a shell would act on, quoted or not; the program by its full word or its base name.
 */
import { type Cbor, isList } from "../protocol/cbor.ts";

const dangerous = [..."\0\n\r\v\f\x07\b\x7f$`|&;<>()"];

/** The Unicode white space that separates words in the published library. */
const blank = /[\t\n\v\f\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/;

/** Unreadable when the list of programs is malformed. */
export function judgeShlex(allow: Cbor | undefined, argument: Cbor): boolean | "unreadable" {
  const isReadable = isList(allow) && allow.every((program) => typeof program === "string");
  return isReadable ? matchesShlex(allow, argument) : "unreadable";
}

/** True when `argument` is a simple command that runs a listed program. */
export function matchesShlex(allow: Cbor | undefined, argument: Cbor): boolean {
  if (typeof argument !== "string" || !isList(allow)) return false;
  if (dangerous.some((character) => argument.includes(character))) return false;
  const program = argument.split(blank).find((word) => word !== "");
  if (program === undefined || program.includes("..")) return false;
  return allow.includes(program) || allow.includes(program.slice(program.lastIndexOf("/") + 1));
}
