/**
 * Names as the file system has them. Where a directory folds case or normal forms (macOS, vfat, ext4
 * with casefold) one file has many spellings, and the name on the disk is the one that counts. What a
 * directory does is found out by asking it for another spelling, so a plain one costs a look a name.
 */
import { existsSync } from "node:fs";
import { Denial } from "./denial.ts";

/** What is asked of the file system. */
export interface FileNames {
  /** What tells a file from all others; undefined when there is none at the path. */
  identity(path: string): string | undefined;
  /** False when nothing is there; a link is followed. Asked first, for a miss that throws is dear. */
  exists?(path: string): boolean;
  /** @throws {Error} when the directory cannot be listed */
  list(directory: string): Iterable<string>;
  /** Directories that were just seen to keep case apart, and until when that is believed. */
  readonly plain?: Map<string, number>;
}

/** Milliseconds: as long as one call is judged. */
const believed = 50;

const system: FileNames = {
  plain: new Map(),
  exists: existsSync,
  identity(path) {
    try {
      const { dev, ino } = Deno.lstatSync(path);
      return `${dev}:${ino}`;
    } catch {
      return undefined;
    }
  },
  *list(directory) {
    for (const { name } of Deno.readDirSync(directory === "" ? "/" : directory)) yield name;
  },
};

const ascii = /^[\0-\x7f]*$/;

/** The name without the dots and blanks at its end, which vfat drops. */
function bareName(name: string): string {
  let end = name.length;
  while (end > 0 && ". ".includes(name.charAt(end - 1))) end--;
  return name.slice(0, end);
}

/** Every spelling of a name that some file system takes for the same one comes to one text. */
export function foldName(name: string): string {
  if (ascii.test(name)) return bareName(name.toLowerCase());
  const visible = name.normalize("NFD").replace(/\p{Default_Ignorable_Code_Point}/gu, "");
  return bareName(visible.toLowerCase().toUpperCase().toLowerCase().normalize("NFD"));
}

function swapped(name: string): string {
  return name.replace(/[a-z]/gi, (letter) => {
    const lower = letter.toLowerCase();
    return letter === lower ? letter.toUpperCase() : lower;
  });
}

/** Other spellings, of which a directory that folds knows at least one. */
function* otherSpellings(name: string): Generator<string> {
  const forms = [swapped(name), bareName(name)];
  if (!ascii.test(name)) {
    forms.push(name.normalize("NFC"), name.normalize("NFD"), foldName(name));
    forms.push(name.toUpperCase(), name.toLowerCase());
  }
  for (const form of forms) if (form !== name && form !== "") yield form;
}

/** Short names of vfat, which no spelling of the long name leads to. */
const shortName = /~\d/;
/** A name with a letter to ask for in the other case, and nothing else to ask for. */
const common = /^(?=.*[a-z])[!-}]*[!--/-}]$/i;

/**
 * The name that an existing file has in its directory, however it is asked for.
 *
 * @param directory absolute; empty for the root
 * @throws {Denial} 9013 when a directory that folds cannot be listed
 */
export function nameOnDisk(directory: string, name: string, files: FileNames = system): string {
  const isCommon = common.test(name);
  if (isCommon && (files.plain?.get(directory) ?? 0) > Date.now()) return name;
  const same = () => files.identity(`${directory}/${name}`);
  let isFolded = shortName.test(name);
  for (const other of isFolded ? [] : otherSpellings(name)) {
    if (files.exists?.(`${directory}/${other}`) === false) continue;
    const found = files.identity(`${directory}/${other}`);
    isFolded ||= found !== undefined && found === same();
  }
  if (isFolded) return listedName(directory, name, files);
  if (isCommon && files.plain !== undefined && same() !== undefined) {
    if (files.plain.size > 1000) files.plain.clear();
    files.plain.set(directory, Date.now() + believed);
  }
  return name;
}

function listedName(directory: string, name: string, files: FileNames): string {
  const wanted = files.identity(`${directory}/${name}`);
  if (wanted === undefined) return name;
  const [likely, others]: [string[], string[]] = [[], []];
  try {
    for (const entry of files.list(directory)) {
      // Two names of one file in a directory that does not fold.
      if (entry === name) return name;
      (foldName(entry) === foldName(name) ? likely : others).push(entry);
    }
  } catch {
    throw new Denial(
      "ArgumentUnusable",
      `${directory} cannot be listed, so ${name} has no one name`,
    );
  }
  const found = [...likely, ...others].find((entry) =>
    files.identity(`${directory}/${entry}`) === wanted
  );
  return found ?? name;
}

/** True when the directory takes two spellings for one name, or when that cannot be found out. */
function folds(directory: string, files: FileNames): boolean {
  if (directory !== "" && files.identity(directory) === undefined) {
    return folds(directory.slice(0, directory.lastIndexOf("/")), files);
  }
  try {
    for (const name of files.list(directory)) {
      const other = swapped(name);
      if (other === name) continue;
      const found = files.identity(`${directory}/${other}`);
      if (found === undefined || found !== files.identity(`${directory}/${name}`)) return false;
      if (![...files.list(directory)].includes(other)) return true;
    }
  } catch {
    // Not known, so the safe side.
  }
  return true;
}

/**
 * True when `path` is `place` or lies below it under any spelling that its directories take for the
 * same. Both absolute and normalised; a place that ends in `*` is every path that starts with it.
 */
export function isAtOrBelowFolded(path: string, place: string, files: FileNames = system): boolean {
  const [parts, wanted] = [path.split("/"), place === "/" ? [""] : place.split("/")];
  if (parts.length < wanted.length) return false;
  const matches = (i: number, form: (name: string) => string) => {
    const [part, want] = [form(parts[i] as string), form(wanted[i] as string)];
    const isPrefix = i === wanted.length - 1 && want.endsWith("*");
    return isPrefix ? part.startsWith(want.slice(0, -1)) : part === want;
  };
  const differing = wanted.flatMap((_, i) => matches(i, (name) => name) ? [] : [i]);
  return differing.every((i) => matches(i, foldName)) &&
    differing.every((i) => folds(parts.slice(0, i).join("/"), files));
}
