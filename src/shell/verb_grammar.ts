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
  /** Names with a value in some versions of the program, in others only behind `=`. */
  readonly longEither?: string;
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
  /** How many operands it takes for that to be otherwise; default 1. */
  readonly leastOperands?: number;
  /** Options behind which relative words start from their value: all of them where it permutes. */
  readonly moves?: string;
  /** It works on the working directory whatever its operands, or does so with one of these options. */
  readonly usesCwd?: true | string;
  /** Options that name the folder it works on instead. */
  readonly folderOptions?: string;
  /** In a pipe it reads what comes through instead, unless one of these options is given. */
  readonly readsPipe?: string;
  /** Options are whole words with one dash: `find -name`. */
  readonly isSingleDash?: true;
  /** In every version options are options behind operands too; not so for short ones elsewhere. */
  readonly permutes?: true;
  /** The first operand ends the options in every version. */
  readonly stopsAtOperand?: true;
  /** Letters take their value from the next word even where the word goes on with more letters. */
  readonly valuesApart?: true;
}

/** An option as it was given. */
export interface GivenOption {
  /** With dashes; long names are completed where they are abbreviated. */
  readonly name: string;
  readonly value?: string;
  /** What the value may be. */
  readonly kind: "none" | "text" | "file" | "unknown";
  /** How many operands stand before it. */
  readonly behind: number;
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
    ...names(grammar.longEither),
    ...names(grammar.longPairs),
  ].map((it) => `--${it}`);
  const all = [...known, ...Object.keys(grammar.dangers ?? {})];
  return all.includes(name)
    ? [name]
    : all.filter((it) => it.startsWith(name) && it.startsWith("--"));
}

// Numbers, ranges, formats and single characters are no files that anybody has.
const plainValue = /^(?:[+-]?\d[\w:,+-]*|.|.*%.*)$/su;
const clusterLength = 8;

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
      if (isOver || word === "-" || !word.startsWith("-")) {
        this.#operands.push(word);
        isOver ||= this.#grammar.stopsAtOperand === true;
      } else if (this.#grammar.isSingleDash === true) this.#single(word);
      else if (word === "--") isOver = true;
      else if (word.startsWith("--")) this.#long(word);
      // A program whose first operand is special may take a negative number for it.
      else if (/^-\d+$/.test(word) && this.#grammar.lead === undefined) this.#add(word, "none");
      else this.#cluster(word);
    }
    return { options: this.#options, operands: this.#operands, hasUnknown: this.#hasUnknown };
  }

  #add(name: string, kind: GivenOption["kind"], value?: string): void {
    const behind = this.#operands.length;
    this.#options.push({ name, kind, behind, ...(value === undefined ? {} : { value }) });
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
    } else if (names(this.#grammar.longEither).includes(bare)) {
      const isNext = value === undefined && plainValue.test(this.#words[this.#at] ?? "");
      this.#add(name, "none", isNext ? this.#words[this.#at++] : value);
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
      const hasValue = values.includes(letter) || files.includes(letter) || either.includes(letter);
      const isApart = this.#grammar.valuesApart === true && /\D/.test(rest);
      if (hasValue && !isApart) {
        const value = rest === "" ? this.#words[this.#at++] : rest;
        return this.#add(name, this.#mayBeFile(letter, value) ? "file" : "text", value);
      }
      if (optional.includes(letter)) {
        return this.#add(name, "none", rest === "" ? undefined : rest);
      }
      if (flags.includes(letter) && !hasValue) this.#add(name, "none");
      else return this.#unknown(name, rest);
    }
  }

  /** The rest of the word may be a value or further letters of which one has a value: all are looked at. */
  #unknown(name: string, rest: string): void {
    this.#hasUnknown = true;
    this.#add(name, "unknown", rest === "" ? undefined : rest);
    const letters = /^[A-Za-z0-9]*/.exec(rest)?.[0].length ?? 0;
    for (const other of rest) this.#add(`-${other}`, "none");
    for (let at = 1; at <= letters && at < rest.length; at++) {
      if (at > clusterLength && at < letters) continue;
      this.#add(`-${rest[at - 1]}`, "unknown", rest.slice(at));
    }
  }

  #mayBeFile(letter: string, value = ""): boolean {
    const { files = "", either = "", permutes } = this.#grammar;
    if (files.includes(letter)) return true;
    if (either.includes(letter) && /^\.|\//.test(value)) return true;
    // Behind an operand some systems read no options any more.
    return permutes !== true && this.#operands.length > 0 && !plainValue.test(value);
  }

  #single(word: string): void {
    const equals = word.indexOf("=");
    const name = (equals < 0 ? word : word.slice(0, equals)).replace(/^--/, "-");
    const bare = name.slice(1);
    const value = equals < 0 ? undefined : word.slice(equals + 1);
    if (names(this.#grammar.longValues).includes(bare)) {
      this.#add(name, "text", value ?? this.#words[this.#at++]);
    } else if (/^newer.t$/.test(bare)) {
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
