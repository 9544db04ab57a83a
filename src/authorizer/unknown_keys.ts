/**
 * Input keys that a native tool is not known to have. One that reads like a governed key, to a
 * person or to a laxer parser, is refused: it may be taken for the argument that was checked.
 */
import type { Snapshot } from "../policy/snapshot.ts";
import { Denial } from "./denial.ts";

/** Letters and digits that look like other letters: Cyrillic, Greek, Latin, in this order. */
const lookAlikes = "авсԁеғԍһніјкӏмоԛрѕтуѵԝхпг" + "αβγεηικνμοσρτυχω" + "ɑɡıɩƖǀ013457i";
const lookedLike = "abcdefghhijklmoqpstyvwxnr" + "abyenikvuooptuxw" + "aglllloleast" + "l";

const likeness: ReadonlyMap<string, string> = new Map(
  Array.from(lookAlikes, (letter, i) => [letter, lookedLike.charAt(i)]),
);

/** The key as it looks: compatible forms, case, accents, separators and look-alikes evened out. */
export function foldKey(key: string): string {
  const plain = key.replaceAll("ſ", "f").normalize("NFKC").toLowerCase().normalize("NFD")
    .replace(/[\p{M}\p{Cf}\p{Cc}\p{Z}\p{Pd}\p{Pc}]/gu, "");
  // Twice, since a look-alike of i is one of l too.
  const alike = (letter: string) => likeness.get(letter) ?? letter;
  return Array.from(plain, (letter) => alike(alike(letter))).join("").replaceAll("rn", "m");
}

/** The keys of governed arguments, and other names that such arguments go by. */
const governed: ReadonlySet<string> = new Set(
  ("file_path file_paths absolute_path notebook_path path paths file files filename notebook " +
    "directory dir folder cwd command commands cmd shell script url urls uri href ws host query " +
    "pattern glob globs dangerouslyDisableSandbox").split(" ").map(foldKey),
);

const letters = /[a-z]/g;

/**
 * True when a folded key reads as `word`: what is left in it that is none of the letters a to z
 * counts as any one letter, or as none. Most of the word must be there all the same.
 */
function readsAs(folded: string, word: string): boolean {
  const count = folded.match(letters)?.length ?? 0;
  if (count * 2 <= word.length || count > word.length || folded.length < word.length) return false;
  // The places in the word that may have been read up to.
  let places = new Set([0]);
  for (const one of folded) {
    const next = new Set<number>();
    for (const at of places) {
      if (one < "a" || one > "z") next.add(at).add(at + 1);
      else if (word[at] === one) next.add(at + 1);
    }
    places = next;
  }
  return places.has(word.length);
}

function isDisguised(key: string): boolean {
  if (key.length > longestKey) return true;
  const folded = foldKey(key);
  return governed.has(folded) || [...governed].some((word) => readsAs(folded, word));
}

const longestKey = 256;
const mostNamed = 5;

function listed(keys: readonly string[]): string {
  const shown = keys.slice(0, mostNamed).map((key) => JSON.stringify(key.slice(0, 60)));
  return shown.join(", ") +
    (keys.length > mostNamed ? `, and ${keys.length - mostNamed} more` : "");
}

/** @throws {Denial} 9013 when one of the keys may be taken for a governed one, or none are taken */
export function requireHarmless(tool: string, keys: readonly string[], snapshot: Snapshot): void {
  const disguised = keys.filter(isDisguised);
  if (disguised.length > 0) {
    throw new Denial(
      "ArgumentUnusable",
      `${tool} has no input ${listed(disguised)}, which can be taken for a governed one; ` +
        "leave it out",
      { rule: "native input", line: 0 },
    );
  }
  if (snapshot.strictInput !== true) return;
  throw new Denial(
    "ArgumentUnusable",
    `${tool} is not known to have the input ${listed(keys)}; leave it out, or a person drops ` +
      "strict_input from tenuo.yaml",
    { rule: "strict_input: true", line: 0 },
  );
}

/** @throws {Denial} 9013 when a key of a spawn may be taken for the one that names the role */
export function requireOneRole(tool: string, keys: readonly string[]): void {
  const roles = ["subagent_type", "agent_type"].map(foldKey);
  const others = keys.filter((key) =>
    key.length > longestKey || roles.some((role) => readsAs(foldKey(key), role))
  );
  if (others.length === 0) return;
  throw new Denial(
    "ArgumentUnusable",
    `${tool} has no input ${listed(others)}, which can be taken for subagent_type; leave it out`,
    { rule: "native input", line: 0 },
  );
}
