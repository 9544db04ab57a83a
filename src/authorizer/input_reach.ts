/**
 * Keeps tools whose input no rule reads in full, as those of MCP servers are, from governance files:
 * any text of their input that names one is refused, whichever argument the policy constrains. A tool
 * that does not call itself one that reads may write what it is given.
 */
import type { Governance } from "../policy/snapshot.ts";
import { Budget } from "./budget.ts";
import { fileUriPaths, startsAsFileUri } from "./file_uris.ts";
import { isReadOnly, isSealed, readOnlyDenial, sealedDenial } from "./governance.ts";
import { shortPath } from "./long_path.ts";
import { onlyReads } from "./only_reads.ts";
import { normalise } from "./resolve_path.ts";
import { StartingPlace } from "./starting_place.ts";
import { candidates, literal, systemPath } from "./word_paths.ts";

const longestPath = 4096;
const mostLooks = 20_000;

/** Every text in a JSON value, the keys of its objects among them. */
function* textsIn(value: unknown): Generator<string> {
  const pending: Iterator<unknown>[] = [[value].values()];
  for (let inner = pending.at(-1); inner !== undefined; inner = pending.at(-1)) {
    const { done, value: one } = inner.next();
    if (done === true) pending.pop();
    else if (typeof one === "string") yield one;
    else if (typeof one === "object" && one !== null) {
      if (!Array.isArray(one)) yield* Object.keys(one);
      pending.push(Object.values(one).values());
    }
  }
}

/** The path as the system walks it, and as servers tidy it up, where a link makes a difference. */
function readingsOf(path: string, place: string): readonly string[] {
  return path.includes("..") ? [path, normalise(place, path)] : [path];
}

/**
 * @param tool the tool by the client's name
 * @param places the directories that a server may start a relative path from
 * @throws {Denial} 9007 when a text names a governance file, 9013 when there are too many to look at
 */
export function requireInputUngoverned(
  tool: string,
  input: unknown,
  places: readonly string[],
  home: string,
  governance: Governance,
): void {
  const budget = new Budget(mostLooks);
  const mayWrite = !onlyReads(tool);
  const starts = [...new Set(places)].map((place) => new StartingPlace(place, governance));
  const root = new StartingPlace("/", governance);
  const requireOutside = (written: string, isNamed: boolean) => {
    const path = written.replace(/^~(?=\/|$)/, () => home);
    // A part of a text names a file by the way, and seldom one to write.
    const isWritten = mayWrite && (isNamed || path.startsWith("/"));
    for (const start of path.startsWith("/") ? [root] : starts) {
      if (!start.mayLead(path)) continue;
      for (const reading of readingsOf(path, start.place)) {
        budget.spend();
        const real = systemPath(start.place, reading);
        if (isSealed(real, governance)) throw sealedDenial(real);
        if (isWritten && isReadOnly(real, governance)) throw readOnlyDenial(real);
      }
    }
  };
  for (const text of textsIn(input)) {
    const trimmed = text.trim();
    if (trimmed === "") continue;
    const isUri = startsAsFileUri(text);
    // What has several lines is no path, but URL parsers drop the ends of lines.
    const isLine = !trimmed.includes("\n");
    if (isUri || (isLine && /file:|%/i.test(text))) {
      for (const path of fileUriPaths(text)) {
        const short = path.length > longestPath ? shortPath(path, longestPath) : path;
        if (short !== undefined && short.trim() !== "") requireOutside(short, isUri);
      }
    }
    if (!isLine) continue;
    if (trimmed.length > longestPath) {
      // No system opens it as it is, but servers tidy paths up.
      const short = shortPath(trimmed, longestPath);
      if (short !== undefined && short !== "") requireOutside(short, true);
      continue;
    }
    for (const { text: candidate } of candidates(literal(trimmed))) {
      requireOutside(candidate, candidate === trimmed);
    }
  }
}
