/**
 * Keeps search tools below the path they were granted: a file name pattern may not climb, start
 * elsewhere, or bring back governance files that searches skip by their ignore files.
 */
import type { Governance } from "../policy/snapshot.ts";
import { matchesPattern } from "../constraints/pattern.ts";
import { Denial } from "./denial.ts";
import { sealedDenial } from "./governance.ts";
import { isAtOrBelow, resolvePath } from "./resolve_path.ts";
import { expandBraces } from "./shell_words.ts";

function confined(what: string): never {
  throw new Denial("ArgumentUnusable", what);
}

function alternatives(pattern: string): string[] {
  const word = { text: pattern, bare: Array(pattern.length).fill(true), dynamic: false };
  const expanded = expandBraces(word);
  if (expanded === undefined) return confined("The pattern has too many alternatives");
  return expanded.map(({ text }) => text);
}

/**
 * Checks one pattern field of a search below `root`.
 *
 * @returns absolute directories that the pattern starts from; they need the path rule's yes too
 * @throws {Denial} 9013 when it climbs, 9007 when it reaches governance files
 */
export function confinePattern(
  field: string,
  value: unknown,
  root: string,
  governance: Governance,
): string[] {
  if (typeof value !== "string") return confined(`${field} is not text`);
  if (/\p{Cc}/u.test(value) || !value.isWellFormed()) {
    return confined(`${field} has a control character or is not well-formed text`);
  }
  const starts: string[] = [];
  for (const pattern of alternatives(value)) {
    const parts = pattern.split(/[/\\]/);
    if (parts.some((part) => /^\[?\.\]?\[?\.\]?$/.test(part) && part !== ".")) {
      confined(`${field} climbs out of ${root}`);
    }
    if (pattern.startsWith("/") || pattern.startsWith("~")) {
      const fixed = parts.slice(0, Math.max(1, parts.findIndex((part) => /[*?[]/.test(part))));
      starts.push(resolvePath(root, fixed.join("/") || "/"));
    }
  }
  // A name filter of the content search overrides the ignore files that keep it out of .state.
  if (field === "glob") requireNothingSealed(value, root, governance);
  return starts;
}

function requireNothingSealed(value: string, root: string, governance: Governance): void {
  for (const sealed of governance.sealed) {
    if (!isAtOrBelow(sealed, root)) continue;
    const name = sealed.slice(sealed.lastIndexOf("/") + 1);
    const targets = [name, ...filesOf(sealed).flatMap((file) => [file, `${name}/${file}`])];
    // The client splits the field on blanks and commas that stand outside braces.
    for (const piece of [value, ...value.split(/[\s,]+/)].flatMap(alternatives)) {
      const pattern = piece.replace(/^(\.?\/)+/, "").replace(/^(\*\*\/)+/, "");
      if (pattern === "" || pattern.startsWith("!")) continue;
      if (targets.some((target) => matchesPattern(pattern, target))) throw sealedDenial(sealed);
    }
  }
}

function filesOf(directory: string): string[] {
  try {
    return [...Deno.readDirSync(directory)].map(({ name }) => name);
  } catch {
    return [];
  }
}
