/**
 * The words of a shell command line, far enough to see which files it names: quotes, escapes and
 * known parameters resolved, simple commands apart, braces expanded. Not an interpreter: what a word
 * becomes at run time is not known, and `dynamic` says so.
 */
import { Denial } from "./denial.ts";
import { closing, delimiter, end, heredocBody, maxNesting, unescaped } from "./shell_quotes.ts";

export interface ShellWord {
  /** Each part that is known only at run time stands as `$`. */
  readonly text: string;
  /** For each character of `text`, `b` where it stood bare and `q` where it was quoted. */
  readonly bare: string;
  /** True when a substitution or an unknown parameter is part of the word. */
  readonly dynamic: boolean;
  /** How a redirection uses the file that the word names. */
  readonly redirect?: "read" | "write";
}

/** The words of one simple command, in order. */
export type SimpleCommand = readonly ShellWord[];

const longestWord = 128 * 1024;
/** Longer values are not followed: they are no paths. */
const longestValue = 4096;
const shells = /^(?:.*\/)?(?:ba|da|z|k|a)?sh$/;
const declaring = ["export", "declare", "local", "typeset", "readonly"];
const assignment = /^([A-Za-z_]\w*)=/;
/**
 * Splits a command line; commands inside substitutions come along. An open quote runs to the end.
 *
 * @param parameters those with a known value; assignments on the way are added
 */
export function shellCommands(
  line: string,
  parameters: Map<string, string> = new Map(),
  depth = 0,
): SimpleCommand[] {
  if (depth > maxNesting) throw new Denial("ArgumentUnusable", "The command nests too deeply");
  return new Splitter(line, parameters, depth).split();
}

class Splitter {
  readonly #commands: ShellWord[][] = [[]];
  readonly #nested: SimpleCommand[] = [];
  readonly #line: string;
  readonly #parameters: Map<string, string>;
  readonly #depth: number;
  #at = 0;
  #text = "";
  #bare = "";
  #started = false;
  /** True while a command has shown nothing but assignments. */
  #leads = true;
  #dynamic = false;
  #redirect: ShellWord["redirect"] | undefined;
  #heredocs: { readonly end: string; readonly isQuoted: boolean; readonly tabs: boolean }[] = [];

  constructor(line: string, parameters: Map<string, string>, depth: number) {
    this.#line = line;
    this.#parameters = parameters;
    this.#depth = depth;
  }

