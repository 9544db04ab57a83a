/** Globs and regular expressions that accept more than they seem to. */

/** True when a glob accepts every path: it says nothing but stars, marks and separators. */
export function isEveryPath(glob: string): boolean {
  return glob.includes("*") && /^[*?/]*$/.test(glob);
}

/** True for a glob that stands for more than one text. */
export function isOpenGlob(glob: string): boolean {
  return /[*?]|\[/.test(glob);
}

interface Reading {
  /** The expression without escapes, sets and groups that cannot hold an operator of a shell. */
  readonly bare: string;
  /** A set, class or dot that accepts a shell's operators. */
  readonly isOpen: boolean;
  /** An alternative outside every group. */
  readonly isSplit: boolean;
}

/** The characters that end a command or start another one. */
const operators = [...";&|$`\n<>()"];

/** A set with its brackets; classes of names are taken whole. */
const wholeSet = /\[\^?\]?(?:\[:\^?[a-z]+:\]|\\.|[^\]\\])*\]/suy;

const openClass = /\[:(\^|ascii|cntrl|graph|print|punct|space)/;

function setIsOpen(set: string): boolean {
  if (set.startsWith("^") || /\\[SWDspPCxQ]/.test(set) || openClass.test(set)) return true;
  const plain = set.replace(/\[:\w+:\]/g, "").replace(/\\(.)/gs, "$1");
  const ranges = [...plain.matchAll(/(.)-(.)/gsu)];
  return operators.some((operator) =>
    plain.includes(operator) ||
    ranges.some(([, low = "", high = ""]) => low <= operator && operator <= high)
  );
}

/** One pass from left to right. */
function read(expression: string): Reading {
  let isOpen = false;
  let isSplit = false;
  let depth = 0;
  let bare = "";
  for (let at = 0; at < expression.length; at++) {
    const character = expression[at] as string;
    if (character === "\\") {
      const next = expression[++at] ?? "";
      isOpen ||= /[SWDspPCxQ]/.test(next);
      // Anchors that are written as escapes count as anchors.
      bare += next === "A" ? "^" : next === "z" ? "$" : "x";
    } else if (character === "[") {
      wholeSet.lastIndex = at;
      const set = wholeSet.exec(expression)?.[0] ?? expression.slice(at);
      isOpen ||= setIsOpen(set.slice(1, -1));
      bare += "x";
      at += set.length - 1;
    } else {
      if (character === "(") depth++;
      if (character === ")") depth--;
      if (character === ".") isOpen = true;
      if (character === "|" && depth === 0) isSplit = true;
      bare += character;
    }
  }
  return { bare, isOpen, isSplit };
}

/** How a regular expression, which is searched for, leaves its ends open. */
export interface RegexEnds {
  readonly isOpenStart: boolean;
  readonly isOpenEnd: boolean;
  /** It accepts characters by which a shell starts another command. */
  readonly acceptsOperators: boolean;
}

export function regexEnds(expression: string): RegexEnds {
  const { bare, isOpen, isSplit } = read(expression);
  const flags = /^\(\?([a-zA-Z]*)\)/.exec(bare)?.[1] ?? "";
  const text = flags === "" ? bare : bare.slice(flags.length + 3);
  // With m, ^ and $ match at every line.
  const isLoose = isSplit || /\(\?[a-zA-Z]*m/.test(bare);
  return {
    isOpenStart: isLoose || !text.startsWith("^"),
    isOpenEnd: isLoose || !text.endsWith("$"),
    acceptsOperators: isOpen,
  };
}
