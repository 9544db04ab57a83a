/**
 * Reads a shell command line as bash, sh and zsh with default options all would. What is not fully
 * understood, or what they read differently, is refused.
 */
import { codePoint, controlIn, visibleAt } from "./hidden_characters.ts";
import { reasonFor, reasons, redirection, reserved } from "./line_reasons.ts";

/** What stands between two commands. */
export type Operator = "|" | "&&" | "||" | ";";

/** One word as the program will be given it. */
export interface LineWord {
  readonly text: string;
  /** True when any part of it stood in quotes or behind a backslash. */
  readonly isQuoted: boolean;
}

/** One program with its words. */
export interface LineCommand {
  /** The program first; never empty. */
  readonly words: readonly LineWord[];
  /** Redirections to and from nothing, as they were written. */
  readonly discards: readonly string[];
  /** The operator that leads to this command; absent on the first. */
  readonly after?: Operator;
}

/** In UTF-16 code units. Longer lines are refused before they are read. */
export const longestLine = 64 * 1024;

// No shell expands `HEAD@{1}`.
const plainRun = /(?:[\w./,:@%+^!-]|(?<=@)\{[\w-]+\})+/y;
const quotedRun = /[^"$`\\]+/y;
const discard = /(?:>[ \t]*\/dev\/null|<[ \t]*\/dev\/null|>&[12])(?=[ \t;|&]|$)/y;

class Unreadable extends Error {}

function refuse(reason: string): never {
  throw new Unreadable(reason);
}

/**
 * The simple commands of a line in order, or a sentence without a full stop that says why it is
 * refused. Linear in the length of the line; never throws.
 */
export function readShellLine(line: string): readonly LineCommand[] | string {
  if (line.length > longestLine) {
    return `The command is ${line.length} characters long; at most ${longestLine} are read`;
  }
  const found = controlIn(line);
  if (found !== undefined) {
    return `The command has the control or invisible character ${codePoint(found)}; remove it`;
  }
  try {
    return new LineReader(line).read();
  } catch (error) {
    if (error instanceof Unreadable) return error.message;
    throw error;
  }
}

class LineReader {
  readonly #line: string;
  readonly #commands: LineCommand[] = [];
  #at = 0;
  #words: LineWord[] = [];
  #discards: string[] = [];
  #redirected = new Set<string>();
  #after: Operator | undefined;
  #text = "";
  /** The last character of the text: asking the text itself for it each time would be quadratic. */
  #last = "";
  #isStarted = false;
  #isQuoted = false;

  constructor(line: string) {
    this.#line = line;
  }

  read(): readonly LineCommand[] {
    const line = this.#line;
    while (this.#at < line.length) {
      plainRun.lastIndex = this.#at;
      const run = plainRun.exec(line)?.[0];
      if (run === undefined) this.#special(line[this.#at] as string);
      else this.#add(run, run.length, false);
    }
    this.#endWord();
    // A semicolon may end a line, every other operator wants a command.
    if (this.#words.length > 0 || this.#after !== ";") this.#endCommand("");
    return this.#commands;
  }

  #special(character: string): void {
    const next = this.#line[this.#at + 1];
    if (character === " " || character === "\t") {
      this.#endWord();
      this.#at++;
    } else if (character === "'") this.#singleQuoted();
    else if (character === '"') this.#doubleQuoted();
    else if (character === "\\") this.#escaped(next);
    else if (character === "=") this.#equals();
    else if (character === "~") this.#tilde();
    else if (character === "#") this.#hash();
    else if (character === ";" || character === "|" || character === "&") {
      this.#operator(character, next);
    } else if (character === "<" || character === ">") this.#redirection(character, next);
    else if (character < "\x80") refuse(reasonFor(character, next, this.#words.length === 0));
    else this.#foreign();
  }

  #foreign(): void {
    const run = visibleAt(this.#line, this.#at);
    if (run !== "") return this.#add(run, run.length, false);
    const character = String.fromCodePoint(this.#line.codePointAt(this.#at) as number);
    refuse(
      `The command has the separator or invisible character ${codePoint(character)}; ` +
        "write a plain blank, or quote the word",
    );
  }

  #add(text: string, width: number, isQuoted: boolean): void {
    this.#text += text;
    this.#last = text.at(-1) ?? this.#last;
    this.#at += width;
    this.#isStarted = true;
    this.#isQuoted ||= isQuoted;
  }

  #singleQuoted(): void {
    const close = this.#line.indexOf("'", this.#at + 1);
    if (close < 0) refuse("A single quote is never closed; add the closing quote");
    this.#add(this.#line.slice(this.#at + 1, close), close + 1 - this.#at, true);
  }

  #doubleQuoted(): void {
    const line = this.#line;
    this.#add("", 1, true);
    for (let at = this.#at; line[at] !== '"'; at = this.#at) {
      quotedRun.lastIndex = at;
      const run = quotedRun.exec(line)?.[0];
      const next = line[at + 1];
      if (run !== undefined) this.#add(run, run.length, true);
      else if (at >= line.length) refuse("A double quote is never closed; add the closing quote");
      else if (line[at] !== "\\") refuse(reasons[line[at] as string] as string);
      else if (next === "\n") refuse("A backslash joins two lines; write one line");
      else if (next === '"' || next === "\\" || next === "$" || next === "`") {
        this.#add(next, 2, true);
      } else this.#add("\\", 1, true);
    }
    this.#at++;
  }

  #escaped(next: string | undefined): void {
    if (next === undefined) refuse("A backslash ends the command; remove it or quote it");
    if (next === "\n") refuse("A backslash joins two lines; write one line");
    const character = String.fromCodePoint(this.#line.codePointAt(this.#at + 1) as number);
    this.#add(character, 1 + character.length, true);
  }

  #equals(): void {
    if (this.#text === "") {
      refuse(
        "zsh reads \"=\" at the start of a word as the path of a program; write '=' in quotes",
      );
    }
    if (this.#words.length === 0) {
      refuse(
        `"${this.#text}=" before the program sets a variable; write the command without assignments`,
      );
    }
    this.#add("=", 1, false);
  }

  #tilde(): void {
    if (this.#text === "" || this.#last === "=" || this.#last === ":") {
      refuse('"~" here stands for a home directory; write the path in full, or quote it');
    }
    this.#add("~", 1, false);
  }

  /** A comment runs to the end of the line, where a word does not go on. */
  #hash(): void {
    if (this.#isStarted) return this.#add("#", 1, false);
    if (this.#line.includes("\n", this.#at)) refuse(reasons["\n"] as string);
    this.#at = this.#line.length;
  }

  #operator(character: string, next: string | undefined): void {
    const operator = character !== ";" && next === character ? character + next : character;
    if (operator === "&") {
      refuse(
        next === ">"
          ? `"&>" ${redirection}`
          : '"&" runs a command in the background; write "&&", or run it by itself',
      );
    }
    if (operator === "|" && next === "&") refuse('"|&" is no pipe in sh; write "2>&1 |"');
    this.#endWord();
    if (operator === "|" && this.#redirected.has("1")) {
      refuse("zsh sends redirected output through the pipe as well; remove one of the two");
    }
    this.#endCommand(`"${operator}"`);
    this.#after = operator as Operator;
    this.#at += operator.length;
  }

  #redirection(character: string, next: string | undefined): void {
    const prefix = !this.#isQuoted && /^\d+$/.test(this.#text) ? this.#text : "";
    const number = prefix || (character === "<" ? "0" : "1");
    discard.lastIndex = this.#at;
    const target = discard.exec(this.#line)?.[0];
    const kind = `"${prefix}${character}${next ?? ""}"`;
    if (target === undefined || !(character === "<" ? /^0$/ : /^[12]$/).test(number)) {
      refuse(`${kind} ${redirection}`);
    }
    if (prefix !== "") [this.#text, this.#isStarted] = ["", false];
    this.#endWord();
    if (this.#words.length === 0) refuse(`${kind} stands before the program; write it at the end`);
    if (this.#redirected.has(number)) refuse(`${kind} redirects twice; write it once`);
    if (number === "0" && this.#after === "|") {
      refuse("zsh reads the pipe and the file; remove one of the two");
    }
    this.#redirected.add(number);
    this.#discards.push(prefix + target.replace(/[ \t]/g, ""));
    this.#at += target.length;
  }

  #endWord(): void {
    if (!this.#isStarted) return;
    if (this.#words.length === 0 && !this.#isQuoted && reserved.has(this.#text)) {
      refuse(`"${this.#text}" is a word of the shell's own language; write a simple command`);
    }
    this.#words.push({ text: this.#text, isQuoted: this.#isQuoted });
    this.#text = "";
    this.#isStarted = this.#isQuoted = false;
  }

  #endCommand(what: string): void {
    if (this.#words.length === 0) {
      if (this.#after !== undefined) refuse(`No command follows "${this.#after}"; write one`);
      refuse(what === "" ? "The command is empty" : `No command stands before ${what}; write one`);
    }
    const after = this.#after === undefined ? {} : { after: this.#after };
    this.#commands.push({ words: this.#words, discards: this.#discards, ...after });
    this.#words = [];
    this.#discards = [];
    this.#redirected = new Set();
  }
}
