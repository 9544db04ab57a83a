/** Reads awk programs far enough to tell that they only work on their input. */

// Division cannot follow any of these, so a slash begins a search; behind the others it divides.
const beforeSearch = /[(,{};!~&|\n=?:[<>*%^+$-]/;
const keywordBeforeSearch = /^(?:print|printf|return|else|do|exit|case|in)$/;
const keywordWithCondition = /^(?:if|while|for|switch)$/;
// Programs differ on brackets that hold a slash or begin with one of their own: those are refused.
const search = /\/(?:\\[^\n]|\[(?!\^?\])(?:\[:[a-z]+:\]|\\[^\]\n]|[^\]\\/\n[])+\]|[^\\/[\n])*\//y;
const string = /"(?:\\[^]|[^"\\\n])*"/y;
const word = /[A-Za-z_]\w*/y;
const refused: { readonly [word: string]: string } = {
  system: "runs a program",
  getline: "reads another file or a program",
  ARGV: "changes which files are read",
  ARGC: "changes which files are read",
  SYMTAB: "reaches what is not named",
  FUNCTAB: "reaches what is not named",
  PROCINFO: "reaches the system",
};

/**
 * Why a program is refused, as the end of a sentence; undefined when it only reads its input and
 * prints. Linear in the length of the program.
 */
export function awkProblem(program: string): string | undefined {
  let before = "\n";
  let last = "";
  let prints = false;
  let hasCondition = false;
  for (let at = 0; at < program.length;) {
    const character = program[at] as string;
    const isSearch = character === "/" && beforeSearch.test(before);
    // Behind "++" and behind a condition a slash may be either.
    if (character === "/" && (/^(?:\+\+|--)$/.test(last) || (before === ")" && hasCondition))) {
      return 'what "/" means is not certain';
    }
    const token = character === '"'
      ? match(string, program, at)
      : isSearch
      ? match(search, program, at)
      : /[A-Za-z_]/.test(character)
      ? match(word, program, at)
      : character;
    if (token === undefined || token === "\\") return `"${character}" is not understood`;
    if (Object.hasOwn(refused, token)) return `"${token}" ${refused[token]}`;
    if (token === "@") return '"@" loads or calls what cannot be judged';
    if (token === "print" || token === "printf") prints = true;
    else if (token === ";" || token === "{" || token === "}") prints = false;
    if (token === ">" && prints) return '">" behind "print" writes a file';
    hasCondition ||= keywordWithCondition.test(token);
    at += token.length;
    if (token === "|" && program[at++] !== "|") return '"|" runs a program';
    if (token === "#") {
      const end = program.indexOf("\n", at);
      at = end < 0 ? program.length : end;
    } else if (!/^[ \t]$/.test(token)) {
      last = token.length === 1 ? before.slice(-1) + token : token;
      before = keywordBeforeSearch.test(token)
        ? ","
        : token.length > 1 || /\w/.test(token)
        ? "a"
        : token;
    }
  }
  return undefined;
}

function match(pattern: RegExp, program: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(program)?.[0];
}
