/** Why characters and words are refused where the shell would act on them. */

/** Words that are no programs where a program is expected. */
export const reserved = new Set(
  ("! - [ [[ ]] { } if then elif else fi for foreach while until repeat do done end case esac in select " +
    "function coproc nocorrect noglob").split(" "),
);

/** What an unquoted character would do, and what to write instead. */
export const reasons: { readonly [character: string]: string } = {
  "\n": 'A line feed ends a command; write one line, with "&&" where that is granted',
  "$":
    '"$" stands for a value that only the shell knows; write the value, or put the text in single quotes',
  "`": "A backquote runs another command; write its result, or put the text in single quotes",
  "(": '"(" begins a subshell or a pattern; write the command without it, or quote it',
  ")": '")" ends a subshell or a pattern; write the command without it, or quote it',
  "*": '"*" stands for file names that only the shell knows; write the names, or quote it',
  "?": '"?" stands for file names that only the shell knows; write the names, or quote it',
  "[": '"[" begins a file name pattern; write the names, or quote it',
  "]": '"]" ends a file name pattern; write the names, or quote it',
  "{": '"{" begins a brace expansion or a group; write the words one by one, or quote it',
  "}": '"}" ends a brace expansion or a group; write the words one by one, or quote it',
};

/** Why an unquoted character is refused, by what follows it and whether it begins a command. */
export function reasonFor(character: string, next = "", isProgram = false): string {
  if (character === "{" && next === "}") {
    return '"{}" stands for a name that a program puts in; write the names';
  }
  if (character === "[" && next === " " && isProgram) {
    return '"[" is read differently by shells; write "test", without the closing "]"';
  }
  return reasons[character] as string;
}

/** The end of a sentence about a redirection. */
export const redirection =
  'is a redirection; only ">/dev/null", "2>/dev/null", "2>&1" and "</dev/null" are understood: name ' +
  "a file to read as a word, and use a tool that writes files";

const shownItems = 12;
const longestMessage = 600;

/** `ls, cat and 3 more` */
export function list(items: readonly string[]): string {
  const shown = items.slice(0, shownItems).join(", ");
  return items.length > shownItems ? `${shown} and ${items.length - shownItems} more` : shown;
}

/** A message on one line and of bearable length, whatever words of the command it quotes. */
export function tidy(message: string): string {
  const half = longestMessage / 2;
  const short = message.length > longestMessage
    ? `${message.slice(0, half)} … ${message.slice(-half)}`
    : message;
  return short.toWellFormed().replace(/[\n\t]/g, " ");
}
