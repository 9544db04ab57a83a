/** What grep, rg and find go through, and what their options keep them from. */
import {
  exclusions,
  hasLong,
  hasShort,
  here,
  isLong,
  isOption,
  isReader,
  list,
} from "./command_words.ts";
import type { Describe } from "./command_words.ts";
import { selects } from "./sealed_names.ts";
import type { ShellWord } from "./shell_words.ts";

const grepValues = list(
  "--regexp --file --max-count --after-context --before-context --context --devices " +
    "--directories --include --exclude --exclude-from --exclude-dir --label --binary-files",
);

/** The first operand is the pattern unless -e or -f gives one; without a file, -r means here. */
export const grep: Describe = (words, program) => {
  const operands: ShellWord[] = [];
  let isRecursive = program === "rgrep";
  let hasPattern = false;
  let hasEnded = false;
  for (let i = 0; i < words.length; i++) {
    const word = words[i] as ShellWord;
    if (hasEnded || !isOption(word)) operands.push(word);
    else if (word.text === "--") hasEnded = true;
    else if (word.text.startsWith("--")) {
      isRecursive ||= isLong(word, "--recursive", "--dereference-recursive", "--directories");
      hasPattern ||= isLong(word, "--regexp", "--file");
      if (!word.text.includes("=") && isLong(word, ...grepValues)) i++;
    } else {
      const letters = word.text.slice(1);
      const at = letters.search(/[efmABCDd]/);
      const flags = at < 0 ? letters : letters.slice(0, at + 1);
      isRecursive ||= /[rRd]/.test(flags);
      hasPattern ||= /[ef]/.test(flags);
      if (at >= 0 && at === letters.length - 1) i++;
    }
  }
  const [pattern, ...others] = operands;
  const files = hasPattern ? operands : others;
  const excluded = exclusions(words, "--exclude-dir");
  const included = exclusions(words, "--include");
  return {
    ignored: new Set([
      ...excluded.words,
      ...included.words,
      ...(hasPattern || pattern === undefined ? [] : [pattern]),
    ]),
    trees: !isRecursive ? [] : files.length > 0 ? files : [here],
    follows: hasShort(words, "R") || hasLong(words, "--dereference-recursive"),
    spares: (sealed) =>
      excluded.values.includes(sealed.name) ||
      // With --exclude beside it, --include no longer stands for "nothing else".
      (included.values.length > 0 && !hasLong(words, "--exclude", "--exclude-from") &&
        !included.values.some((value) => selects(value, sealed))),
  };
};

/** rg skips what ignore files in the sealed directories hide, unless it is told to look there. */
export const rg: Describe = (words) => {
  const isBlind = hasShort(words, "u") || hasLong(words, "--no-ignore", "--unrestricted") ||
    words.some(({ text }) => /^--no-ignore|^--ignore-file|^--pre(=|$)/.test(text));
  const globs = words.flatMap((word, i) => {
    const value = /^(?:--i?glob=|-[a-zA-Z0-9.]*?g)(.*)$/s.exec(word.text)?.[1];
    if (value === undefined && !/^--i?glob$/.test(word.text)) return [];
    return [value !== undefined && value !== "" ? value : words[i + 1]?.text ?? ""];
  });
  const keeps = globs.filter((glob) => glob !== "" && !glob.startsWith("!"));
  const operands = words.filter((word) => !isOption(word));
  const hasPattern = !words.some(({ text }) => /^-[^-]*[ef]|^--(?:regexp|file)/.test(text));
  return {
    ignored: new Set([
      ...operands.filter(({ text }) => globs.includes(text)),
      ...(hasPattern ? operands.slice(0, 1) : []),
    ]),
    trees: isBlind || keeps.length > 0 ? [here, ...operands] : [],
    follows: hasShort(words, "L") || hasLong(words, "--follow"),
    spares: (sealed) =>
      !keeps.some((glob) => selects(glob, sealed)) &&
      (!isBlind || keeps.length > 0 || globs.some((glob) => drops(glob, sealed.name))),
  };
};

/** True when a glob of rg leaves out the directory of this name and all in it. */
function drops(glob: string, name: string): boolean {
  return ["", "/", "/**"].some((tail) =>
    glob === `!${name}${tail}` || glob === `!**/${name}${tail}`
  );
}

const findRuns = /^-(?:exec|execdir|ok|okdir)$/;
const findActions = /^-(?:exec|execdir|ok|okdir|delete|fprint0?|fprintf|fls)$/;
const findPatterns = /^-(?:name|iname|path|ipath|wholename|iwholename|regex|iregex|lname|ilname)$/;

/** find reads names only, unless it acts on what it finds or its output does. */
export const find: Describe = (words, _, isFed) => {
  const start = words.findIndex(({ text }) => /^[-(!]/.test(text) && !/^-[HLPDO]/.test(text));
  const roots = (start < 0 ? words : words.slice(0, start)).filter((word) => !isOption(word));
  const expression = start < 0 ? [] : words.slice(start);
  const actions = expression.flatMap(({ text }, i) =>
    findActions.test(text) ? [{ text, program: expression[i + 1]?.text ?? "" }] : []
  );
  const isReading = actions.every(({ text, program }) =>
    findRuns.test(text) && isReader(program.slice(program.lastIndexOf("/") + 1), "")
  );
  const until = (action: RegExp) => {
    const at = expression.findIndex(({ text }) => action.test(text));
    return at < 0 ? expression : expression.slice(0, at);
  };
  const texts = until(findActions).map(({ text }) => text === "!" ? "-not" : text);
  // Only expressions that are plain lists of conditions are understood.
  const isPlain = !expression.some(({ text }) => ["-o", "-or", ",", "("].includes(text));
  const values = (option: RegExp, isNegated: boolean) =>
    texts.filter((_, i) =>
      option.test(texts[i - 1] ?? "") && (texts[i - 2] === "-not") === isNegated
    );
  const names = values(/^-i?name$/, false);
  const isOfFiles = texts.some((text, i) => text === "f" && texts[i - 1] === "-type");
  const unwanted = isOfFiles ? values(/^-(?:path|wholename)$/, true) : [];
  return {
    ignored: new Set(
      until(findRuns).filter((_, i, before) => findPatterns.test(before[i - 1]?.text ?? "")),
    ),
    trees: actions.length > 0 || isFed ? (roots.length > 0 ? roots : [here]) : [],
    follows: hasShort(start < 0 ? words : words.slice(0, start), "L"),
    writes: () => !isReading,
    spares: (sealed) =>
      isPlain && (names.some((name) => !selects(name, sealed)) ||
        unwanted.includes(`*/${sealed.name}/*`) ||
        (roots.every(({ text }) => text === ".") && unwanted.includes(`./${sealed.name}/*`))),
  };
};
