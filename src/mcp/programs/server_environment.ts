/** The variables that a server is started with, beside those that the policy gives it. */
import { isAbsolute } from "node:path";

/** The variables that a program gets, by their names. */
export type Environment = { readonly [name: string]: string };

const handedOn = [
  "PATH",
  "HOME",
  "LANG",
  "LC_ALL",
  "TMPDIR",
  "USER",
  "LOGNAME",
  "SHELL",
  "TERM",
];

/**
 * A variable as a server is handed it on. Folders of PATH that depend on where a program is started
 * could lead into the project, and so does a PATH that is empty.
 */
function handed(own: Environment, name: string): [string, string][] {
  const value = Object.hasOwn(own, name) ? own[name] : undefined;
  if (value === undefined) return [];
  if (name !== "PATH") return [[name, value]];
  const folders = value.split(":").filter(isAbsolute);
  return folders.length === 0 ? [] : [[name, folders.join(":")]];
}

/**
 * What every program needs, of our own variables, and what it is given.
 *
 * @param given come over ours
 */
export function serverEnvironment(own: Environment, given: Environment): Record<string, string> {
  return { ...passedOn(own, handedOn), ...given };
}

/** The variables that are handed on by their names. */
export function passedOn(own: Environment, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.flatMap((name) => handed(own, name)));
}
