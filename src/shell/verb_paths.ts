/** Whether every word that may name a file leads to one of the granted folders. */
import type { CommandPlace } from "./judge_command.ts";
import type { GivenOption, GivenWords, VerbGrammar } from "./verb_grammar.ts";

/** What a program is given and where it may go. */
export interface Confinement {
  readonly program: string;
  readonly roots: readonly string[];
  readonly place: CommandPlace;
}

// Each makes the path of the next longer.
const mostMoves = 8;

function isWithin(path: string, roots: readonly string[]): boolean {
  return roots.some((root) => path === root || path.startsWith(root === "/" ? root : `${root}/`));
}

/** Why one path is refused; undefined when it lies in the folders. */
export function pathProblem(
  path: string,
  { program, roots, place }: Confinement,
): string | undefined {
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

function firstProblem(paths: readonly string[], confinement: Confinement): string | undefined {
  for (const path of paths) {
    const problem = pathProblem(path, confinement);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

/** The same for words that start from other folders: each of these from the one before. */
function movedProblem(
  operands: readonly string[],
  moves: readonly GivenOption[],
  isEach: boolean,
  isWide: boolean,
  confinement: Confinement,
): string | undefined {
  if (moves.length > mostMoves) {
    return `"${confinement.program}" is led through more than ${mostMoves} folders; name the last alone`;
  }
  let { place } = confinement;
  let from = 0;
  for (const { value = "", behind } of [...moves, { value: "", behind: Infinity }]) {
    const until = isEach && value !== "" ? 0 : behind;
    const here = operands.slice(from, until).filter((word) => word !== "-");
    const paths = isWide ? here.flatMap(possiblePaths) : here;
    const moved = { ...confinement, place };
    const problem = firstProblem(value === "" ? paths : [...paths, value], moved);
    if (problem !== undefined) return problem;
    // What could not be resolved was refused above.
    if (value !== "") place = { ...place, cwd: place.resolve(place.cwd, value) };
    from = until;
  }
  return undefined;
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
  const movers = grammar?.moves?.split(" ") ?? [];
  const values = options.flatMap(({ name, kind, value }) =>
    value === undefined || value === "-" || (kind !== "file" && kind !== "unknown") ||
      movers.includes(name)
      ? []
      : [value]
  );
  const paths = isWide ? words.flatMap(possiblePaths) : words;
  const moves = options.filter(({ name, value }) => value !== undefined && movers.includes(name));
  const problem = firstProblem(values.flatMap(possiblePaths), confinement) ??
    (moves.length === 0 ? firstProblem(paths, confinement) : movedProblem(
      operands.slice(skipped),
      moves,
      grammar?.permutes === true,
      isWide,
      confinement,
    ));
  if (problem !== undefined) return problem;
  const does = (condition: true | string | undefined) =>
    condition === true || (condition !== undefined && has(condition));
  const least = grammar?.leastOperands;
  const isBare = least === undefined ? words.length === 0 : operands.length - skipped < least;
  const readsCwd = does(grammar?.worksOnCwd) && isBare &&
    !(isPiped && grammar?.readsPipe !== undefined && !has(grammar.readsPipe));
  if (!readsCwd && !does(grammar?.usesCwd)) return undefined;
  if (has(grammar?.folderOptions ?? "")) return undefined;
  const { cwd } = confinement.place;
  if (isWithin(cwd, confinement.roots)) return undefined;
  return `"${confinement.program}" works on the working directory ${cwd}, outside ` +
    `${confinement.roots.join(" and ")}; name a path inside`;
}
