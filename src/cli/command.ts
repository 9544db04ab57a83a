/** What a command of the program is made of; each stands in a file of its own. */
import type { Terminal } from "./terminal.ts";

/** One option. With `value` it takes one, named so in the help. */
export interface Option {
  readonly help: string;
  readonly value?: string;
}

export interface Invocation {
  /** Options by name: text for those with a value, true for the others, absent when not given. */
  readonly options: { readonly [name: string]: string | boolean | undefined };
  readonly terminal: Terminal;
}

export interface Command {
  readonly name: string;
  /** One line, for the list of commands. */
  readonly summary: string;
  /** What it does, in sentences, for `help NAME`. */
  readonly description: string;
  readonly options: { readonly [name: string]: Option };
  /** Returns the exit code. */
  readonly run: (invocation: Invocation) => Promise<number> | number;
}

/** Something the person who typed the command can mend. Printed without a stack; exit code 1. */
export class UserError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "UserError";
  }
}

/** The command line itself is wrong; exit code 2. */
export class UsageError extends UserError {}

/** An option that must be a whole number of at least `least`. @throws {UsageError} */
export function wholeNumber(
  value: string | boolean | undefined,
  name: string,
  least: number,
): number | undefined {
  if (value === undefined) return undefined;
  const number = Number(value);
  if (typeof value !== "string" || !/^\d+$/.test(value) || number < least) {
    throw new UsageError(`--${name} takes a whole number of at least ${least}`);
  }
  return number;
}
