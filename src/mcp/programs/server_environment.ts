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

/** Folders that depend on where a program is started could lead into the project. */
function fixedFolders(path: string): string {
  return path.split(":").filter(isAbsolute).join(":");
}

/**
 * What every program needs, of our own variables, and what it is given.
 *
 * @param given come over ours
 */
export function serverEnvironment(own: Environment, given: Environment): Record<string, string> {
  const present = handedOn.flatMap((name): [string, string][] => {
    const value = own[name];
    if (value === undefined) return [];
    return [[name, name === "PATH" ? fixedFolders(value) : value]];
  });
  return { ...Object.fromEntries(present), ...given };
}

/** The variables that are handed on by their names. */
export function passedOn(own: Environment, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.flatMap((name): [string, string][] => {
    const value = Object.hasOwn(own, name) ? own[name] : undefined;
    return value === undefined ? [] : [[name, value]];
  }));
}
