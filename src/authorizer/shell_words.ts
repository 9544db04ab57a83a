/**
 * The words of a shell command line, far enough to see which files it names: quotes and escapes
 * removed, simple commands apart, braces expanded. Not an interpreter: what a word expands to at
 * run time is not known, and `dynamic` says so.
 */

export interface ShellWord {
  readonly text: string;
  /** For each character of `text`, whether it stood unquoted. */
  readonly bare: readonly boolean[];
  /** True when a parameter or command substitution is part of the word. */
  readonly dynamic: boolean;
}

/** The words of one simple command; redirection targets count as commands of their own. */
export type SimpleCommand = readonly ShellWord[];

const separators = ";|&()<>\n\r";
const maxAlternatives = 256;

/** Splits a command line. An unclosed quote runs to the end. */
export function shellCommands(line: string): SimpleCommand[] {
  const commands: ShellWord[][] = [[]];
  let text = "";
  let bare: boolean[] = [];
  let started = false;
  let dynamic = false;
  let quote = "";

  const endWord = () => {
    if (started) commands.at(-1)?.push({ text, bare, dynamic });
    text = "";
    bare = [];
    started = false;
    dynamic = false;
  };
  const add = (character: string, isBare: boolean) => {
    text += character;
    for (let i = 0; i < character.length; i++) bare.push(isBare);
    started = true;
  };

  for (let i = 0; i < line.length; i++) {
    const character = line[i] as string;
    if (quote === "'") {
      if (character === "'") quote = "";
      else add(character, false);
    } else if (character === "\\" && i + 1 < line.length) {
      const next = line[++i] as string;
      if (quote === '"' && !'$`"\\\n'.includes(next)) add("\\", false);
      if (next !== "\n") add(next, false);
    } else if (character === "$" || character === "`") {
      dynamic = true;
      add(character, false);
    } else if (quote === '"') {
      if (character === '"') quote = "";
      else add(character, false);
    } else if (character === "'" || character === '"') {
      quote = character;
      started = true;
    } else if (character === " " || character === "\t") endWord();
    else if (separators.includes(character)) {
      endWord();
      commands.push([]);
    } else add(character, true);
  }
  endWord();
  return commands.filter((command) => command.length > 0);
}

/** True when the shell would expand the word as a file name pattern. */
export function hasGlob(word: ShellWord): boolean {
  return [...word.text].some((character, i) => "*?[".includes(character) && word.bare[i] === true);
}

function slice(word: ShellWord, start: number, end?: number): ShellWord {
  return { ...word, text: word.text.slice(start, end), bare: word.bare.slice(start, end) };
}

function join(...words: ShellWord[]): ShellWord {
  return {
    text: words.map(({ text }) => text).join(""),
    bare: words.flatMap(({ bare }) => bare),
    dynamic: words.some(({ dynamic }) => dynamic),
  };
}

/**
 * Expands unquoted `{a,b}` and `{1..3}` alternatives; a sequence yields its text as it stands.
 * Undefined when there are too many to look at.
 */
export function expandBraces(word: ShellWord): ShellWord[] | undefined {
  const done: ShellWord[] = [];
  const todo = [word];
  for (let current = todo.pop(); current !== undefined; current = todo.pop()) {
    const parts = firstBraces(current);
    if (parts === undefined) done.push(current);
    else todo.push(...parts);
    if (done.length + todo.length > maxAlternatives) return undefined;
  }
  return done;
}

function firstBraces(word: ShellWord): ShellWord[] | undefined {
  for (let open = 0; open < word.text.length; open++) {
    if (word.text[open] !== "{" || word.bare[open] !== true) continue;
    const cuts = [open];
    let depth = 0;
    for (let i = open; i < word.text.length; i++) {
      if (word.bare[i] !== true) continue;
      if (word.text[i] === "{") depth++;
      if (word.text[i] === "," && depth === 1) cuts.push(i);
      if (word.text[i] !== "}" || --depth > 0) continue;
      if (cuts.length === 1) break; // `{x}` stays as it is
      cuts.push(i);
      return cuts.slice(1).map((end, n) =>
        join(slice(word, 0, open), slice(word, (cuts[n] as number) + 1, end), slice(word, i + 1))
      );
    }
  }
  return undefined;
}
