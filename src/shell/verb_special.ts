/** What is known of single programs beyond their options: scripts, assignments, second operands. */
import { archiveProblem } from "./archive_words.ts";
import { awkProblem } from "./awk_program.ts";
import { numberProblem, printfProblem, testProblem } from "./builtin_words.ts";
import { sedProblem } from "./sed_script.ts";
import { curlProblem, schemeProblem } from "./transfer_words.ts";
import type { GivenWords } from "./verb_grammar.ts";

type Check = (given: GivenWords, isConfined: boolean) => string | undefined;

function values({ options }: GivenWords, ...wanted: string[]): string[] {
  return options.flatMap(({ name, value }) => wanted.includes(name) ? value ?? [] : []);
}

const uncertain = "an option is not known, so that it is not certain which word is what";

function sed(given: GivenWords): string | undefined {
  if (given.hasUnknown) return uncertain;
  const scripts = values(given, "-e", "--expression");
  const script = scripts.length > 0 ? scripts.join("\n") : given.operands[0];
  const problem = script === undefined ? undefined : sedProblem(script);
  return problem && `its script "${script}" is refused: ${problem}`;
}

function awk(given: GivenWords): string | undefined {
  if (given.hasUnknown) return uncertain;
  const problem = awkProblem(given.operands[0] ?? "");
  return problem && `its program is refused: ${problem}`;
}

function date({ operands }: GivenWords): string | undefined {
  const setting = operands.find((operand) => !operand.startsWith("+"));
  return setting && `"${setting}" would set the clock; write a format that begins with "+"`;
}

function uniq({ operands }: GivenWords): string | undefined {
  return operands[1] && `"${operands[1]}" would be written; give one operand`;
}

function tee({ operands }: GivenWords): string | undefined {
  const file = operands.find((operand) => operand !== "/dev/null");
  return file && `"${file}" would be written; use a tool that writes files`;
}

function jq({ operands }: GivenWords): string | undefined {
  const loads = operands.some((operand) =>
    /\b(?:import|include)\b(?:\s|#[^\n]*\n)*"|\bmodulemeta\b/.test(operand)
  );
  return loads
    ? '"import", "include" and "modulemeta" are refused: they read other files'
    : undefined;
}

function yq({ operands }: GivenWords): string | undefined {
  const loads = operands.some((operand) => /\bload|\bstrload/.test(operand));
  return loads ? '"load" is refused: it reads other files' : undefined;
}

function make({ operands }: GivenWords): string | undefined {
  const set = operands.find((operand) => operand.includes("="));
  return set && `"${set}" is refused: a variable can name a program that is run`;
}

function pager({ operands }: GivenWords): string | undefined {
  const command = operands.find((operand) => operand.startsWith("+"));
  return command && `"${command}" is refused: a pager's command can run another program`;
}

function ssh(given: GivenWords): string | undefined {
  const harmless =
    /^(?:BatchMode|ConnectTimeout|LogLevel|Port|User|ServerAlive\w+|StrictHostKeyChecking)[= ]/i;
  const option = values(given, "-o").find((value) => !harmless.test(value));
  return option && `"-o ${option}" is refused: it can run another program or read a file`;
}

function diff({ options }: GivenWords, isConfined: boolean): string | undefined {
  const has = (pattern: RegExp) => options.some(({ name }) => pattern.test(name));
  const follows = isConfined && has(/^(?:-r|--recursive)$/) && !has(/^--no-dereference$/);
  return follows
    ? '"-r" follows links out of the granted folders; add --no-dereference'
    : undefined;
}

function zip({ options }: GivenWords, isConfined: boolean): string | undefined {
  const has = (name: string) => options.some((option) => option.name === name);
  const follows = isConfined && (has("-r") || has("-R")) && !has("-y");
  return follows ? '"-r" follows links out of the granted folders; add -y' : undefined;
}

function ls({ options }: GivenWords, isConfined: boolean): string | undefined {
  const has = (pattern: RegExp) => options.some(({ name }) => pattern.test(name));
  const follows = isConfined && has(/^(?:-R|--recursive)$/) && has(/^(?:-L|--dereference)$/);
  return follows
    ? '"-R" with "-L" follows links out of the granted folders; leave one out'
    : undefined;
}

/** BSD's find takes its letters in one word. */
function find({ options }: GivenWords, isConfined: boolean): string | undefined {
  const word = options.find(({ name }) => isConfined && /^-[EHPXdsx]*L[EHLPXdsx]*$/.test(name));
  return word && `"${word.name}" follows links out of the granted folders; leave it out`;
}

/** Programs of the GNU binutils read more words from such a file. */
function strings({ operands, options }: GivenWords): string | undefined {
  const words = [...operands, ...options.flatMap(({ value }) => value ?? [])];
  const listed = words.find((word) => word.startsWith("@"));
  return listed && `"${listed}" is refused: it reads more words from a file; name the files`;
}

/** The text of a link counts from where the link lies, not from the working directory. */
function ln({ operands, options }: GivenWords, isConfined: boolean): string | undefined {
  const isSymbolic = options.some(({ name }) => name === "-s" || "--symbolic".startsWith(name));
  const climbs = isConfined && isSymbolic &&
    operands.find((operand) => /(?:^|\/)\.\.(?:\/|$)/.test(operand));
  return climbs ? `"${climbs}" counts from where the link lies; write it in full` : undefined;
}

/** A plain name, since shells take what two operands and variables of theirs say. */
function cd({ operands, options }: GivenWords): string | undefined {
  if (operands.length === 1 && options.length === 0 && operands[0] !== "-") return undefined;
  return "it needs one folder, written out";
}

const checks: { readonly [verb: string]: Check } = {
  sed,
  awk,
  date,
  uniq,
  tee,
  printf: printfProblem,
  test: testProblem,
  exit: numberProblem,
  return: numberProblem,
  jq,
  yq,
  make,
  curl: curlProblem,
  diff,
  zip,
  wget: schemeProblem,
  tar: ({ options }) => archiveProblem(options),
  ls,
  find,
  strings,
  ln,
  less: pager,
  more: pager,
  man: pager,
  ssh,
  scp: ssh,
  cd,
  pushd: cd,
};

/**
 * Why `verb` is refused with these words, as a clause; undefined when nothing is known against it.
 *
 * @param isConfined true where a rule confines paths
 */
export function specialProblem(
  verb: string,
  given: GivenWords,
  isConfined: boolean,
): string | undefined {
  return Object.hasOwn(checks, verb) ? checks[verb]?.(given, isConfined) || undefined : undefined;
}
