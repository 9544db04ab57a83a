/** Programs that are part of the shell itself and evaluate some of their words. */
import type { GivenWords } from "./verb_grammar.ts";

// zsh reads what these take as an expression: a subscript in it can run a command.
const takesNumber = /%[^A-Za-z%]*(?:[hlLqjzt]*[diouxXeEfFgGaA]|\*)/;
// zsh puts these together before it looks for the signs.
const spelledPercent = /\\(?:0*45|x25|u0*25|U0*25)/i;
const expression = /[[(=$`]|\+\+|--/;

/** Why printf is refused with these words, as a clause. */
export function printfProblem({ operands, options }: GivenWords): string | undefined {
  if (options.some(({ name }) => name.startsWith("-v"))) {
    return '"-v" is refused: the shell evaluates the name behind it';
  }
  const [format = "", ...values] = operands;
  const signs = format.replaceAll("%%", "");
  if (spelledPercent.test(signs)) return `"${format}" spells out a sign; write "%"`;
  if (/%[^A-Za-z%]*[hlLqjzt]*n/.test(signs)) return '"%n" is refused: it sets a variable';
  const value = takesNumber.test(signs) ? values.find((it) => expression.test(it)) : undefined;
  return value && `"${value}" beside a number is refused: zsh evaluates it; use only "%s"`;
}

/** Why test is refused with these words, as a clause. */
export function testProblem({ operands, options }: GivenWords): string | undefined {
  const has = (name: string) =>
    operands.includes(name) || options.some((option) => option.name.startsWith(name));
  if (has("-v")) return '"-v" is refused: the shell evaluates the name behind it';
  const value = has("-t") ? operands.find((it) => expression.test(it)) : undefined;
  return value && `"${value}" beside "-t" is refused: zsh evaluates it; write a number`;
}

/** Why a builtin that takes one number is refused with these words, as a clause. */
export function numberProblem({ operands, options }: GivenWords): string | undefined {
  const word = operands.find((it) => !/^\d+$/.test(it)) ?? options[0]?.name;
  return word && `"${word}" is refused: the shell evaluates it; write a number`;
}
