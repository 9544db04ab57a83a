/** File name patterns of the shell, and the governance files they may stand for. */
import type { Governance } from "../policy/snapshot.ts";
import { matchesPattern } from "../constraints/pattern.ts";
import { Denial } from "./denial.ts";
import { isReadOnly, isSealed, readOnlyDenial, sealedDenial } from "./governance.ts";
import { normalise, resolvePath } from "./resolve_path.ts";

/**
 * Judges a file name pattern: by its text against the governance paths, as the shell matches, and by
 * what it expands to on disk, where links may lead to them.
 *
 * @throws {Denial} 9007
 */
export function requirePatternUngoverned(
  text: string,
  cwd: string,
  writes: boolean,
  governance: Governance,
): void {
  const deny = (path: string) => {
    if (isSealed(path, governance)) throw sealedDenial(path);
    if (writes && isReadOnly(path, governance)) throw readOnlyDenial(path);
  };
  const pattern = normalise(cwd, text).split("/").slice(1);
  const first = pattern.findIndex((part) => /[*?[]/.test(part));
  let prefix: string;
  try {
    prefix = resolvePath("/", "/" + pattern.slice(0, first).join("/"));
  } catch {
    return; // it leads nowhere
  }
  const rest = pattern.slice(first);
  const parts = [...prefix.split("/").filter((part) => part !== ""), ...rest];
  for (const path of [...governance.sealed, ...(writes ? governance.readonly : [])]) {
    const wanted = path.replace(/\*$/, "").split("/").slice(1);
    const reaches = parts.length >= wanted.length &&
      wanted.every((name, i) => shellMatches(parts[i] as string, name));
    if (reaches) deny(wanted.map((name) => `/${name}`).join(""));
  }
  for (const path of expandThroughLinks(prefix, rest)) deny(path);
}

function shellMatches(part: string, name: string): boolean {
  if (part === name) return true;
  if (name.startsWith(".") && !part.startsWith(".")) return false;
  return matchesPattern(part.replaceAll("[^", "[!").replaceAll("\\", ""), name);
}

const maxEntries = 20_000;

/** What a pattern expands to on disk by way of at least one link, links resolved. */
function* expandThroughLinks(start: string, rest: readonly string[]): Generator<string> {
  let looked = 0;
  const todo: { path: string; left: readonly string[]; linked: boolean }[] = [
    { path: start, left: rest, linked: false },
  ];
  for (let at = todo.pop(); at !== undefined; at = todo.pop()) {
    const [part, ...left] = at.left;
    if (part === undefined) {
      if (at.linked) yield at.path;
      continue;
    }
    for (const { name, isSymlink, isDirectory } of entriesOf(at.path)) {
      if (++looked > maxEntries) {
        throw new Denial("ArgumentUnusable", "The file name pattern expands to too many files");
      }
      if (!shellMatches(part, name) || (left.length > 0 && !isDirectory && !isSymlink)) continue;
      const linked = at.linked || isSymlink;
      if (left.length === 0 && !linked) continue;
      const path = isSymlink ? resolvedOrEmpty(`${at.path}/${name}`) : `${at.path}/${name}`;
      if (path !== "") todo.push({ path, left, linked });
    }
  }
}

function entriesOf(directory: string): Iterable<Deno.DirEntry> {
  try {
    return [...Deno.readDirSync(directory)];
  } catch {
    return [];
  }
}

function resolvedOrEmpty(path: string): string {
  try {
    return resolvePath("/", path);
  } catch {
    return "";
  }
}
