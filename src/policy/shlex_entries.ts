/** The entries of `shlex:`: programs, each alone or with the words that must follow it. */
import { posix } from "node:path";
import { refuseText } from "./constraint_error.ts";
import { fill, placeholder } from "./placeholder.ts";
import type { WireConstraint } from "./snapshot.ts";

/** Characters that a shell acts on; a word that has one is not what it seems. */
const active = /["'$`|&;<>(){}*?[\]!#~=\\]/;

/** What is expected of a program where `word` is none; undefined when it is fine. */
export function programProblem(
  word: string,
): { readonly expected: string; readonly suggestion?: string } | undefined {
  if (word.includes("\\")) {
    const bare = posix.basename(word.replaceAll("\\", "/"));
    return {
      expected: "a command name, not a path with backslashes",
      ...(bare === "" ? {} : { suggestion: bare }),
    };
  }
  const plain = word.startsWith(placeholder + "/") ? word.slice(placeholder.length) : word;
  if (active.test(plain) || plain.includes("..")) {
    return { expected: "a command name without characters that a shell acts on" };
  }
  if (plain.startsWith("-")) return { expected: "a command name before its options" };
  if (plain.endsWith("/")) return { expected: "the path of a program, not of a directory" };
  return undefined;
}

/** What is expected of a word after the program where `word` is none. */
export function wordProblem(word: string): string | undefined {
  return active.test(word) ? "words without characters that a shell acts on" : undefined;
}

/**
 * Reads `ls,git status,/usr/bin/make`. A comma with nothing behind it separates nothing.
 *
 * @returns each entry's words, `{sandbox}` filled in, once
 * @throws {ConstraintTextError}
 */
export function shlexEntries(rest: string, sandbox: string): string[][] {
  const items = rest.split(",").map((item) => item.trim()).filter((item) => item !== "");
  if (items.length === 0) refuseText(rest, "at least one command name");
  const entries = new Map<string, string[]>();
  for (const item of items) {
    const [program = "", ...words] = item.split(/\s+/);
    const problem = programProblem(program);
    if (problem !== undefined) refuseText(program, problem.expected, problem.suggestion);
    for (const word of words) {
      const expected = wordProblem(word);
      if (expected !== undefined) refuseText(item, expected);
    }
    entries.set([program, ...words].join(" "), [fill(program, sandbox), ...words]);
  }
  return [...entries.values()];
}

/** The warrant carries the programs alone. */
export function wireOfEntries(entries: readonly (readonly string[])[]): WireConstraint {
  return [128, { allow: [...new Set(entries.map(([program = ""]) => program))] }];
}
