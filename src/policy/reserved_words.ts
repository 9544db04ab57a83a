/** Words that a shell reads as its own, so that no program of that name is ever run by them. */

const bash = "! [[ ]] { } case coproc do done elif else esac fi for function if in select then " +
  "time until while";
const zsh = "declare end export float foreach integer local nocorrect readonly repeat typeset";

const words: ReadonlySet<string> = new Set([...bash.split(" "), ...zsh.split(" ")]);

/** True for a word of the grammar of bash, sh or zsh. */
export function isReserved(word: string): boolean {
  return words.has(word);
}
