/** What the schema cannot see of the structured form for commands. */
import { ConstraintTextError } from "./constraint_error.ts";
import { entriesOf, findingAt, nodeAt, type SourcePath, valueAt } from "./findings.ts";
import { absoluteRoot, splitRoots } from "./path_roots.ts";
import type { Finding } from "./policy_error.ts";
import { isReserved } from "./reserved_words.ts";
import { programProblem, wordProblem } from "./shlex_entries.ts";
import type { SourceMap } from "./yaml_source.ts";

interface Problem {
  readonly expected: string;
  readonly suggestion?: string | undefined;
}

function verbProblem(verb: string): Problem | undefined {
  if (/\s/.test(verb)) {
    return { expected: "a program alone; the words that follow it go under subcommands" };
  }
  if (isReserved(verb)) {
    return { expected: "a program, not a word of the shell's own grammar" };
  }
  return programProblem(verb);
}

function rootProblem(written: string): Problem | undefined {
  try {
    absoluteRoot(written, "/sandbox");
    return undefined;
  } catch (error) {
    if (!(error instanceof ConstraintTextError)) throw error;
    const suggestion = error.suggestion?.replace(/^subpath:/, "");
    return { expected: error.expected, suggestion };
  }
}

function subcommandProblem(written: string): Problem | undefined {
  const words = written.trim().split(/\s+/);
  if (words[0] === "") return { expected: "a subcommand" };
  if (words[0]?.startsWith("-")) return { expected: "a subcommand, not an option" };
  const expected = words.map(wordProblem).find((problem) => problem !== undefined);
  return expected === undefined ? undefined : { expected };
}

function flagProblem(written: string): Problem | undefined {
  if (/^-[^\s=]*$/.test(written) && wordProblem(written) === undefined && written !== "--") {
    return undefined;
  }
  const suggestion = /^[A-Za-z][\w-]*$/.test(written) ? `--${written}` : undefined;
  return { expected: "an option without its value, for example --output or -o", suggestion };
}

/** The texts at `path`, a list or a single one. */
function textsAt(root: SourceMap, path: SourcePath): [SourcePath, string][] {
  const node = valueAt(root, path);
  if (node?.kind === "scalar" && typeof node.value === "string") return [[path, node.value]];
  if (node?.kind !== "list") return [];
  return node.items.flatMap((item, index) =>
    item.kind === "scalar" && typeof item.value === "string"
      ? [[[...path, index], item.value] as [SourcePath, string]]
      : []
  );
}

function checkVerb(root: SourceMap, path: SourcePath): Finding[] {
  const name = String(path.at(-1));
  const findings: Finding[] = [];
  const problem = verbProblem(name);
  if (problem !== undefined) {
    const { expected, suggestion } = problem;
    findings.push({
      ...nodeAt(root, path).place,
      where: `enforce.${String(path[1])}.verbs`,
      text: name,
      expected,
      ...(suggestion === undefined ? {} : { suggestion }),
      phase: "mint",
    });
  }
  const check = (key: string, judge: (text: string) => Problem | undefined, split = false) => {
    for (const [at, text] of textsAt(root, [...path, key])) {
      for (const part of split && at.at(-1) === key ? splitRoots(text) : [text]) {
        const problem = judge(part);
        if (problem === undefined) continue;
        findings.push(findingAt(root, at, { ...problem, text: part, phase: "mint" }));
      }
    }
  };
  check("paths", rootProblem, true);
  check("subcommands", subcommandProblem);
  check("deny_flags", flagProblem);
  return findings;
}

/** Findings about programs and what they may be given. They are of phase `mint`. */
export function checkVerbs(root: SourceMap): Finding[] {
  return entriesOf(root, ["enforce"]).flatMap(([path]) =>
    entriesOf(root, [...path, "verbs"]).flatMap(([at]) => checkVerb(root, at))
  );
}