  split(): SimpleCommand[] {
    const line = this.#line;
    while (this.#at < line.length) {
      const character = line[this.#at] as string;
      if (character === " " || character === "\t") this.#endWord(1);
      else if (character === "\n") this.#endLine();
      else if (character === "#" && !this.#started) {
        this.#at = end(line.indexOf("\n", this.#at), line);
      } else if (character === "<" || character === ">") this.#redirection();
      else if (character === "&" && line[this.#at + 1] === ">") this.#redirection(1);
      else if (";|&()".includes(character)) this.#endCommand(1);
      else this.#part(character);
    }
    this.#endCommand(0);
    return [...this.#commands.filter((command) => command.length > 0), ...this.#nested];
  }

  /** One quoted or unquoted piece of a word. */
  #part(character: string): void {
    const line = this.#line;
    if (character === "'") {
      const close = end(line.indexOf("'", this.#at + 1), line);
      this.#add(line.slice(this.#at + 1, close), false);
      this.#at = close + 1;
    } else if (character === '"') {
      this.#at++;
      this.#doubleQuoted();
    } else if (character === "\\" && this.#at + 1 < line.length) {
      if (line[this.#at + 1] !== "\n") this.#add(line[this.#at + 1] as string, false);
      this.#at += 2;
    } else if (character === "$" && line[this.#at + 1] === "'") this.#ansiQuoted();
    else if (character === "$" && line[this.#at + 1] === '"') this.#at++;
    else if (character === "$" || character === "`") this.#expansion(true);
    else {
      this.#add(character, true);
      this.#at++;
    }
  }

  #doubleQuoted(): void {
    this.#started = true;
    const line = this.#line;
    for (; this.#at < line.length && line[this.#at] !== '"';) {
      const character = line[this.#at] as string;
      const next = line[this.#at + 1] ?? "";
      if (character === "\\" && next !== "" && '$`"\\\n'.includes(next)) {
        if (next !== "\n") this.#add(next, false);
        this.#at += 2;
      } else if (character === "$" || character === "`") this.#expansion(false);
      else {
        this.#add(character, false);
        this.#at++;
      }
    }
    this.#at++;
  }

  #ansiQuoted(): void {
    const quoted = /\$'((?:[^'\\]|\\[^])*)'?/y;
    quoted.lastIndex = this.#at;
    const [whole, body] = quoted.exec(this.#line) as unknown as [string, string];
    this.#at += whole.length;
    this.#add(unescaped(body), false);
  }

  /** `$NAME`, `${...}`, `$(...)` and backquotes; the commands inside are read as well. */
  #expansion(isBare: boolean): void {
    const named = /\$(?:([A-Za-z_]\w*)|\{([A-Za-z_]\w*)\})/y;
    named.lastIndex = this.#at;
    const name = named.exec(this.#line);
    const rest = this.#line.slice(this.#at, this.#at + 2);
    const value = name === null ? undefined : this.#parameters.get((name[1] ?? name[2]) as string);
    if (name !== null && value !== undefined) {
      this.#add(value, isBare);
      this.#at += name[0].length;
      return;
    }
    this.#dynamic = true;
    this.#add("$", false);
    if (name !== null) this.#at += name[0].length;
    else if (rest === "$(") this.#substitution(this.#at + 2);
    else if (rest === "${") {
      // A default value is text that the word may become.
      const inner = this.#line.slice(
        this.#at + 2,
        end(this.#line.indexOf("}", this.#at), this.#line),
      );
      this.#add(inner, false);
      this.#within(inner);
      this.#at += inner.length + 3;
    } else if (rest.startsWith("`")) {
      const quoted = /`((?:[^`\\]|\\[^])*)`?/y;
      quoted.lastIndex = this.#at;
      const [whole, body] = quoted.exec(this.#line) as unknown as [string, string];
      this.#nest(body.replace(/\\([$`\\])/g, "$1"));
      this.#at += whole.length;
    } else this.#at += /^\$[\d@*#?$!-]/.test(rest) ? 2 : 1;
  }

  #substitution(start: number): void {
    this.#at = closing(this.#line, start) + 1;
    this.#nest(this.#line.slice(start, this.#at - 1));
  }

  #nest(text: string): void {
    for (const command of shellCommands(text, this.#parameters, this.#depth + 1)) {
      this.#nested.push(command);
    }
  }

  /** Reads the substitutions of a text that is no command itself. */
  #within(text: string): void {
    if (/\$\(|`/.test(text)) this.#nest(`"${text.replaceAll('"', "")}"`);
  }

  #redirection(skipped = 0): void {
    const operator = /<<<|<<-?|<>|<&|<\(|>\(|>>|>\||>&|<|>/y;
    operator.lastIndex = this.#at + skipped;
    const [text] = operator.exec(this.#line) as unknown as [string];
    if (text.endsWith("(")) {
      this.#dynamic = true;
      this.#add("$", false);
      return this.#substitution(operator.lastIndex);
    }
    this.#endWord(skipped + text.length);
    if (text === "<<" || text === "<<-") {
      const { length, word, isQuoted } = delimiter(this.#line, this.#at);
      this.#at += length;
      this.#heredocs.push({ end: word, isQuoted, tabs: text === "<<-" });
    } else if (text !== "<<<") this.#redirect = ["<", "<&"].includes(text) ? "read" : "write";
  }

  /** The end of a line, where the bodies of its here-documents follow. */
  #endLine(): void {
    this.#endWord(1);
    const program = this.#commands.at(-1)?.find(({ redirect }) => redirect === undefined);
    for (const { end: last, isQuoted, tabs } of this.#heredocs.splice(0)) {
      const { body, next } = heredocBody(this.#line, this.#at, last, tabs);
      this.#at = next;
      if (program !== undefined && shells.test(program.text)) this.#nest(body);
      else if (!isQuoted) this.#within(body);
    }
    this.#endCommand(0);
  }

  #add(text: string, isBare: boolean): void {
    this.#text += text;
    this.#bare += (isBare ? "b" : "q").repeat(text.length);
    if (this.#text.length > longestWord) {
      throw new Denial("ArgumentUnusable", "A word is longer than a program can be given");
    }
    this.#started = true;
  }

  #endWord(width: number): void {
    this.#at += width;
    if (!this.#started) return;
    const command = this.#commands.at(-1) as ShellWord[];
    const word = { text: this.#text, bare: this.#bare, dynamic: this.#dynamic };
    const name = assignment.exec(word.text)?.[1];
    if (name !== undefined && this.#leads) {
      const value = word.text.slice(name.length + 1);
      if (word.dynamic || value.length > longestValue) this.#parameters.delete(name);
      else this.#parameters.set(name, value);
    }
    this.#leads &&= name !== undefined || declaring.includes(word.text);
    command.push(this.#redirect === undefined ? word : { ...word, redirect: this.#redirect });
    this.#text = "";
    this.#bare = "";
    this.#started = this.#dynamic = false;
    this.#redirect = undefined;
  }

  #endCommand(width: number): void {
    this.#endWord(width);
    this.#leads = true;
    this.#commands.push([]);
  }
}
