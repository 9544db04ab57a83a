/** Programs that go through whole trees must not meet governance files on their way. */
import type { Governance } from "../policy/snapshot.ts";
import type { Budget } from "./budget.ts";
import type { Effect } from "./command_words.ts";
import { Denial } from "./denial.ts";
import { entriesOf } from "./file_patterns.ts";
import { readOnlyDenial } from "./governance.ts";
import { follow, isAtOrBelow } from "./resolve_path.ts";
import { sealedNames } from "./sealed_names.ts";

/** How a program goes through a tree. */
export interface Passage extends Pick<Effect, "spares" | "follows"> {
  /** The program's name. */
  readonly name: string;
  readonly writes: boolean;
}

/** @throws {Denial} 9007 when the tree at `path`, link-free, holds what is out of reach */
export function requireTreeUngoverned(
  path: string,
  passage: Passage,
  governance: Governance,
  budget: Budget,
): void {
  for (const root of passage.follows ? [path, ...linksBelow(path, budget)] : [path]) {
    for (const sealed of governance.sealed.filter((sealed) => isAtOrBelow(sealed, root))) {
      if (root !== path || !passage.spares(sealedNames(sealed))) throw treeDenial(sealed, passage);
    }
    if (root !== path && governance.sealed.some((sealed) => isAtOrBelow(root, sealed))) {
      throw treeDenial(root, passage);
    }
    const written = passage.writes
      ? governance.readonly.map((entry) => entry.replace(/\*$/, "")).find((entry) =>
        isAtOrBelow(entry, root) && !passage.spares(sealedNames(entry))
      )
      : undefined;
    if (written !== undefined) throw readOnlyDenial(written);
  }
}

function treeDenial(sealed: string, { name }: Passage): Denial {
  const advice = name.endsWith("grep")
    ? "add --exclude-dir=.state"
    : name === "tar" || name === "rsync"
    ? "add --exclude=.state"
    : "name the directories below instead";
  return new Denial("GovernanceFile", `${name} would go through ${sealed}; ${advice}`, {
    rule: "governance files",
    line: 0,
  });
}

/** Where the links below a directory lead. */
function linksBelow(directory: string, budget: Budget): string[] {
  const found: string[] = [];
  const pending = [directory];
  for (let place = pending.pop(); place !== undefined; place = pending.pop()) {
    for (const { name, isDirectory, isSymlink } of entriesOf(place)) {
      budget.spend();
      const path = `${place === "/" ? "" : place}/${name}`;
      if (isDirectory) pending.push(path);
      else if (isSymlink) found.push(...target(path));
    }
  }
  return found;
}

function target(path: string): string[] {
  try {
    return [follow(path)];
  } catch {
    return []; // the system would not get there either
  }
}
