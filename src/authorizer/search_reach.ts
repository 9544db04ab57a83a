/**
 * Keeps search tools below the path they were granted: a file name pattern may not climb, start
 * elsewhere, or bring back governance files that searches skip by their ignore files.
 */
import { existsSync } from "node:fs";
import type { Governance } from "../policy/snapshot.ts";
import { Denial } from "./denial.ts";
import { isSealed, sealedDenial } from "./governance.ts";
import { follow, hasControl, isAtOrBelow, resolvePath } from "./resolve_path.ts";
import { expandBraces } from "./braces.ts";
import { sealedNames, selects } from "./sealed_names.ts";
import { mayMatch } from "./wildcard.ts";

const longestPattern = 1024;

function confined(what: string): never {
  throw new Denial("ArgumentUnusable", what);
}

/**
 * The patterns a field stands for: alternatives apart, escapes and single braces dropped. Dropping
 * an escape can only make a pattern match more, which is the side to err on here.
 */
function alternatives(pattern: string): string[] {
  const plain = pattern.replaceAll("\\", "").replaceAll("[^", "[!");
  const word = { text: plain, bare: "b".repeat(plain.length), dynamic: false };
  return expandBraces(word).map(({ text }) => text.replace(/[{}]/g, ""));
}

/** A path of a search tool as the client reads it: trimmed, with `~` as the home directory. */
export function searchPath(value: unknown, home: string): unknown {
  if (typeof value !== "string") return value;
  const path = value.trim();
  return path === "~" || path.startsWith("~/") ? home + path.slice(1) : path;
}

function isAbsolute([first, ...rest]: readonly string[]): boolean {
  return first === "~" || (first === "" && rest.length > 0);
}

/** Where a pattern starts: what its part without wildcards leads to. Below a file there is nothing. */
function startOf(root: string, parts: readonly string[]): string {
  const wild = parts.findIndex((part) => /[*?[]/.test(part));
  const named = parts.slice(0, wild < 0 ? undefined : wild).join("/");
  if (isAbsolute(parts)) return resolvePath("/", named || "/");
  return named === "" || isFile(root) ? root : follow(`${root}/${named}`);
}

function isFile(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}

/**
 * Checks one pattern field of a search below `root`.
 *
 * @returns directories that the pattern starts from, as an absolute pattern or through a link does;
 *   they need the path rule's yes too
 * @throws {Denial} 9013 when it climbs, 9007 when it reaches governance files
 */
export function confinePattern(
  field: string,
  value: unknown,
  root: string,
  governance: Governance,
): string[] {
  if (typeof value !== "string") return confined(`${field} is not text`);
  if (hasControl(value) || !value.isWellFormed()) {
    return confined(`${field} has a control character or is not well-formed text`);
  }
  if (value.length > longestPattern) return confined(`${field} is longer than a pattern can be`);
  const starts: string[] = [];
  for (const pattern of new Set(alternatives(value.trim()))) {
    const parts = pattern.split("/");
    if (parts.some((part) => part !== "." && /^\[?\.\]?\[?\.\]?$/.test(part))) {
      confined(`${field} climbs out of ${root}`);
    }
    // A name filter only chooses among what is found below the root.
    if (isAbsolute(parts) || field === "pattern") {
      const start = startOf(root, parts);
      if (isSealed(start, governance)) throw sealedDenial(start);
      if (isAbsolute(parts) || !isAtOrBelow(start, root)) starts.push(start);
    }
    requireNotNamed(field, parts, root, governance);
  }
  // A name filter of the content search overrides the ignore files that keep it out of .state.
  if (field === "glob") requireNothingSealed(value, root, governance);
  return starts;
}

function selectedDenial(field: string, sealed: string): Denial {
  return new Denial(
    "GovernanceFile",
    `${field} also selects ${sealed}, which holds this project's authority; ` +
      (field === "glob" ? "leave it out or narrow it" : "narrow it"),
    { rule: "governance files", line: 0 },
  );
}

/** Refuses a pattern that spells out a hidden governance folder. */
function requireNotNamed(
  field: string,
  parts: readonly string[],
  root: string,
  governance: Governance,
): void {
  for (const sealed of governance.sealed) {
    if (!isAtOrBelow(sealed, root)) continue;
    const name = sealed.slice(sealed.lastIndexOf("/") + 1);
    if (parts.some((part) => /^[.[?]/.test(part) && part !== "?" && mayMatch(part, name))) {
      throw selectedDenial(field, sealed);
    }
  }
}

/** Refuses a name filter that a file in a governance folder below `root` passes. */
function requireNothingSealed(value: string, root: string, governance: Governance): void {
  // As the client does: blanks separate filters, commas too in those without braces.
  const filters = value.split(/\s+/).flatMap((piece) =>
    piece.includes("{") && piece.includes("}") ? [piece] : piece.split(",")
  ).filter((filter) => filter !== "" && !filter.startsWith("!"));
  for (const sealed of governance.sealed) {
    if (!isAtOrBelow(sealed, root)) continue;
    const names = sealedNames(sealed);
    if (filters.some((filter) => selects(filter, names))) throw selectedDenial("glob", sealed);
  }
}

/**
 * A content search skips governance folders below `root` because of the ignore file in them, which
 * no ignore file above it overrules.
 *
 * @throws {Denial} 9007 when a folder has none
 */
export function requireIgnored(root: string, governance: Governance): void {
  for (const sealed of governance.sealed) {
    if (!isAtOrBelow(sealed, root) || !existsSync(sealed)) continue;
    if (!existsSync(`${sealed}/.rgignore`)) throw sealedDenial(sealed);
  }
}
