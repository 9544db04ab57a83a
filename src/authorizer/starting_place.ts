/**
 * A directory that paths start from, and the names in it that can lead to governance files: those
 * that are there, of which any may be a link, and those of the governance files themselves. Most
 * texts of a large input begin with no such name, and need no look at the file system.
 */
import type { Governance } from "../policy/snapshot.ts";
import { foldName } from "./folded_names.ts";
import { follow, isAtOrBelow } from "./resolve_path.ts";

/** What absolute paths begin with is there, mostly: listing the root for a few of them says nothing. */
const unlisted = 8;

export class StartingPlace {
  readonly place: string;
  readonly #governance: Governance;
  /** Folded; undefined until they are needed, null when they cannot be known. */
  #names: ReadonlySet<string> | undefined | null;
  /** Beginnings of names, folded. */
  #prefixes: readonly string[] = [];
  #asked = 0;

  constructor(place: string, governance: Governance) {
    this.place = place;
    this.#governance = governance;
  }

  /** False when a path that starts here leads to no governance file, and to none through a link. */
  mayLead(path: string): boolean {
    const parts = path.split("/").filter((part) => part !== "" && part !== ".");
    const [first] = parts;
    // Short names of vfat are listed nowhere.
    if (first === undefined || parts.includes("..") || first.includes("~")) return true;
    if (this.place === "/" && this.#asked++ < unlisted) return true;
    if (this.#names === undefined) this.#look();
    const name = foldName(first);
    return this.#names === null || this.#names?.has(name) === true ||
      this.#prefixes.some((prefix) => name.startsWith(prefix));
  }

  #look(): void {
    const names = new Set<string>();
    try {
      const real = follow(this.place);
      const base = real === "/" ? "/" : `${real}/`;
      for (const { name } of Deno.readDirSync(real)) names.add(foldName(name));
      const { sealed, readonly } = this.#governance;
      const below = [...sealed, ...readonly].filter((entry) => isAtOrBelow(entry, real));
      const firsts = below.map((entry) => entry.slice(base.length).split("/")[0] as string);
      for (const first of firsts) names.add(foldName(first));
      this.#prefixes = firsts.filter((first) => first.endsWith("*"))
        .map((first) => foldName(first.slice(0, -1)));
      this.#names = names;
    } catch {
      // What cannot be listed may hold anything.
      this.#names = null;
    }
  }
}
