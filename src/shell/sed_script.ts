/** Reads sed scripts far enough to tell that they only print, select and rewrite their input. */

const addresses = /(?:\d+|\$)(?:~\d+)?/y;
const flagsOfSearch = /[IM]*/y;
const flagsOfSubstitution = /[gpiIm\dM]*/y;
const blanks = /[ \t]*/y;
const separators = /[ \t;\n]*/y;
const plainCommand = /[pPdDnNhHgGxz=lqQ]/;
const counted = /[ \t]*\d*/y;
const label = /[ \t]*\w*/y;
const characterClass = /\[:[a-z]+:\]/y;
const text = /(?:\\[^]|[^\\\n])*/y;

const meanings: { readonly [command: string]: string } = {
  e: "it runs a program",
  w: "it writes a file",
  W: "it writes a file",
  r: "it reads a file",
  R: "it reads a file",
};

/**
 * Why a script is refused, as the end of a sentence; undefined when it only works on the input. What
 * is not understood is refused. Linear in the length of the script.
 */
export function sedProblem(script: string): string | undefined {
  // Without any of these letters no reading of the script leaves the input.
  return /[ewWrR]/.test(script) ? new ScriptReader(script).read() : undefined;
}

class ScriptReader {
  readonly #script: string;
  #at = 0;
  #depth = 0;

  constructor(script: string) {
    this.#script = script;
  }

  read(): string | undefined {
    this.#skip(separators);
    while (this.#at < this.#script.length) {
      if (this.#script[this.#at] === "#") this.#skip(/[^\n]*/y);
      else {
        const problem = this.#command();
        if (problem !== undefined) return problem;
      }
      this.#skip(separators);
    }
    return this.#depth === 0 ? undefined : "a group is never closed";
  }

  #skip(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#script)?.[0] ?? "";
    this.#at += found.length;
    return found;
  }

  #command(): string | undefined {
    if (this.#address()) {
      this.#skip(blanks);
      if (this.#script[this.#at] === ",") {
        this.#at++;
        this.#skip(/[ \t]*[+~]?/y);
        if (!this.#address()) return "an address is not understood";
      }
    }
    this.#skip(/[ \t!]*/y);
    const command = this.#script[this.#at++];
    if (command === undefined) return "a command is missing";
    if (Object.hasOwn(meanings, command)) return `with "${command}" ${meanings[command]}`;
    if (plainCommand.test(command)) return this.#end(counted);
    if (command === "{") {
      this.#depth++;
      return undefined;
    }
    if (command === "}") return --this.#depth < 0 ? "a group is closed twice" : this.#end(blanks);
    if (command === "s" || command === "y") return this.#substitution(command);
    if (command === ":" || command === "b" || command === "t" || command === "T") {
      return this.#end(label);
    }
    if (command === "a" || command === "i" || command === "c") return void this.#skip(text);
    return `the command "${command}" is not understood`;
  }

  /** Skips what may follow a command and asks for its end. */
  #end(pattern: RegExp): string | undefined {
    this.#skip(pattern);
    this.#skip(blanks);
    const next = this.#script[this.#at];
    return next === undefined || /[;\n}#]/.test(next) ? undefined : `"${next}" is not understood`;
  }

  #address(): boolean {
    if (this.#skip(addresses) !== "") return true;
    const first = this.#script[this.#at];
    if (first !== "/" && first !== "\\") return false;
    this.#at += first === "/" ? 1 : 2;
    const delimiter = first === "/" ? "/" : this.#script[this.#at - 1];
    if (delimiter === undefined || !this.#upTo(delimiter)) return false;
    this.#skip(flagsOfSearch);
    return true;
  }

  /** Goes behind the next delimiter; false where programs differ on whether brackets hide it. */
  #upTo(delimiter: string): boolean {
    const script = this.#script;
    for (let bracket = -1; this.#at < script.length; this.#at++) {
      const character = script[this.#at];
      if (character === delimiter) return this.#at++, bracket < 0;
      if (character === "\n") return false;
      if (bracket < 0) {
        if (character === "\\") this.#at++;
        else if (character === "[") bracket = this.#at;
        continue;
      }
      if (character === "\\" && script[this.#at + 1] === "]") return false;
      if (character === "[") {
        if (this.#skip(characterClass) === "") return false;
        this.#at--;
      } else if (character === "]") {
        if (/^\[\^?$/.test(script.slice(bracket, this.#at))) return false;
        bracket = -1;
      }
    }
    return false;
  }

  #substitution(command: string): string | undefined {
    const delimiter = this.#script[this.#at++];
    if (delimiter === undefined || /[\\\n]/.test(delimiter)) return "a delimiter is missing";
    if (!this.#upTo(delimiter) || !this.#replacement(delimiter)) {
      return `where "${command}" ends is not understood`;
    }
    if (command === "y") return this.#end(blanks);
    this.#skip(flagsOfSubstitution);
    const flag = this.#script[this.#at] ?? "";
    if (Object.hasOwn(meanings, flag)) return `with the flag "${flag}" of "s" ${meanings[flag]}`;
    return this.#end(blanks);
  }

  #replacement(delimiter: string): boolean {
    for (; this.#at < this.#script.length; this.#at++) {
      const character = this.#script[this.#at];
      if (character === delimiter) {
        this.#at++;
        return true;
      }
      if (character === "\\") this.#at++;
    }
    return false;
  }
}
