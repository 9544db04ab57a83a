/** Judges a command line by rules for single programs and for how they may be put together. */
import type { CommandRule, Composition, VerbRule } from "./command_rule.ts";
import { tarWords } from "./archive_words.ts";
import { gitGrammar, gitProblem, subcommandAt } from "./git_words.ts";
import type { CommandPlace, CommandProblem } from "./judge_command.ts";
import { grammarOf, tableName } from "./known_verbs.ts";
import { list, tidy } from "./line_reasons.ts";
import { type LineCommand, type Operator, readShellLine } from "./shell_line.ts";
import { dangerousFlag, deniedFlag } from "./verb_flags.ts";
import { givenWords, type VerbGrammar } from "./verb_grammar.ts";
import { metProblem, movesLinks } from "./met_links.ts";
import { confinementProblem } from "./verb_paths.ts";
import { specialProblem } from "./verb_special.ts";
import { wrapperProblem } from "./wrappers.ts";

type VerbsRule = Extract<CommandRule, { form: "verbs" }>;

const operators: { readonly [operator in Operator]: Composition } = {
  "|": "pipe",
  "&&": "and",
  "||": "or",
  ";": "semicolon",
};

// What follows these in a line would be judged in another folder than it runs in.
const moving = new Set(["cd", "chdir", "pushd", "popd"]);

// They change what later words of the line mean, or read theirs as expressions.
const changing = new Set(
  ("alias autoload bind declare disable enable export float functions getopts hash history integer let local " +
    "mapfile print read readarray readonly set setopt shopt typeset umask unalias unset unsetopt vared wait zcompile zmodload " +
    "zle zstyle").split(" "),
);

function listed(rule: VerbsRule): string {
  const verbs = Object.keys(rule.verbs);
  return verbs.length === 0 ? "no program" : list(verbs);
}

/** Why the line is not what the rule grants; undefined when it is. Never throws. */
export function verbsProblem(
  line: string,
  rule: VerbsRule,
  place: CommandPlace,
): CommandProblem | undefined {
  const commands = readShellLine(line);
  if (typeof commands === "string") return { message: commands };
  const message = compositionProblem(commands, rule);
  if (message !== undefined) return { message: tidy(message) };
  let mover: string | undefined;
  for (const command of commands) {
    const problem = commandProblem(command, rule, place) ??
      (mover === undefined ? undefined : movedProblem(command, rule, mover));
    if (problem !== undefined) return { ...problem, message: tidy(problem.message) };
    mover ??= movesLinks(command.words.map(({ text }) => text), place);
  }
  return undefined;
}

/** Where links have come to is not known before the command that moves them has run. */
function movedProblem(
  { words }: LineCommand,
  rule: VerbsRule,
  mover: string,
): CommandProblem | undefined {
  const program = words[0]?.text ?? "";
  const verb = rule.verbs[program] as VerbRule;
  const kind = grammarOf(tableName(program))?.operands;
  if (verb.paths === undefined || kind === "none") return undefined;
  if (words.slice(1).every(({ text }) => text.startsWith("-"))) return undefined;
  const message =
    `"${mover}" can put links where "${program}" follows them; run "${program}" by itself`;
  return { message, reference: { rule: verb.rule, line: verb.line } };
}

function compositionProblem(commands: readonly LineCommand[], rule: VerbsRule): string | undefined {
  const granted = rule.compose.length === 0 ? "nothing" : rule.compose.join(", ");
  for (const { words, after, discards } of commands) {
    if (after !== undefined && !rule.compose.includes(operators[after])) {
      return `"${after}" needs "${operators[after]}" in compose, which lists ${granted}; ` +
        "run the commands one by one";
    }
    if (discards.length > 0 && !rule.compose.includes("discard")) {
      return `"${discards[0]}" needs "discard" in compose, which lists ${granted}; leave it out`;
    }
    const program = words[0]?.text ?? "";
    if (commands.length > 1 && moving.has(program)) {
      return `"${program}" changes where the rest of the line runs; run it by itself`;
    }
  }
  return undefined;
}

function commandProblem(
  command: LineCommand,
  rule: VerbsRule,
  place: CommandPlace,
): CommandProblem | undefined {
  const { words } = command;
  const program = words[0]?.text ?? "";
  if (!Object.hasOwn(rule.verbs, program)) {
    return { message: `"${program}" is not granted; the rule lists ${listed(rule)}` };
  }
  const verb = rule.verbs[program] as VerbRule;
  const message = words[0]?.isQuoted === true
    ? `The program "${program}" is written with quotes; write it plainly`
    : changing.has(program)
    ? `"${program}" changes the shell or evaluates its words; run a program instead`
    : wrapperProblem(words, 1) ??
      wordsProblem(
        program,
        words.slice(1).map(({ text }) => text),
        verb,
        place,
        command.after === "|",
      );
  return message === undefined
    ? undefined
    : { message, reference: { rule: verb.rule, line: verb.line } };
}

function wordsProblem(
  program: string,
  words: readonly string[],
  verb: VerbRule,
  place: CommandPlace,
  isPiped: boolean,
): string | undefined {
  const subcommand = verb.subcommands?.find((it) => it.every((word, at) => words[at] === word));
  if (verb.subcommands !== undefined && subcommand === undefined) {
    const granted = list(verb.subcommands.map((it) => `${program} ${it.join(" ")}`));
    const longest = Math.max(...verb.subcommands.map((it) => it.length));
    return `"${
      [program, ...words.slice(0, longest)].join(" ")
    }" is not granted; the rule lists ${granted}, ` +
      "with nothing between the words";
  }
  const name = tableName(program);
  const [grammar, from] = name === "git"
    ? gitWords(words)
    : [grammarOf(name), subcommand?.length ?? 0] as const;
  const read = name === "tar" ? tarWords(words) : words;
  if (typeof read === "string") return `"${program}": ${read}`;
  const given = givenWords(read.slice(from), grammar ?? {});
  const denied = deniedFlag(words, given, verb.denyFlags ?? [], grammar);
  if (denied !== undefined) {
    return `"${denied}" of "${program}" is refused by the rule; leave it out`;
  }
  const danger = dangerousFlag(given, grammar ?? {}, verb.paths !== undefined);
  if (danger !== undefined) {
    return `"${danger[0]}" of "${program}" is refused: ${danger[1]}; leave it out`;
  }
  const special = name === "git"
    ? gitProblem(words, verb.paths === undefined ? place : undefined)
    : specialProblem(name, given, verb.paths !== undefined);
  if (special !== undefined) return `"${program}": ${special}`;
  if (verb.paths === undefined) return undefined;
  const confinement = { program, roots: verb.paths, place };
  return confinementProblem(given, grammar, confinement, isPiped) ??
    metProblem(name, given, confinement);
}

/** How git reads what follows its subcommand, and where that begins. */
function gitWords(words: readonly string[]): readonly [VerbGrammar, number] {
  const at = subcommandAt(words);
  return [gitGrammar(words[at] ?? ""), at < 0 ? words.length : at + 1];
}
