/**
 * What well-known programs do with the files their words name. A program that is not known may write
 * every file it is given. What an interpreter does inside is beyond this, and the documents say so.
 */
import {
  type Copy,
  type Describe,
  type Effect,
  exclusions,
  hasLong,
  hasShort,
  here,
  isLong,
  isOption,
} from "./command_words.ts";
import { find, grep, rg } from "./search_commands.ts";
import type { ShellWord } from "./shell_words.ts";

const list = (text: string) => text.split(" ");

/** Programs that write none of the files they are given. */
const readers = new Set(list(
  "[ [[ . : base64 basename bat cat cd cksum cmp column cut df diff dirname du echo egrep fd fgrep " +
    "file fold grep head hexdump id jq less ls md5sum more nl od paste popd printf pushd pwd " +
    "readlink realpath rev rg rgrep sha1sum sha256sum sha512sum source stat strings tac tail test " +
    "tr type wc which",
));
/** Subcommands that write none of the files they are given. */
const readingSubcommands: { readonly [program: string]: readonly string[] } = {
  git: list(
    "add annotate blame cat-file check-ignore commit describe diff grep log ls-files ls-tree " +
      "rev-list rev-parse shortlog show status",
  ),
  deno: list("bench check doc info run task test"),
};
/** Words before the program that is really run. */
const leaders = new Set(list(
  "! { if then elif else do while until time command builtin exec env sudo doas nice nohup timeout " +
    "stdbuf setsid ionice chrt xargs parallel busybox watch flock",
));

const operandsOf = (words: readonly ShellWord[]) => words.filter((word) => !isOption(word));

/** cp, mv, ln, install, rsync and scp: the last operand takes the others in. */
const copy: Describe = (words, program) => {
  const operands = operandsOf(words);
  // Where -t names the target, any of the words may be it.
  const isTargeted = hasShort(words, "t") || hasLong(words, "--target-directory");
  const into = isTargeted ? operands : operands.slice(-1);
  const from = isTargeted ? operands : operands.slice(0, -1);
  const links = program === "ln" ||
    (program === "cp" && (hasShort(words, "l") || hasLong(words, "--link")));
  const isRecursive = program === "mv" || program === "rsync" || hasShort(words, "rRa") ||
    hasLong(words, "--recursive", "--archive");
  const merges = hasShort(words, "T") || hasLong(words, "--no-target-directory") ||
    from.some(({ text }) => /(^|\/)\.{0,2}$/.test(text));
  return {
    writes: (word) => program === "mv" || links || into.includes(word),
    trees: isRecursive ? [...from, ...(merges ? into : [])] : [],
    follows: hasShort(words, "LHk") || hasLong(words, "--dereference", "--copy-links") ||
      program === "scp",
    copies: into.flatMap((target) => from.map((source): Copy => ({ from: source, into: target }))),
    spares: excludesByName(words),
  };
};

/** rm, chmod and the like: whole trees with -r, in either case of the letter. */
const recursive: Describe = (words) => ({
  trees: hasShort(words, "rR") || hasLong(words, "--recursive") ? operandsOf(words) : [],
});

const archive: Describe = (words, program) => ({
  trees: [
    ...operandsOf(words),
    ...(hasShort(words, "T") || hasLong(words, "--files-from") ? [here] : []),
  ],
  follows: program === "zip" || hasShort(words, "h") || hasLong(words, "--dereference"),
  spares: excludesByName(words),
});

function excludesByName(words: readonly ShellWord[]): Effect["spares"] {
  const { values } = exclusions(words, "--exclude");
  return ({ name }) => values.includes(name);
}

/** The first word of git that is no global option and no value of one. */
function gitSubcommand(words: readonly ShellWord[]): number {
  for (let i = 0; i < words.length; i++) {
    const { text } = words[i] as ShellWord;
    if (["-C", "-c", "--git-dir", "--work-tree", "--namespace"].includes(text)) i++;
    else if (!text.startsWith("-")) return i;
  }
  return words.length;
}

