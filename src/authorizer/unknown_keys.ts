/**
 * Input keys that a native tool is not known to have. One that reads like a governed key, to a
 * person or to a laxer parser, is refused: it may be taken for the argument that was checked.
 */
import type { Snapshot } from "../policy/snapshot.ts";
import { Denial } from "./denial.ts";

/** Letters and digits that look like other letters: Cyrillic, Greek, Latin, in this order. */
const lookAlikes = "авсԁеғԍһніјкӏмоԛрѕтуѵԝхпг" + "αβγεηικνμοσρτυχω" + "ɑɡıɩƖǀ01i";
const lookedLike = "abcdefghhijklmoqpstyvwxnr" + "abyenikvuooptuxw" + "agllllol" + "l";

const likeness: ReadonlyMap<string, string> = new Map(
  Array.from(lookAlikes, (letter, i) => [letter, lookedLike.charAt(i)]),
);

/** The key as it looks: compatible forms, case, accents, separators and look-alikes evened out. */
export function foldKey(key: string): string {
  const plain = key.normalize("NFKC").toLowerCase().normalize("NFD")
    .replace(/[\p{M}\p{Cf}\p{Cc}\p{Z}\p{Pd}\p{Pc}]/gu, "");
  // Twice, since a look-alike of i is one of l too.
  const alike = (letter: string) => likeness.get(letter) ?? letter;
  return Array.from(plain, (letter) => alike(alike(letter))).join("");
}

/** The keys of governed arguments, and other names that such arguments go by. */
const governed: ReadonlySet<string> = new Set(
  ("file_path notebook_path path paths file files filename notebook directory dir folder cwd " +
    "command commands cmd shell url urls uri href ws host query pattern glob " +
    "dangerouslyDisableSandbox").split(" ").map(foldKey),
);

const longestKey = 256;
const mostNamed = 5;

function listed(keys: readonly string[]): string {
  const shown = keys.slice(0, mostNamed).map((key) => JSON.stringify(key.slice(0, 60)));
  return shown.join(", ") +
    (keys.length > mostNamed ? `, and ${keys.length - mostNamed} more` : "");
}

/** @throws {Denial} 9013 when one of the keys may be taken for a governed one, or none are taken */
export function requireHarmless(tool: string, keys: readonly string[], snapshot: Snapshot): void {
  const disguised = keys.filter((key) => key.length > longestKey || governed.has(foldKey(key)));
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
