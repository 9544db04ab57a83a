/** What is known of single programs beyond their options: scripts, assignments, second operands. */
import { awkProblem } from "./awk_program.ts";
import { sedProblem } from "./sed_script.ts";
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

/** Shells read the name behind `-v` as an expression, which can run a command. */
function variable({ operands, options }: GivenWords): string | undefined {
  const isNamed = operands.includes("-v") || options.some(({ name }) => name.startsWith("-v"));
  return isNamed ? '"-v" is refused: the shell evaluates the name behind it' : undefined;
}

function jq({ operands }: GivenWords): string | undefined {
  const loads = operands.some((operand) => /\b(?:import|include)\b/.test(operand));
  return loads ? '"import" and "include" are refused: they read other files' : undefined;
}

function yq({ operands }: GivenWords): string | undefined {
  const loads = operands.some((operand) => /\bload|\bstrload/.test(operand));
  return loads ? '"load" is refused: it reads other files' : undefined;
}

function make({ operands }: GivenWords): string | undefined {
  const set = operands.find((operand) => operand.includes("="));
  return set && `"${set}" is refused: a variable can name a program that is run`;
}

/** Whether a value of curl names a file that is read or sent. */
function namesFile(name: string, value: string): boolean {
  if (/^(?:-F|--form)$/.test(name)) return /=[@<]/.test(value);
  if (name === "--data-urlencode") return /^[^=]*@/.test(value);
  if (/^(?:-b|--cookie)$/.test(name)) return !value.includes("=");
  return /^(?:-[dHw]|--(?:data|data-ascii|data-binary|json|header|write-out|url))$/.test(name) &&
    value.startsWith("@");
}

function curl(given: GivenWords): string | undefined {
  const unknown = given.options.find(({ kind }) => kind === "unknown");
  if (unknown !== undefined) return `"${unknown.name}" is refused: it is not known to be harmless`;
  const file = given.options.find(({ name, value }) => namesFile(name, value ?? "="));
  if (file !== undefined) {
    return `"${file.name} ${file.value}" is refused: it sends or reads a file`;
  }
  return scheme(given);
}

function scheme({ operands, options }: GivenWords): string | undefined {
  const given = [
    ...operands,
    ...options.flatMap(({ name, value }) => name === "--url" ? value ?? [] : []),
  ];
  const other =
    given.find((operand) => /^[\w+.-]+:\/\//.test(operand) && !/^https?:/i.test(operand)) ??
      given.find((operand) => /^file:/i.test(operand));
  return other && `"${other}" is refused: only http and https are known to open no file`;
}

function tar({ operands, options }: GivenWords): string | undefined {
  const [first = ""] = operands;
  const isOldStyle = /^[A-Za-z]+$/.test(first) &&
    !options.some(({ name }) => /^-[cxtruA]$/.test(name));
  if (isOldStyle && /[IFT]/.test(first)) return `"${first}" is refused: it can run another program`;
  const remote = values({ operands, options, hasUnknown: false }, "-f", "--file").find((it) =>
    it.includes(":")
  );
  return remote && `"${remote}" is refused: a name with ":" is read from another machine`;
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
  printf: variable,
  test: variable,
  jq,
  yq,
  make,
  curl,
  diff,
  zip,
  wget: scheme,
  tar,
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
