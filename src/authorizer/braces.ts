/** Brace expansion as shells do it, before file names are looked at. */
import { Denial } from "./denial.ts";
import type { ShellWord } from "./shell_words.ts";

const maxAlternatives = 1024;
const maxText = 1 << 20;
const sequence = /^(?:-?\d+|[A-Za-z])\.\.(?:-?\d+|[A-Za-z])(?:\.\.-?\d+)?$/;

/** The part of a word from `start` to `end`. */
export function slice(word: ShellWord, start: number, end?: number): ShellWord {
  return { ...word, text: word.text.slice(start, end), bare: word.bare.slice(start, end) };
}

function join(first: ShellWord, ...others: ShellWord[]): ShellWord {
  const words = [first, ...others];
  return {
    ...first,
    text: words.map(({ text }) => text).join(""),
    bare: words.map(({ bare }) => bare).join(""),
  };
}

/**
 * Expands unquoted `{a,b}` alternatives. A sequence `{1..9}` becomes as many `?` as its values have
 * characters.
 *
 * @throws {Denial} 9013 when there are too many to look at
 */
export function expandBraces(word: ShellWord): ShellWord[] {
  if (!word.text.includes("{")) return [word];
  // A group without a comma may stay as it is or end at a later brace; shells differ, so both count.
  const words = expand(word, false);
  const texts = new Set(words.map(({ text }) => text));
  return [...words, ...expand(word, true).filter(({ text }) => !texts.has(text))];
}

function expand(word: ShellWord, endsLater: boolean): ShellWord[] {
  const done: ShellWord[] = [];
  const pending = [word];
  for (let current = pending.pop(); current !== undefined; current = pending.pop()) {
    const parts = firstBraces(current, endsLater);
    if (parts === undefined) done.push(current);
    else pending.push(...parts);
    if (
      (done.length + pending.length) * word.text.length > maxText || done.length > maxAlternatives
    ) {
      throw new Denial("ArgumentUnusable", "A word in braces has too many alternatives");
    }
  }
  return done;
}

/** A word that stands for any of this length. */
function unknown(length: number): ShellWord {
  return { text: "?".repeat(length), bare: "b".repeat(length), dynamic: false };
}

/** Where the first group with more than one meaning opens, closes and has its commas. */
function firstGroup(word: ShellWord, endsLater: boolean): number[] | undefined {
  const open: { at: number; cuts: number[] }[] = [];
  let best: number[] | undefined;
  for (let i = 0; i < word.text.length; i++) {
    if (word.bare[i] !== "b") continue;
    const character = word.text[i];
    const inner = open.at(-1);
    if (character === "{") open.push({ at: i, cuts: [] });
    else if (character === "," && inner !== undefined) inner.cuts.push(i);
    else if (character === "}" && inner !== undefined) {
      const isGroup = inner.cuts.length > 0 || sequence.test(word.text.slice(inner.at + 1, i));
      if (isGroup || !endsLater) open.pop();
      if (isGroup && (best === undefined || inner.at < (best[0] as number))) {
        best = [inner.at, ...inner.cuts, i];
      }
    }
  }
  return best;
}

function firstBraces(word: ShellWord, endsLater: boolean): ShellWord[] | undefined {
  const cuts = firstGroup(word, endsLater);
  if (cuts === undefined) return undefined;
  const [before, after] = [slice(word, 0, cuts[0]), slice(word, (cuts.at(-1) as number) + 1)];
  if (cuts.length === 2) {
    const ends = word.text.slice((cuts[0] as number) + 1, cuts[1]).split("..").slice(0, 2);
    const longest = Math.max(...ends.map((end) => end.length));
    return Array.from({ length: longest }, (_, i) => join(before, unknown(i + 1), after));
  }
  return cuts.slice(1).map((end, n) =>
    join(before, slice(word, (cuts[n] as number) + 1, end), after)
  );
}
