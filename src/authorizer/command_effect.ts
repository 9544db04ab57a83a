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
  isOption,
  isReader,
  list,
} from "./command_words.ts";
import { find, grep, rg } from "./search_commands.ts";
import type { ShellWord } from "./shell_words.ts";

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
    ...withoutExcluded(words),
  };
};

/** rm, chmod and the like: whole trees with -r, in either case of the letter. */
const recursive: Describe = (words) => ({
  trees: hasShort(words, "rR") || hasLong(words, "--recursive") ? operandsOf(words) : [],
});

/** What goes into an archive is read, the archive itself is written, and so is all that comes out. */
const archive: Describe = (words, program) => {
  const isCreated = /^[A-Za-z]*c[A-Za-z]*$/.test(words[0]?.text ?? "") || hasShort(words, "c") ||
    hasLong(words, "--create");
  const isTar = program === "tar" || program === "bsdtar";
  const named = words.findIndex(({ text }) => /^(?:-?[A-Za-z]*f|--file)$/.test(text));
  const [target] = isTar ? words.slice(named + 1) : operandsOf(words);
  const takes = (isTar && isCreated && named >= 0) || (program === "zip" && !hasShort(words, "m"));
  return {
    writes: (word) => !takes || word === target,
    trees: [
      ...operandsOf(words),
      ...(hasShort(words, "T") || hasLong(words, "--files-from") ? [here] : []),
    ],
    follows: program === "zip" || hasShort(words, "h") || hasLong(words, "--dereference"),
    ...withoutExcluded(words),
  };
};

function withoutExcluded(words: readonly ShellWord[]): Partial<Effect> {
  const excluded = exclusions(words, "--exclude");
  return {
    ignored: new Set(excluded.words),
    spares: ({ name }) => excluded.values.includes(name),
  };
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
  const isReading = isReader("git", name) && !hasLong(words, "--output");
  const isDeep = Object.hasOwn(reachesIgnored, name) && reachesIgnored[name] === true;
  return {
    writes: () => !isReading,
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
  jq: (words) => ({
    // The first operand is the filter unless a file holds it.
    ignored: new Set(
      hasShort(words, "fL") || hasLong(words, "--from-file") ? [] : operandsOf(words).slice(0, 1),
    ),
    writes: () => false,
  }),
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
  return Object.hasOwn(programs, name) || name === "deno" || isReader(name, "");
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
  const isReading = isReader(name, rest[0]?.text ?? "");
  const describe = Object.hasOwn(programs, name) ? programs[name] : undefined;
  return {
    writes: () => !isReading,
    ignored: new Set(),
    trees: [],
    spares: () => false,
    follows: false,
    copies: [],
    ...describe?.(rest, name, isFed),
  };
}
