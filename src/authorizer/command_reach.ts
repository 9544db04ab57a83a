/**
 * Keeps shell commands from governance files: the words of a command are read as the paths they may
 * name. What an interpreter does inside is beyond this, and the documents say so.
 */
import type { Governance } from "../policy/snapshot.ts";
import { matchesPattern } from "../constraints/pattern.ts";
import { Denial } from "./denial.ts";
import { holdsSealed, isReadOnly, isSealed, readOnlyDenial, sealedDenial } from "./governance.ts";
import { normalise, resolvePath } from "./resolve_path.ts";
import {
  expandBraces,
  hasGlob,
  shellCommands,
  type ShellWord,
  type SimpleCommand,
} from "./shell_words.ts";

/** Programs that write nothing, so naming a read-only governance file is no harm. */
const readers = new Set(
  ("[ awk basename cat cksum cmp cut df diff dirname du echo egrep fgrep file grep head hexdump jq " +
    "less ls md5sum more nl od printf pwd readlink realpath rg sha1sum sha256sum sha512sum stat " +
    "strings tail test tree wc xxd").split(" "),
);
const readingGit = new Set(
  ["add", "blame", "diff", "log", "ls-files", "rev-parse", "show", "status"],
);

interface Setting {
  readonly cwd: string;
  readonly home: string;
  readonly governance: Governance;
}

/** @throws {Denial} 9007 when the command line names a governance file it must not reach */
export function requireCommandUngoverned(
  line: string,
  cwd: string,
  home: string,
  governance: Governance,
): void {
  const setting = { cwd, home, governance };
  const here = resolvePath("/", cwd);
  if (isSealed(here, governance)) throw sealedDenial(here);
  for (const command of shellCommands(line)) judgeCommand(command, setting);
}

function judgeCommand(command: SimpleCommand, setting: Setting): void {
  const [program, ...rest] = command.filter(({ text }) => !/^\w+=/.test(text)).map(({ text }) =>
    text
  );
  const name = (program ?? "").slice((program ?? "").lastIndexOf("/") + 1);
  const writes = !(readers.has(name) || (name === "git" && readingGit.has(rest[0] ?? "")));
  const descends = isRecursive(name, rest);
  let named = false;
  for (const word of command) {
    for (const candidate of candidates(word)) {
      const path = judgeWord(candidate, writes, setting);
      if (path === undefined || candidate.text.startsWith("-") || word === command[0]) continue;
      if (descends && holdsSealed(path, setting.governance)) throw descentDenial(name, path);
      named = true;
    }
  }
  const byDefault = name === "find" || name === "rg" ? !named : name.endsWith("grep");
  if (descends && byDefault && holdsSealed(setting.cwd, setting.governance)) {
    throw descentDenial(name, setting.cwd);
  }
}

function descentDenial(name: string, path: string): Denial {
  const hint = name.endsWith("grep")
    ? "; add --exclude-dir=.state"
    : "; name the directories below";
  return new Denial("GovernanceFile", `${name} would descend into .state below ${path}${hint}`, {
    rule: "governance files",
    line: 0,
  });
}

/** True when the program reads, copies or changes whole trees with these words. */
function isRecursive(name: string, words: readonly string[]): boolean {
  const short = (letters: string) =>
    words.some((word) => /^-[a-zA-Z]+$/.test(word) && [...letters].some((l) => word.includes(l)));
  const long = (...options: string[]) =>
    words.some((word) =>
      options.some((option) => word === option || word.startsWith(option + "="))
    );
  switch (name) {
    case "grep":
    case "egrep":
    case "fgrep":
      return (short("rR") || long("--recursive", "--dereference-recursive", "--directories")) &&
        !words.some((word) => /^--exclude-dir=\.?\*?\.?state$/.test(word));
    case "rg":
      return short("u.") || long("--hidden", "--no-ignore", "--unrestricted", "--glob", "-g");
    case "find":
      return words.some((word) => /^-(exec|execdir|ok|okdir|delete|fprint|fls)/.test(word));
    case "cp":
    case "rm":
    case "chmod":
    case "chown":
    case "chgrp":
    case "diff":
    case "scp":
      return short("rRa") || long("--recursive", "--archive");
    case "mv":
    case "tar":
    case "zip":
    case "rsync":
    case "cpio":
    case "7z":
      return true;
    case "git":
      return words[0] === "clean" ? short("xX") : long("--no-index");
    default:
      return false;
  }
}

/** The texts of a word that may be paths: the word, option values, and parts of lists. */
function* candidates(word: ShellWord): Generator<ShellWord> {
  for (const expanded of expandBraces(word) ?? [word]) {
    const cuts = new Set([0]);
    if (/^-[^-]/.test(expanded.text)) cuts.add(2);
    if (expanded.text.startsWith("@")) cuts.add(1);
    if (expanded.text.startsWith("file://")) cuts.add(7);
    for (let i = 0; i < expanded.text.length; i++) {
      if ("=:,@".includes(expanded.text[i] as string)) cuts.add(i + 1);
    }
    for (const cut of cuts) {
      const text = expanded.text.slice(cut);
      if (text !== "") yield { ...expanded, text, bare: expanded.bare.slice(cut) };
    }
  }
}

/** Denies a word that reaches a governance file. Returns the path it names, if it names one. */
function judgeWord(word: ShellWord, writes: boolean, setting: Setting): string | undefined {
  const { cwd, governance, home } = setting;
  if (word.dynamic) {
    // What it becomes is not known; a governance name spelled out in it is.
    for (const sealed of governance.sealed) {
      const name = sealed.slice(sealed.lastIndexOf("/") + 1);
      if (word.text.includes(name)) throw sealedDenial(sealed);
    }
    return undefined;
  }
  const text = word.bare[0] === true ? word.text.replace(/^~[^/]*/, home) : word.text;
  if (hasGlob(word)) return judgeGlob(text, writes, setting);
  let path: string;
  try {
    path = resolvePath(cwd, text);
  } catch {
    path = normalise(cwd, text);
  }
  if (isSealed(path, governance)) throw sealedDenial(path);
  if (writes && isReadOnly(path, governance)) throw readOnlyDenial(path);
  return path;
}

/**
 * Judges a file name pattern: by its text against the governance paths, as the shell matches, and by
 * what it expands to on disk, where links may lead to them.
 */
function judgeGlob(text: string, writes: boolean, setting: Setting): undefined {
  const { governance } = setting;
  const deny = (path: string) => {
    if (isSealed(path, governance)) throw sealedDenial(path);
    if (writes && isReadOnly(path, governance)) throw readOnlyDenial(path);
  };
  const pattern = normalise(setting.cwd, text).split("/").slice(1);
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
