/** How the words of a command are described to the rule that keeps it from governance files. */
import type { SealedNames } from "./sealed_names.ts";
import type { ShellWord } from "./shell_words.ts";

/** One file or directory put into another. */
export interface Copy {
  readonly from: ShellWord;
  readonly into: ShellWord;
}

/** What a command does to the files among its words. */
export interface Effect {
  /** True when it may write the file that the word names. */
  readonly writes: (word: ShellWord) => boolean;
  /** Words that name no file it opens, for example a pattern to look for. */
  readonly ignored: ReadonlySet<ShellWord>;
  /** Words of directories it goes through whole. */
  readonly trees: readonly ShellWord[];
  /** True when it leaves the sealed directory out on its way through a tree. */
  readonly spares: (sealed: SealedNames) => boolean;
  /** True when it follows the links it meets on the way. */
  readonly follows: boolean;
  readonly copies: readonly Copy[];
}

/** Describes what `program` does with the words after it; `isFed`: its output names files to others. */
export type Describe = (
  words: readonly ShellWord[],
  program: string,
  isFed: boolean,
) => Partial<Effect>;

/** The words of a text. */
export const list = (text: string): string[] => text.split(" ");

/** Programs that write none of the files they are given. */
const readers = new Set(list(
  "[ [[ . : base64 basename bat cat case cd cksum cmp column cut df diff dirname du echo egrep fd " +
    "fgrep file fold for grep head hexdump id jq less ls md5sum more nl od paste popd printf pushd " +
    "pwd readlink realpath rev rg rgrep select sha1sum sha256sum sha512sum source stat strings tac " +
    "tail test tr type wc which",
));
/** Subcommands that write none of the files they are given. */
const readingSubcommands: { readonly [program: string]: readonly string[] } = {
  git: list(
    "add annotate blame cat-file check-ignore commit describe diff grep log ls-files ls-tree " +
      "rev-list rev-parse shortlog show status",
  ),
  deno: list("bench check doc info run task test"),
};

/** True when the program, with this subcommand, writes none of the files it is given. */
export function isReader(program: string, subcommand: string): boolean {
  return readers.has(program) || (Object.hasOwn(readingSubcommands, program) &&
    readingSubcommands[program]?.includes(subcommand) === true);
}

/** The working directory, as a word. */
export const here: ShellWord = { text: ".", bare: "b", dynamic: false };

export function isOption({ text }: ShellWord): boolean {
  return text.startsWith("-") && text !== "-";
}

/** True when a cluster of short options has one of these letters. */
export function hasShort(words: readonly ShellWord[], letters: string): boolean {
  return words.some(({ text }) =>
    /^-[^-]/.test(text) && [...text.slice(1)].some((letter) => letters.includes(letter))
  );
}

/** True for one of these long options or an abbreviation of it. */
export function isLong({ text }: ShellWord, ...options: string[]): boolean {
  const name = text.split("=", 1)[0] as string;
  return name.length > 3 && name.startsWith("--") && options.some((full) => full.startsWith(name));
}

export function hasLong(words: readonly ShellWord[], ...options: string[]): boolean {
  return words.some((word) => isLong(word, ...options));
}

/** The values of an option such as `--exclude=X` or `--exclude X`, and the words they stand in. */
export function exclusions(
  words: readonly ShellWord[],
  ...options: string[]
): { readonly words: readonly ShellWord[]; readonly values: readonly string[] } {
  const found = words.flatMap((word, i) => {
    const [name, ...value] = word.text.split("=");
    if (!options.includes(name as string)) return [];
    const next = value.length > 0 ? word : words[i + 1];
    return next === undefined ? [] : [{ word: next, value: value.join("=") || next.text }];
  });
  return { words: found.map(({ word }) => word), values: found.map(({ value }) => value) };
}
