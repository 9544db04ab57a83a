/**
 * File name patterns as the shell expands them. What cannot be told for certain counts as a match:
 * sets that are not plain match any one character, letters match in either case.
 */
import { existsSync } from "node:fs";
import { slice } from "./braces.ts";
import type { Budget } from "./budget.ts";
import { Denial } from "./denial.ts";
import { follow } from "./resolve_path.ts";
import type { ShellWord } from "./shell_words.ts";
import { mayMatch } from "./wildcard.ts";

const longestPattern = 4096;

/** What a shell may have been told about patterns. */
export interface PatternStyle {
  /** Patterns match leading dots as well. */
  readonly dots: boolean;
  /** `**` matches any number of directories. */
  readonly deep: boolean;
  /** How much may be looked at while one line is judged. */
  readonly budget: Budget;
}

/** One component of a path pattern. */
export interface PatternPart {
  /** As written, quotes removed. */
  readonly text: string;
  /** The same for `mayMatch`; undefined when the component is plain text. */
  readonly glob: string | undefined;
}

/** The end of the set that opens at `open`, or -1. */
function setEnd({ text, bare }: ShellWord, open: number): number {
  let at = open + 1;
  if ("!^".includes(text[at] ?? " ")) at++;
  if (text[at] === "]") at++;
  for (; at < text.length; at++) {
    const kind = text[at + 1] ?? " ";
    const close = text[at] === "[" && ":.=".includes(kind) ? text.indexOf(`${kind}]`, at + 2) : -1;
    if (close >= 0) at = close + 1;
    else if (text[at] === "]" && bare[at] === "b") return at;
  }
  return -1;
}

function partOf(word: ShellWord): PatternPart {
  const { text, bare } = word;
  let glob = "";
  let isGlob = false;
  for (let i = 0; i < text.length; i++) {
    const character = text[i] as string;
    const end = character === "[" && bare[i] === "b" ? setEnd(word, i) : -1;
    if (end >= 0) {
      // Quotes inside a set are not looked at: it counts as any character.
      glob += !bare.slice(i, end).includes("q") ? text.slice(i, end + 1) : "?";
      i = end;
      isGlob = true;
    } else if ("*?".includes(character) && bare[i] === "b") {
      glob += character;
      isGlob = true;
    } else glob += "*?[".includes(character) ? "?" : character;
  }
  return { text, glob: isGlob ? glob : undefined };
}

/** The components of a word. Undefined when the shell takes it as it is. */
export function patternParts(word: ShellWord, { deep }: PatternStyle): PatternPart[] | undefined {
  if (word.text.length > longestPattern) {
    if (![...word.text].some((character, i) => "*?[".includes(character) && word.bare[i] === "b")) {
      return undefined;
    }
    throw new Denial("ArgumentUnusable", "A file name pattern is too long to look at");
  }
  const parts: PatternPart[] = [];
  let start = 0;
  for (let i = 0; i <= word.text.length; i++) {
    if (i < word.text.length && word.text[i] !== "/") continue;
    const part = partOf(slice(word, start, i));
    if (!deep || part.text !== "**" || parts.at(-1)?.text !== "**") parts.push(part);
    start = i + 1;
  }
  return parts.some(({ glob }) => glob !== undefined) ? parts : undefined;
}

/** True when a component can become this name. A leading dot is matched only as such. */
function matchesName(
  { text, glob }: PatternPart,
  name: string,
  { dots }: PatternStyle,
): boolean {
  if (glob === undefined) return text === name;
  if (name.startsWith(".") && !text.startsWith(".") && !dots) return false;
  return mayMatch(glob, name);
}

/** True when the pattern can become exactly these names, or something below them. */
function becomes(
  parts: readonly PatternPart[],
  names: readonly string[],
  style: PatternStyle,
): boolean {
  const [part, ...rest] = parts;
  const [name, ...deeper] = names;
  if (name === undefined) return true;
  if (part === undefined) return false;
  const isDeep = style.deep && part.text === "**";
  if (isDeep && becomes(rest, names, style)) return true;
  return matchesName(part, name, style) && becomes(isDeep ? parts : rest, deeper, style);
}

/** True when a pattern below `directory` can become `path` or something below it, once it exists. */
export function mayBecome(
  directory: string,
  parts: readonly PatternPart[],
  path: string,
  style: PatternStyle,
): boolean {
  const above = directory.split("/").filter((text) => text !== "");
  const literal = above.map((text): PatternPart => ({ text, glob: undefined }));
  const named = parts.filter(({ text }) => text !== "" && text !== ".");
  return becomes([...literal, ...named], path.split("/").slice(1), style);
}

/** A path that a word leads to, free of links, and the name it was found by. */
export interface FoundPath {
  readonly path: string;
  readonly name: string;
}

/** The paths below `directory` that the pattern becomes now. @throws {Denial} 9013 */
export function expandPattern(
  directory: string,
  parts: readonly PatternPart[],
  style: PatternStyle,
): FoundPath[] {
  const found: FoundPath[] = [];
  const descend = (
    place: string | undefined,
    name: string,
    ahead: readonly PatternPart[],
  ): void => {
    const [part, ...rest] = ahead;
    if (place === undefined) return;
    if (part === undefined) {
      if (existsSync(place)) found.push({ path: place, name });
      return;
    }
    if (part.glob === undefined) return descend(reached(`${place}/${part.text}`), part.text, rest);
    const isDeep = style.deep && part.text === "**";
    if (isDeep) descend(place, name, rest);
    // Older shells let a pattern that starts with a dot become the directory above.
    if (part.text.startsWith(".") && matchesName(part, "..", style)) {
      descend(reached(`${place}/..`), "..", rest);
    }
    for (const entry of entriesOf(place)) {
      style.budget.spend();
      const { isSymlink, isDirectory } = entry;
      if (!matchesName(part, entry.name, style)) continue;
      if (rest.length > 0 && !isDirectory && !isSymlink) continue;
      const path = `${place === "/" ? "" : place}/${entry.name}`;
      const next = isSymlink ? reached(path) : path;
      descend(next, entry.name, isDeep && isDirectory ? ahead : rest);
    }
  };
  descend(directory, "", parts);
  return found;
}

/** Undefined where the system would not get either. */
function reached(path: string): string | undefined {
  try {
    return follow(path);
  } catch {
    return undefined;
  }
}

/** What lies in a directory; nothing when it cannot be listed. */
export function entriesOf(directory: string): Deno.DirEntry[] {
  try {
    return [...Deno.readDirSync(directory)];
  } catch {
    return [];
  }
}
