/**
 * Keeps shell commands from governance files: the words of a command are read as the paths they may
 * name. What an interpreter does inside is beyond this, and the documents say so.
 */
import type { Governance } from "../policy/snapshot.ts";
import { slice } from "./braces.ts";
import { Budget } from "./budget.ts";
import { effectOf, nameOf, programAt } from "./command_effect.ts";
import type { Copy } from "./command_words.ts";
import { Denial } from "./denial.ts";
import {
  expandPattern,
  type FoundPath,
  mayBecome,
  patternParts,
  type PatternStyle,
} from "./file_patterns.ts";
import { isReadOnly, isSealed, readOnlyDenial, sealedDenial } from "./governance.ts";
import { normalise, resolvePath } from "./resolve_path.ts";
import { sealedNames } from "./sealed_names.ts";
import { shellCommands, type ShellWord, type SimpleCommand } from "./shell_words.ts";
import { requireTreeUngoverned } from "./tree_reach.ts";
import { candidates, literal, systemPath } from "./word_paths.ts";

/** The longest argument that the system hands to a program. */
const longestLine = 128 * 1024;
const mostPlaces = 16;
const mostLooks = 100_000;
/** Programs that take a command line as one word. */
const lineTakers = /^(?:(?:ba|da|z|k|a)?sh|eval|trap|alias|watch|su|script|ssh)$/;
/** Programs after which a name may lead elsewhere than it does now. */
const movers = new Set(["ln", "mount", "unshare", "chroot", "bindfs"]);
const filesInFile = /^--files0?-from/;

/** What is known while a line is judged. */
interface Setting {
  readonly governance: Governance;
  readonly home: string;
  readonly style: PatternStyle;
  /** Sealed files as a script may spell them, with the directory they lie in. */
  readonly spelled: readonly { readonly sealed: string; readonly text: string }[];
  /** The directories that the command may run in. */
  readonly places: Set<string>;
  /** True once a word may mean what cannot be told here. */
  isLost: boolean;
}

/** @throws {Denial} 9007 when the command line names a governance file it must not reach */
export function requireCommandUngoverned(
  line: string,
  cwd: string,
  home: string,
  governance: Governance,
): void {
  if (line.length > longestLine) {
    throw new Denial("ArgumentUnusable", "The command is longer than a program can be given");
  }
  const start = resolvePath("/", cwd);
  if (isSealed(start, governance)) throw sealedDenial(start);
  const style = {
    dots: /dotglob|globignore|glob_?dots/i.test(line),
    deep: /globstar/.test(line) || !/bash$/.test(Deno.env.get("SHELL") ?? "bash"),
    budget: new Budget(mostLooks),
  };
  const spelled = governance.sealed.flatMap((sealed) => {
    const { name, files } = sealedNames(sealed);
    return files.map((file) => ({ sealed, text: `${name}/${file}` }));
  });
  const setting = { governance, home, style, spelled, places: new Set([start]), isLost: false };
  requireNoFileOf(line, setting);
  judgeLine(enterFirst(line, setting), setting, false);
}

