/** Whether every word that may name a file leads to one of the granted folders. */
import type { CommandPlace } from "./judge_command.ts";
import type { GivenWords, VerbGrammar } from "./verb_grammar.ts";

/** What a program is given and where it may go. */
export interface Confinement {
  readonly program: string;
  readonly roots: readonly string[];
  readonly place: CommandPlace;
}

function isWithin(path: string, roots: readonly string[]): boolean {
  return roots.some((root) => path === root || path.startsWith(root === "/" ? root : `${root}/`));
}

function pathProblem(path: string, { program, roots, place }: Confinement): string | undefined {
  let target: string;
  try {
    target = place.resolve(place.cwd, path);
  } catch {
    return `"${path}" of "${program}" cannot be told to name one file; write a plain path`;
  }
  if (isWithin(target, roots)) return undefined;
  return `"${path}" of "${program}" is ${target}, outside ${
    roots.join(" and ")
  }; name a path inside`;
}

/** What a word of a program nothing is known of may name: itself, and what stands behind marks. */
function possiblePaths(word: string): string[] {
  const parts = word.split(/[:,=]/).filter((part) => part !== word && part.includes("/"));
  const equals = word.indexOf("=");
  const behind = [
    ...(equals < 0 ? [] : [word.slice(equals + 1)]),
    ...(word.startsWith("@") ? [word.slice(1)] : []),
  ].filter((part) => part !== "");
  return [word, ...behind, ...parts];
}

/**
 * Why the words are refused; undefined when all that may name files lies in the folders.
 *
 * @param grammar undefined when nothing is known of the program
 * @param isPiped true when it stands behind a pipe
 */
export function confinementProblem(
  given: GivenWords,
  grammar: VerbGrammar | undefined,
  confinement: Confinement,
  isPiped: boolean,
): string | undefined {
  const { options, operands, hasUnknown } = given;
  const { lead = 0, leadOptions = "", operands: kind } = grammar ?? {};
  const isWide = grammar === undefined || kind === "wide";
  const has = (names: string) => options.some(({ name }) => names.split(" ").includes(name));
  const skipped = hasUnknown || has(leadOptions) ? 0 : lead;
  const words = kind === "none" ? [] : operands.slice(skipped).filter(
    (word) => word !== "-" && !(grammar?.isSingleDash === true && /^[!(),]$/.test(word)),
  );
  const values = options.flatMap(({ kind, value }) =>
    value === undefined || value === "-" || (kind !== "file" && kind !== "unknown") ? [] : [value]
  );
  const paths = isWide ? words.flatMap(possiblePaths) : words;
  for (const path of [...values.flatMap(possiblePaths), ...paths]) {
    const problem = pathProblem(path, confinement);
    if (problem !== undefined) return problem;
  }
  const does = (condition: true | string | undefined) =>
    condition === true || (condition !== undefined && has(condition));
  const readsCwd = does(grammar?.worksOnCwd) && words.length === 0 &&
    !(isPiped && grammar?.readsPipe === true);
  if (!readsCwd && !does(grammar?.usesCwd)) return undefined;
  if (has(grammar?.folderOptions ?? "")) return undefined;
  const { cwd } = confinement.place;
  if (isWithin(cwd, confinement.roots)) return undefined;
  return `"${confinement.program}" works on the working directory ${cwd}, outside ` +
    `${confinement.roots.join(" and ")}; name a path inside`;
}