/** git reads what it ignores only when it is told to. */
const git: Describe = (all) => {
  const at = gitSubcommand(all);
  const words = all.slice(at + 1);
  const name = all[at]?.text ?? "";
  const reachesIgnored: { readonly [name: string]: boolean } = {
    add: hasShort(words, "f") || hasLong(words, "--force"),
    clean: hasShort(words, "xX"),
    stash: hasShort(words, "a") || hasLong(words, "--all"),
    grep: hasLong(words, "--no-index", "--no-exclude-standard"),
    diff: hasLong(words, "--no-index"),
  };
  const operands = operandsOf(words);
  const isReader = readingSubcommands.git?.includes(name) === true &&
    !words.some((word) => isLong(word, "--output"));
  const isDeep = Object.hasOwn(reachesIgnored, name) && reachesIgnored[name] === true;
  return {
    writes: () => !isReader,
    trees: isDeep ? [...all.slice(0, at).filter((word) => !isOption(word)), here, ...operands] : [],
  };
};

const fd: Describe = (words) => ({
  trees: hasShort(words, "xX") || hasLong(words, "--exec", "--exec-batch")
    ? hasShort(words, "HIu") || hasLong(words, "--hidden", "--no-ignore", "--unrestricted")
      ? [here, ...operandsOf(words)]
      : []
    : [],
});

/** Tools that search everything below by themselves. */
const searchAll: Describe = (words) => ({ trees: [here, ...operandsOf(words)] });

const programs: { readonly [name: string]: Describe } = {
  ...Object.fromEntries(list("grep egrep fgrep rgrep zgrep").map((name) => [name, grep])),
  ...Object.fromEntries(list("cp mv ln install rsync scp").map((name) => [name, copy])),
  ...Object.fromEntries(list("rm chmod chown chgrp diff").map((name) => [name, recursive])),
  ...Object.fromEntries(list("tar bsdtar zip 7z 7za cpio pax").map((name) => [name, archive])),
  ...Object.fromEntries(list("ack ag ug ugrep").map((name) => [name, searchAll])),
  rg,
  find,
  git,
  fd,
  fdfind: fd,
  sed: (words) => ({ writes: () => hasShort(words, "i") || hasLong(words, "--in-place") }),
  sort: (words) => ({ writes: () => hasShort(words, "o") || hasLong(words, "--output") }),
  tree: (words) => ({ writes: () => hasShort(words, "o") }),
};

/** The name a program is known by. */
export function nameOf({ text }: ShellWord): string {
  return text.slice(text.lastIndexOf("/") + 1);
}

function isKnown(word: ShellWord): boolean {
  const name = nameOf(word);
  return [programs, readingSubcommands].some((known) => Object.hasOwn(known, name)) ||
    readers.has(name);
}

/** Which word is the program that is really run. */
export function programAt(words: readonly ShellWord[]): number {
  let at = 0;
  while (at < words.length - 1 && leaders.has(nameOf(words[at] as ShellWord))) {
    at++;
    while (at < words.length - 1 && /^-|^\d|^\w+=/.test((words[at] as ShellWord).text)) at++;
  }
  // What follows a leader may be the value of one of its options.
  const known = at > 0 && !isKnown(words[at] as ShellWord)
    ? words.findIndex((word, i) => i > at && isKnown(word))
    : -1;
  return known < 0 ? at : known;
}

/**
 * Describes one simple command, its assignments and redirections taken off.
 *
 * @param isFed whether what it prints may name files to another command
 */
export function effectOf(words: readonly ShellWord[], isFed: boolean): Effect {
  const at = programAt(words);
  const name = words[at] === undefined ? "" : nameOf(words[at]);
  const rest = words.slice(at + 1);
  const subcommands = Object.hasOwn(readingSubcommands, name) ? readingSubcommands[name] : [];
  const isReader = readers.has(name) || subcommands?.includes(rest[0]?.text ?? "") === true;
  const describe = Object.hasOwn(programs, name) ? programs[name] : undefined;
  return {
    writes: () => !isReader,
    ignored: new Set(),
    trees: [],
    spares: () => false,
    follows: false,
    copies: [],
    ...describe?.(rest, name, isFed),
  };
}
