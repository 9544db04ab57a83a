/** Judges a command line by a list of programs: one simple command, nothing a shell would act on. */
import { codePoint, hiddenIn } from "./hidden_characters.ts";
import { list, tidy } from "./line_reasons.ts";
import { longestLine, readShellLine } from "./shell_line.ts";
import { wrapperProblem } from "./wrappers.ts";

// What the wire constraint refuses anywhere, quotes or not, and besides all that cannot be seen.
const active = /&&|\|\||[$`|&;<>()\n]/;

function refusedCharacter(line: string): string | undefined {
  return hiddenIn(line) ?? active.exec(line)?.[0];
}

function quoted(words: readonly string[]): string {
  return `"${words.join(" ")}"`;
}

function granted(entries: readonly (readonly string[])[]): string {
  return list(entries.map((entry) => entry.join(" ")));
}

/**
 * Why the line is not one plain command of the list; undefined when it is. Never throws.
 *
 * @param entries each a program, or a program and the words that have to follow it
 */
export function shlexProblem(
  line: string,
  entries: readonly (readonly string[])[],
): { message: string } | undefined {
  const message = problem(line, entries);
  return message === undefined ? undefined : { message: tidy(message) };
}

function problem(line: string, entries: readonly (readonly string[])[]): string | undefined {
  // Longer lines are refused by the reader before it looks at them.
  const refused = line.length > longestLine ? undefined : refusedCharacter(line);
  if (refused !== undefined) {
    const what = refused > " " && refused < "\x7f" ? `"${refused}"` : codePoint(refused);
    const instead = /^(?:&&|\|\|?|;|\n)$/.test(refused)
      ? "run the commands one by one"
      : "write one simple command without it";
    return `The command has ${what}, which shlex refuses even in quotes; ${instead}`;
  }
  const commands = readShellLine(line);
  if (typeof commands === "string") return commands;
  const words = commands[0]?.words ?? [];
  const texts = words.map(({ text }) => text);
  const program = texts[0] as string;
  const candidates = entries.filter(([first]) => first === program);
  if (candidates.length === 0) {
    return `${quoted([program])} is not granted; the rule lists ${granted(entries)}`;
  }
  if (words[0]?.isQuoted === true) {
    return `The program ${quoted([program])} is written with quotes; write it plainly`;
  }
  const matching = candidates.filter((entry) => entry.every((word, at) => texts[at] === word));
  if (matching.length === 0) {
    const longest = Math.max(...candidates.map((entry) => entry.length));
    return `${quoted(texts.slice(0, longest))} is not granted; the rule lists ${
      granted(candidates)
    }, ` +
      "with nothing between the words";
  }
  return wrapperProblem(words, Math.max(...matching.map((entry) => entry.length)));
}
