/** What is known of a program, whatever its folder and by which of its names it is called. */
import { fileVerbs } from "./file_verbs.ts";
import { runningVerbs, sameVerbs } from "./running_verbs.ts";
import { textVerbs } from "./text_verbs.ts";
import type { VerbGrammar } from "./verb_grammar.ts";
import { baseName } from "./wrappers.ts";

/** The name under which a program stands in the tables: `grep` for `/usr/bin/egrep`. */
export function tableName(program: string): string {
  const name = baseName(program);
  return Object.hasOwn(sameVerbs, name) ? sameVerbs[name] as string : name;
}

/** Undefined when nothing is known of it. */
export function grammarOf(name: string): VerbGrammar | undefined {
  for (const table of [textVerbs, fileVerbs, runningVerbs]) {
    if (Object.hasOwn(table, name)) return table[name];
  }
  return undefined;
}