const firstMove = /^\s*cd[ \t]+(?:"([^"$`\\]+)"|'([^']+)'|([\w@%+:.,/-]+))[ \t]*(?:&&|;|\n)/;

/** A line that starts with `cd DIRECTORY` runs there and nowhere else. Returns what follows. */
function enterFirst(line: string, setting: Setting): string {
  const whole = /^\s*\(([^()]*)\)\s*$/.exec(line)?.[1] ?? line;
  const move = firstMove.exec(whole);
  if (move === null) return line;
  judgeLine(move[0].replace(/(?:&&|;|\n)$/, ""), setting, false);
  const [place] = setting.places;
  const target = systemPath(place as string, (move[1] ?? move[2] ?? move[3]) as string);
  if (!isDirectory(target)) return line;
  setting.places.clear();
  setting.places.add(target);
  return enterFirst(whole.slice(move[0].length), setting);
}

function isDirectory(path: string): boolean {
  try {
    return Deno.statSync(path).isDirectory;
  } catch {
    return false;
  }
}

function judgeLine(line: string, setting: Setting, isFed: boolean): void {
  const parameters = new Map([["HOME", setting.home], ["PWD", "."], ["OLDPWD", "."]]);
  const commands = shellCommands(line, parameters);
  const feeds = isFed || /\b(?:xargs|parallel|read|mapfile|readarray)\b|\$\(|`|<\(/.test(line);
  for (const command of commands) judgeCommand(command, setting, feeds);
}

function judgeCommand(command: SimpleCommand, setting: Setting, isFed: boolean): void {
  for (const word of command) {
    requireNoFileOf(word.text, setting);
    if (word.redirect !== undefined) pathsOf(word, word.redirect === "write", setting);
    if (filesInFile.test(word.text)) {
      throw new Denial("ArgumentUnusable", `${word.text} names files that cannot be looked at`);
    }
  }
  const plain = command.filter(({ redirect }) => redirect === undefined);
  const first = plain.findIndex(({ text }) => !/^\w+=/.test(text));
  for (const word of plain.slice(0, first < 0 ? plain.length : first)) {
    pathsOf(word, false, setting);
  }
  const words = first < 0 ? [] : plain.slice(first);
  const program = programAt(words);
  const effect = effectOf(words, isFed);
  enterDirectories(words, setting);
  for (const [i, word] of words.entries()) {
    // Running a program does not write it.
    if (!effect.ignored.has(word)) pathsOf(word, i > program && effect.writes(word), setting);
  }
  const name = words[program] === undefined ? "" : nameOf(words[program]);
  for (const tree of effect.trees) {
    const writes = effect.writes(tree);
    for (const { path } of pathsOf(tree, writes, setting)) {
      const { governance, style } = setting;
      requireTreeUngoverned(path, { ...effect, name, writes }, governance, style.budget);
    }
  }
  for (const pair of effect.copies) judgeCopy(pair, name, setting);
  const names = words.map(nameOf);
  const taker = names.findIndex((name) => lineTakers.test(name));
  for (const { text } of taker < 0 ? [] : words.slice(taker + 1)) {
    if (/[\s;|&<>]/.test(text)) judgeLine(text, setting, isFed);
  }
  if (names.some((name) => movers.has(name))) setting.isLost = true;
}

/** `cd`, `pushd` and options such as `-C`: later words may start from there. */
function enterDirectories(words: readonly ShellWord[], setting: Setting): void {
  const program = words[programAt(words)];
  const isMove = program !== undefined && ["cd", "pushd"].includes(nameOf(program));
  words.forEach((word, i) => {
    const attached = /^(?:-C|--(?:chdir|directory|cwd|prefix)=)(.+)$/s.exec(word.text)?.[1];
    const isValue = /^(?:-C|-D|--chdir|--directory|--cwd|--prefix)$/.test(words[i - 1]?.text ?? "");
    if (attached === undefined && !isValue && !isMove) return;
    const target = attached === undefined ? word : slice(word, word.text.length - attached.length);
    if (target.dynamic) setting.isLost = true;
    for (const { path } of pathsOf(target, false, setting)) {
      if (setting.places.size >= mostPlaces) setting.isLost = true;
      else setting.places.add(path);
    }
  });
}

/** What is put into a directory keeps its name there. */
function judgeCopy({ from, into }: Copy, program: string, setting: Setting): void {
  for (const { path: directory } of pathsOf(into, false, setting)) {
    for (const { name } of pathsOf(from, false, setting)) {
      pathsOf(literal(`${directory}/${name}`), true, setting);
    }
    // The target of a link counts from where the link stands.
    const places = new Set([directory, normalise(directory, "..")]);
    if (program === "ln") pathsOf(from, false, { ...setting, places });
  }
}

/** The paths that a word names, none of them out of reach. @throws {Denial} 9007 */
function pathsOf(word: ShellWord, writes: boolean, setting: Setting): FoundPath[] {
  const paths: FoundPath[] = [];
  for (const candidate of candidates(word)) {
    const tilde = candidate.bare[0] === "b" ? /^~([^/]*)/.exec(candidate.text) : null;
    if (word.dynamic || setting.isLost || /^[^+-]/.test(tilde?.[1] ?? "")) {
      requireUnspelled(candidate, setting);
    }
    if (word.dynamic) continue;
    const start = tilde === null ? "" : /^~[+-]/.test(tilde[0]) ? "." : setting.home;
    const tail = slice(candidate, tilde?.[0].length ?? 0);
    const whole = {
      ...tail,
      text: start + tail.text,
      bare: "q".repeat(start.length) + tail.bare,
    };
    for (const place of setting.places) {
      setting.style.budget.spend(5);
      for (const found of foundBy(whole, place, writes, setting)) {
        if (isSealed(found.path, setting.governance)) throw sealedDenial(found.path);
        if (writes && isReadOnly(found.path, setting.governance)) throw readOnlyDenial(found.path);
        paths.push(found);
      }
    }
  }
  return paths;
}

/** What the word leads to from one directory, now. */
function foundBy(word: ShellWord, place: string, writes: boolean, setting: Setting): FoundPath[] {
  const parts = patternParts(word, setting.style);
  if (parts === undefined) {
    const name = word.text.replace(/\/+$/, "");
    return [{ path: systemPath(place, word.text), name: name.slice(name.lastIndexOf("/") + 1) }];
  }
  const first = parts.findIndex(({ glob }) => glob !== undefined);
  const fixed = parts.slice(0, first).map(({ text }) => text).join("/");
  const directory = systemPath(place, word.text.startsWith("/") ? `/${fixed}` : fixed);
  const { governance, style } = setting;
  const rest = parts.slice(first);
  const guarded = [...governance.sealed, ...(writes ? governance.readonly : [])]
    .map((path) => path.replace(/\*$/, ""));
  return [
    ...guarded.filter((path) => mayBecome(directory, rest, path, style))
      .map((path) => ({ path, name: "" })),
    ...expandPattern(directory, rest, style),
  ];
}

/** A sealed file spelled out in any text, such as a script for sed or Python. */
function requireNoFileOf(text: string, { spelled }: Setting): void {
  const found = spelled.find((file) => text.includes(file.text));
  if (found !== undefined) throw sealedDenial(found.sealed);
}

/** A governance name spelled out in a word whose whole meaning is not known. */
function requireUnspelled(word: ShellWord, { governance, style }: Setting): void {
  for (const sealed of governance.sealed) {
    const name = sealed.slice(sealed.lastIndexOf("/") + 1);
    const escaped = name.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
    const parts = patternParts(word, style) ?? [];
    if (
      new RegExp(`(?<![\\w.])${escaped}(?![\\w.-])`).test(word.text) ||
      parts.some((part) =>
        part.glob !== undefined && !part.text.includes("$") &&
        mayBecome("/", [part], `/${name}`, style)
      )
    ) throw sealedDenial(sealed);
  }
}
