/** Sealed directories by their names, as the patterns of search tools meet them. */
import { mayMatch } from "./wildcard.ts";

export interface SealedNames {
  /** The directory's own name. */
  readonly name: string;
  /** The names of what lies in it. */
  readonly files: readonly string[];
  /** Its path from each directory above it. */
  readonly paths: readonly string[];
}

/** The names of a sealed path as it stands now. */
export function sealedNames(path: string): SealedNames {
  let files: string[] = [];
  try {
    files = [...Deno.readDirSync(path)].map((entry) => entry.name);
  } catch {
    // Nothing is there, so nothing in it can be selected.
  }
  const parts = path.split("/").slice(1);
  return { name: parts.at(-1) ?? "", files, paths: parts.map((_, i) => parts.slice(i).join("/")) };
}

const maxAlternatives = 256;

/** The `{a,b}` alternatives of a search tool's pattern; undefined when there are too many. */
function alternatives(pattern: string): string[] | undefined {
  const done: string[] = [];
  const pending = [pattern];
  for (let current = pending.pop(); current !== undefined; current = pending.pop()) {
    const group = /\{([^{}]*)\}/.exec(current);
    if (group === null) done.push(current);
    else {
      const [before, after] = [
        current.slice(0, group.index),
        current.slice(group.index + group[0].length),
      ];
      pending.push(...(group[1] as string).split(",").map((inner) => before + inner + after));
    }
    if (done.length + pending.length > maxAlternatives) return undefined;
  }
  return done;
}

/** Sets become `?`, escapes what they stand for, stray braces go: this errs towards a match. */
function loosened(pattern: string): string {
  // Behind the last closing bracket there is no set to look for, again and again.
  const last = pattern.lastIndexOf("]") + 1;
  return (pattern.slice(0, last).replace(/\[[!^]?\]?[^\]]*\]/g, "?") + pattern.slice(last))
    .replace(/\\(.?)/g, "$1")
    .replace(/^(?:\.?\/)+/, "")
    .replace(/\/(?:\*\*)?$/, "")
    .replace(/(?:\*\*\/)+/g, "*")
    .replaceAll("[", "?")
    .replace(/[{}]/g, "");
}

/** True when the pattern may select the sealed directory or a file in it. */
export function selects(pattern: string, { files, paths }: SealedNames): boolean {
  const inside = files.flatMap((file) => [file, ...paths.map((path) => `${path}/${file}`)]);
  const targets = [...paths, ...inside];
  return alternatives(pattern)?.map(loosened).some((loose) =>
    targets.some((target) => mayMatch(loose, target))
  ) ?? true;
}
