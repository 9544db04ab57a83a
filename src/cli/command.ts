/** What a command of the program is made of; each stands in a file of its own. */
import type { Terminal } from "./terminal.ts";

/** One option. With `value` it takes one, named so in the help. */
export interface Option {
  readonly help: string;
  readonly value?: string;
  /** It may be given again; `Invocation.given` has all of them. */
  readonly multiple?: true;
}

/** One option with a value, as it was given. */
export interface Given {
  readonly name: string;
  readonly value: string;
}

export interface Invocation {
  /** Options by name: text for those with a value, true for the others, absent when not given. */
  readonly options: { readonly [name: string]: string | boolean | undefined };
  /** The options with a value in the order they were given, each as often as it was. */
  readonly given?: readonly Given[];
  /** The words that are no options, at most as many as the command names. */
  readonly operands: readonly string[];
  readonly terminal: Terminal;
}

export interface Command {
  readonly name: string;
  /** One line, for the list of commands. */
  readonly summary: string;
  /** What it does, in sentences, for `help NAME`. */
  readonly description: string;
  readonly options: { readonly [name: string]: Option };
  /** What may stand beside the options, in this order, for example `FILE|-`; `FILE...` any number. */
  readonly operands?: readonly string[];
  /** Returns the exit code. */
  readonly run: (invocation: Invocation) => Promise<number> | number;
}

/** Commands under one name, such as `key generate`. */
export interface Group {
  readonly name: string;
  readonly summary: string;
  readonly description: string;
  readonly commands: { readonly [name: string]: () => Promise<{ readonly command: Command }> };
}

/** Something the person who typed the command can mend. Printed without a stack; exit code 1. */
export class UserError extends Error {
  readonly exitCode: 1 | 2 = 1;

  constructor(message: string) {
    super(message);
    this.name = "UserError";
  }
}

/** The command line itself is wrong; exit code 2. */
export class UsageError extends UserError {
  override readonly exitCode = 2;
}

/** The question has no answer here, neither yes nor no; exit code 2. */
export class CannotTell extends UserError {
  override readonly exitCode = 2;
}

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

/** All values of an option that may be given more than once. */
export function valuesOf({ given = [] }: Invocation, name: string): string[] {
  return given.flatMap((one) => one.name === name ? [one.value] : []);
}
