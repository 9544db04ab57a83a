/** Links that a program meets or moves without being given their names. */
import { gitCreatesFiles, subcommandAt } from "./git_words.ts";
import type { CommandPlace } from "./judge_command.ts";
import { tableName } from "./known_verbs.ts";
import type { GivenWords } from "./verb_grammar.ts";
import { type Confinement, pathProblem } from "./verb_paths.ts";
import { baseName } from "./wrappers.ts";

/** False only for a file that is there: nothing lies below it. */
function mayBeFolder(path: string, { cwd, resolve }: CommandPlace): boolean {
  try {
    resolve(cwd, `${path}/x`);
    return true;
  } catch {
    return false;
  }
}

function isLink(path: string, { cwd, resolve }: CommandPlace): boolean {
  try {
    const folder = path.slice(0, path.lastIndexOf("/") + 1) || ".";
    return resolve(cwd, path) !== `${resolve(cwd, folder)}/${baseName(path)}`;
  } catch {
    return true;
  }
}

/** Where a file of `path`'s name would lie in `folder`, when that can be one. */
function metIn(folder: string, path: string, confinement: Confinement): string | undefined {
  const name = baseName(path.replace(/\/+$/, ""));
  if (/^\.{0,2}$/.test(name) || !mayBeFolder(folder, confinement.place)) return undefined;
  return pathProblem(`${folder}/${name}`, confinement);
}

function copies({ operands, options }: GivenWords, confinement: Confinement): string | undefined {
  const target = options.find(({ name }) => name === "-t" || name === "--target-directory")?.value;
  const folder = target ?? operands.at(-1);
  if (folder === undefined) return undefined;
  const keepsFolders = options.some(({ name }) => name === "--parents");
  for (const source of target === undefined ? operands.slice(0, -1) : operands) {
    const problem = metIn(folder, source, confinement) ??
      (keepsFolders ? pathProblem(`${folder}/${source}`, confinement) : undefined);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function compares({ operands, options }: GivenWords, confinement: Confinement): string | undefined {
  const [first, second] = operands;
  if (first === undefined || second === undefined || operands.includes("-")) return undefined;
  const [isFirst, isSecond] = [first, second].map((it) => mayBeFolder(it, confinement.place));
  if (isFirst && isSecond) {
    return options.some(({ name }) => name === "--no-dereference")
      ? undefined
      : `"${confinement.program}" of two folders follows links out of the granted ones; name files, ` +
        "or add --no-dereference";
  }
  return isFirst
    ? metIn(first, second, confinement)
    : isSecond
    ? metIn(second, first, confinement)
    : undefined;
}

/** Why a program is refused for links in the folders it is given; undefined when it meets none. */
export function metProblem(
  program: string,
  given: GivenWords,
  confinement: Confinement,
): string | undefined {
  return program === "cp"
    ? copies(given, confinement)
    : program === "diff"
    ? compares(given, confinement)
    : undefined;
}

/** What mv moves; the last word is where to, unless an option says so. */
function movedNames(words: readonly string[]): readonly string[] {
  const named = words.filter((word) => !word.startsWith("-"));
  return words.some((word) => /^-[^-]*t|^--t/.test(word)) ? named : named.slice(0, -1);
}

/** The program, when these words can create links or move them to other places. */
export function movesLinks(words: readonly string[], place: CommandPlace): string | undefined {
  const [program = "", ...rest] = words;
  const name = tableName(program);
  const has = (pattern: RegExp) => rest.some((word) => pattern.test(word));
  const moves = name === "cp"
    ? has(/^-[^-]*[rRadPs]|^--(?:a|r|n|s|pre)/)
    : name === "mv"
    ? movedNames(rest).some((word) => mayBeFolder(word, place) || isLink(word, place))
    : name === "tar"
    ? has(/^-?[A-Za-z]*x|^--(?:ge|ext)/)
    : name === "git"
    ? gitCreatesFiles(rest[subcommandAt(rest)] ?? "")
    : /^(?:ln|rsync|unzip|cpio|pax|7z|patch|bsdtar)$/.test(name);
  return moves ? program : undefined;
}
