/**
 * What a policy says of a shell command beyond its wire constraint, as the snapshot carries it. It can
 * only narrow: the warrant's own constraint on `command` has to say yes as well.
 */

/** How simple commands may be put together. */
export type Composition =
  /** `a | b` */
  | "pipe"
  /** `a && b` */
  | "and"
  /** `a || b` */
  | "or"
  /** `a; b` */
  | "semicolon"
  /** `>/dev/null`, `2>/dev/null`, `2>&1`, `</dev/null`: nothing is written, nothing is read. */
  | "discard";

export const compositions: readonly Composition[] = ["pipe", "and", "or", "semicolon", "discard"];

/** What one program may be given. */
export interface VerbRule {
  /** Absolute, link-free roots that every path among the words must lie in; absent: words are not looked at. */
  readonly paths?: readonly string[];
  /** The first words after the verb must be one of these, with no option before them. */
  readonly subcommands?: readonly (readonly string[])[];
  /** Options that are refused besides those known to be dangerous, for example `--output` or `-o`. */
  readonly denyFlags?: readonly string[];
  /** How the rule is written, for example `ls: {paths: "{sandbox}"}`. */
  readonly rule: string;
  /** Line in the policy file, 1-based. */
  readonly line: number;
}

/** How a command line is read and judged. */
export type CommandRule =
  /** One simple command; each entry is a verb, or a verb and its subcommand words. */
  | { readonly form: "shlex"; readonly entries: readonly (readonly string[])[] }
  /** Commands of these verbs, put together only in these ways. */
  | {
    readonly form: "verbs";
    readonly verbs: { readonly [verb: string]: VerbRule };
    readonly compose: readonly Composition[];
  };
