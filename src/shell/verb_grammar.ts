/** How a program reads its words: which are options, which of them take a value, what is left over. */

/** What is known of a program's options. Letters stand without dash, names without dashes. */
export interface VerbGrammar {
  /** Letters without a value. */
  readonly flags?: string;
  /** Letters whose value, the rest of the word or the next one, is no path. */
  readonly values?: string;
  /** Letters that may have a value in the same word, no path. */
  readonly optional?: string;
  /** Letters with a value in some versions of the program, in others without: it may be a file. */
  readonly either?: string;
  /** Letters whose value names a file. */
  readonly files?: string;
  /** Names without a value, or with one that is no path after `=`. */
  readonly long?: string;
  readonly longValues?: string;
  readonly longFiles?: string;
  /** Names that take two words, neither of them a path. */
  readonly longPairs?: string;
  /** Option as written, with dashes -> why it is refused always. */
  readonly dangers?: { readonly [option: string]: string };
  /** Values with which a danger is none. */
  readonly harmless?: readonly string[];
  /** Options refused where paths are confined -> why. */
  readonly escapes?: { readonly [option: string]: string };
  /** Leading operands that are no paths, unless one of `leadOptions` is given. */
  readonly lead?: number;
  readonly leadOptions?: string;
  /** `none`: no operand is a path; `wide`: parts of words may be paths too. */
  readonly operands?: "none" | "wide";
  /** Without operand it works on the working directory: always, or with one of these options. */
  readonly worksOnCwd?: true | string;
  /** It works on the working directory whatever its operands, or does so with one of these options. */
  readonly usesCwd?: true | string;
  /** Options that name the folder it works on instead. */
  readonly folderOptions?: string;
  /** In a pipe it reads what comes through instead. */
  readonly readsPipe?: true;
  /** Options are whole words with one dash: `find -name`. */
  readonly isSingleDash?: true;
}

/** An option as it was given. */
export interface GivenOption {
  /** With dashes; long names are completed where they are abbreviated. */
  readonly name: string;
  readonly value?: string;
  /** What the value may be. */
  readonly kind: "none" | "text" | "file" | "unknown";
}

export interface GivenWords {
  readonly options: readonly GivenOption[];
  readonly operands: readonly string[];
  /** True when an option is not known, so that it is not certain what the next word is. */
  readonly hasUnknown: boolean;
}

/** The same reason for several options. */
export function each(options: string, why: string): { readonly [option: string]: string } {
  return Object.fromEntries(options.split(" ").map((option) => [option, why]));
}

function names(text: string | undefined): readonly string[] {
  return text === undefined ? [] : text.split(" ");
}

/** The options that `name`, with its dashes and perhaps abbreviated, may stand for. */
export function completions(name: string, grammar: VerbGrammar): readonly string[] {
  const known = [
    ...names(grammar.long),
    ...names(grammar.longValues),
    ...names(grammar.longFiles),
    ...names(grammar.longPairs),
  ].map((it) => `--${it}`);
  const all = [...known, ...Object.keys(grammar.dangers ?? {})];
  return all.includes(name)
    ? [name]
    : all.filter((it) => it.startsWith(name) && it.startsWith("--"));
}

/** Sorts the words after the program into options with their values and operands. */
export function givenWords(words: readonly string[], grammar: VerbGrammar): GivenWords {
  return new WordSorter(words, grammar).sort();
}

class WordSorter {
  readonly #words: readonly string[];
  readonly #grammar: VerbGrammar;
  readonly #options: GivenOption[] = [];
  readonly #operands: string[] = [];
  #at = 0;
  #hasUnknown = false;

  constructor(words: readonly string[], grammar: VerbGrammar) {
    this.#words = words;
    this.#grammar = grammar;
  }

  sort(): GivenWords {
    let isOver = false;
    while (this.#at < this.#words.length) {
      const word = this.#words[this.#at++] as string;
      if (isOver || word === "-" || !word.startsWith("-")) this.#operands.push(word);
      else if (this.#grammar.isSingleDash === true) this.#single(word);
      else if (word === "--") isOver = true;
      else if (word.startsWith("--")) this.#long(word);
      else if (/^-\d+$/.test(word)) this.#options.push({ name: word, kind: "none" });
      else this.#cluster(word);
    }
    return { options: this.#options, operands: this.#operands, hasUnknown: this.#hasUnknown };
  }

  #add(name: string, kind: GivenOption["kind"], value?: string): void {
    this.#options.push(value === undefined ? { name, kind } : { name, kind, value });
  }

  #long(word: string): void {
    const equals = word.indexOf("=");
    const given = equals < 0 ? word : word.slice(0, equals);
    const value = equals < 0 ? undefined : word.slice(equals + 1);
    const found = completions(given, this.#grammar);
    const name = found.length === 1 ? found[0] as string : given;
    const bare = name.slice(2);
    if (names(this.#grammar.longValues).includes(bare)) {
      this.#add(name, "text", value ?? this.#words[this.#at++]);
    } else if (names(this.#grammar.longFiles).includes(bare)) {
      this.#add(name, "file", value ?? this.#words[this.#at++]);
    } else if (names(this.#grammar.longPairs).includes(bare)) {
      this.#add(name, "none");
      this.#at += 2;
    } else if (names(this.#grammar.long).includes(bare)) this.#add(name, "none", value);
    else {
      this.#hasUnknown = true;
      this.#add(name, "unknown", value);
    }
  }

  #cluster(word: string): void {
    const { flags = "", values = "", optional = "", files = "", either = "" } = this.#grammar;
    for (let at = 1; at < word.length; at++) {
      const letter = word[at] as string;
      const name = `-${letter}`;
      const rest = word.slice(at + 1);
      if (values.includes(letter) || files.includes(letter) || either.includes(letter)) {
        const value = rest === "" ? this.#words[this.#at++] : rest;
        const mayBeFile = files.includes(letter) ||
          (either.includes(letter) && /^\.|\//.test(value ?? ""));
        return this.#add(name, mayBeFile ? "file" : "text", value);
      }
      if (optional.includes(letter)) {
        return this.#add(name, "none", rest === "" ? undefined : rest);
      }
      if (flags.includes(letter)) this.#add(name, "none");
      else {
        this.#hasUnknown = true;
        // The rest may be its value or further letters: both are looked at, one time.
        this.#add(name, "unknown", rest === "" ? undefined : rest);
        for (const other of rest) this.#add(`-${other}`, "none");
        return;
      }
    }
  }

  #single(word: string): void {
    const equals = word.indexOf("=");
    const name = (equals < 0 ? word : word.slice(0, equals)).replace(/^--/, "-");
    const bare = name.slice(1);
    const value = equals < 0 ? undefined : word.slice(equals + 1);
    if (names(this.#grammar.longValues).includes(bare)) {
      this.#add(name, "text", value ?? this.#words[this.#at++]);
    } else if (names(this.#grammar.longFiles).includes(bare) || /^newer..$/.test(bare)) {
      this.#add(name, "file", value ?? this.#words[this.#at++]);
    } else if (names(this.#grammar.long).includes(bare)) this.#add(name, "none", value);
    else {
      this.#hasUnknown = true;
      this.#add(name, "unknown", value);
    }
  }
}
