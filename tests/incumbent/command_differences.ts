/** Commands: where this program refuses what the Python program allows. */
import {
  agree,
  type Case,
  type Difference,
  documentAt,
  isText,
  ruleOf,
  servedName,
  shells,
} from "./case.ts";

/** The command, where a `shlex:` rule is about it. */
function shlexCommand({ document, call }: Case): string | undefined {
  const rule = ruleOf({ document, call });
  const arg = String(documentAt(rule, "arg") ?? "path");
  const constraint = servedName(call) === undefined ? rule : documentAt(rule, "args", "command") ??
    (arg === "command" ? documentAt(rule, "constraint") : undefined);
  const { command } = call.input;
  return isText(constraint) && constraint.startsWith("shlex:") && isText(command)
    ? command
    : undefined;
}

/** Names that lead to governance files from the folders in which commands are run. */
const governing = /[*?[]|\bstate\b|\.state|\.claude|tenuo\.yaml|(^|\s)\/(\s|$)/;

const onCommand = (holds: (command: string, verb: string) => boolean) => (one: Case) => {
  const command = shlexCommand(one);
  return command !== undefined && holds(command, command.trim().split(/\s/)[0] ?? "");
};

/** A line without what stands in quotes or behind a backslash; undefined when they stay open. */
function bare(command: string): string | undefined {
  const rest = command.replace(/\\[^]|'[^']*'|"(?:[^"\\]|\\[^])*"/g, "_");
  return /['"\\]/.test(rest) ? undefined : rest;
}

/** Blanks before a command are dropped before a rule looks at it. */
export const leadingBlanks: Difference = {
  name: "blanks before a command",
  words: "blanks before a command",
  holds: async (one) => {
    const { command } = one.call.input;
    if (!shells.includes(one.call.tool) || !isText(command) || !/^\s/.test(command)) return false;
    const plain = { ...one.call, input: { ...one.call.input, command: command.trimStart() } };
    return await agree(one, plain) && await one.here(one.call) === await one.here(plain);
  },
};

export const commandDifferences: readonly Difference[] = [
  {
    name: "words that the shell makes",
    words: "`ls *`, `ls {a,b}`, `ls ~`, `ls [ab]`, `ls =cat`",
    holds: onCommand((command) => /[*?[\]{}~]|(^|\s)[=#^]|!/.test(bare(command) ?? "")),
  },
  {
    name: "what is not closed",
    words: '`ls "a`, `ls \\`',
    holds: onCommand((command) => bare(command) === undefined),
  },
  {
    name: "programs by their path",
    words: "`./ls`, `/any/dir/ls` for `shlex:ls`",
    holds: onCommand((_, verb) => verb.includes("/")),
  },
  {
    name: "blanks and characters that are not seen",
    words: "Unicode blanks and invisible characters",
    // deno-lint-ignore no-control-regex
    holds: onCommand((command) => /[\0-\x08\x0b-\x1f\x7f-\xa0]|[^\S \t\n]|\p{Cf}/u.test(command)),
  },
  {
    name: "programs that run programs",
    words: "`env ls`",
    holds: onCommand((_, verb) => ["env", "xargs", "sudo"].includes(verb)),
  },
  {
    name: "commands that reach governance files",
    words: "governance files",
    holds: (one) => {
      const { command } = one.call.input;
      return shells.includes(one.call.tool) && isText(command) && governing.test(command) &&
        shlexCommand(one) === undefined;
    },
  },
  {
    name: "PowerShell under shlex",
    words: "`shlex:` on PowerShell",
    holds: (one) => one.call.tool === "PowerShell" && /[^\w ./:,=+-]/.test(shlexCommand(one) ?? ""),
  },
  {
    name: "command lines of servers' tools",
    words: "`shlex:` on an argument of an MCP tool",
    holds: (one) =>
      servedName(one.call) !== undefined &&
      /[*?[\]{}~^!\\'"#=]|^\S*\//.test(shlexCommand(one) ?? ""),
  },
  {
    name: "commands that are no text",
    words: "a command that is no text",
    holds: ({ call }) => shells.includes(call.tool) && !isText(call.input.command),
  },
  {
    name: "leaving the client's sandbox",
    words: "`dangerouslyDisableSandbox: true`",
    holds: ({ call }) =>
      servedName(call) === undefined && call.input.dangerouslyDisableSandbox === true,
  },
];
