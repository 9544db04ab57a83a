/** Why the words of a git command are refused, beyond what a rule says of subcommands and options. */
import type { CommandPlace } from "./judge_command.ts";
import { givenWords, type VerbGrammar } from "./verb_grammar.ts";

const runs = "it can run another program";
const elsewhere = "it works on another repository, whose settings can run programs";
const writes = "it writes a file";
const reads = "it reads a file whose content cannot be judged";
const outside = "it reads files outside the repository";

const harmlessGlobals = new Set(
  ("--no-pager -P --version -v --help -h --no-optional-locks --literal-pathspecs --glob-pathspecs " +
    "--noglob-pathspecs --icase-pathspecs --no-replace-objects --no-lazy-fetch --bare").split(" "),
);
const globals: { readonly [option: string]: string } = {
  "-c": runs,
  "--config-env": runs,
  "--exec-path": runs,
  "-p": "it runs a pager",
  "--paginate": "it runs a pager",
  "-C": elsewhere,
  "--git-dir": elsewhere,
  "--work-tree": elsewhere,
};

const dangers: { readonly [option: string]: string } = {
  "--ext-diff": runs,
  "--no-index": outside,
  "--output": writes,
  "--output-directory": writes,
  "--open-files-in-pager": runs,
  "--upload-pack": runs,
  "--receive-pack": runs,
  "--exec": runs,
  "--extcmd": runs,
  "--config": runs,
  "--template": runs,
  "--pathspec-from-file": "it reads file names from a file",
};
const showing =
  "diff log show whatchanged format-patch range-diff diff-tree diff-index diff-files stash reflog";
const orders = "it reads an order file or runs a pager";
const more: { readonly [subcommand: string]: { readonly [option: string]: string } } = {
  blame: { "--contents": reads, "-S": reads, "--ignore-revs-file": reads },
  annotate: { "--contents": reads, "-S": reads, "--ignore-revs-file": reads },
  grep: { "-O": orders, "-f": "it reads a file" },
  archive: { "-o": writes, "--add-file": reads, "--remote": elsewhere },
  "format-patch": { "-o": writes },
  clone: { "-c": runs, "-u": runs },
  "ls-remote": {},
  rebase: { "-x": runs },
  difftool: { "-x": runs },
  commit: { "-t": "it reads a file" },
};
const running: { readonly [subcommand: string]: string | undefined } = {
  difftool: runs,
  mergetool: runs,
  "filter-branch": runs,
  instaweb: runs,
  daemon: "it serves files",
  shell: runs,
  hook: runs,
  maintenance: runs,
  "send-email": runs,
  "credential-store": "it reads passwords",
  credential: "it reads passwords",
};
const nested: { readonly [subcommand: string]: string } = { bisect: "run", submodule: "foreach" };

/** Options that git knows beside those, so that they are not taken for abbreviations. */
const common: VerbGrammar = {
  flags: "abdefhijklpqrstvwxyzABDEFHNPRWX0123456789",
  optional: "BCMSuU",
  long:
    "no-ext-diff textconv no-textconv output-indicator-new output-indicator-old template-dir exclude " +
    "exclude-standard execute no-verify not ours cached staged stat name-only name-status oneline all graph format " +
    "pretty abbrev color decorate count contains patch patch-with-stat",
  dangers,
};

/** Positions of the words behind the subcommand that are text: messages, authors and searches. */
export function gitGrammar(subcommand: string): VerbGrammar {
  const isMessage = /^(?:commit|tag|merge|notes)$/.test(subcommand);
  const isShowing = showing.split(" ").includes(subcommand) || subcommand === "shortlog";
  return {
    ...common,
    flags: `${common.flags}${isMessage ? "" : "m"}${isShowing ? "" : "cGnLolTV"}`,
    values: isMessage ? "mc" : isShowing ? "SGnLl" : "",
    files: /^(?:commit|tag|merge|notes)$/.test(subcommand) ? "F" : "",
    longValues:
      "message author date since until after before grep committer max-count skip diff-filter sort",
    permutes: true,
    operands: "wide",
    dangers: {
      ...dangers,
      ...(isShowing ? { "-O": orders } : {}),
      ...(Object.hasOwn(more, subcommand) ? more[subcommand] : {}),
    },
    usesCwd: true,
  };
}

/** Where the subcommand stands in `words`, the words after `git`; -1 when there is none. */
export function subcommandAt(words: readonly string[]): number {
  return words.findIndex((word) => !word.startsWith("-"));
}

/** Whether the subcommand writes files of the repository, links among them, into the working tree. */
export function gitCreatesFiles(subcommand: string): boolean {
  return /^(?:checkout|switch|restore|reset|merge|pull|rebase|stash|cherry-pick|revert|am|apply|clone|submodule|worktree|read-tree|checkout-index|mv)$/
    .test(subcommand);
}

/**
 * Why these words after `git` are refused, as a clause; undefined when nothing is known.
 *
 * @param place undefined where a rule confines every path
 */
export function gitProblem(
  words: readonly string[],
  place: CommandPlace | undefined,
): string | undefined {
  const at = subcommandAt(words);
  for (const word of at < 0 ? words : words.slice(0, at)) {
    if (harmlessGlobals.has(word)) continue;
    const name = word.replace(/=.*$/s, "");
    return `"${name}" before the subcommand is refused: ${
      Object.hasOwn(globals, name) ? globals[name] : "it is not known to be harmless"
    }`;
  }
  if (at < 0) return undefined;
  const subcommand = words[at] as string;
  const rest = words.slice(at + 1);
  if (Object.hasOwn(running, subcommand)) {
    return `"${subcommand}" is refused: ${running[subcommand]}`;
  }
  if (Object.hasOwn(nested, subcommand) && rest.includes(nested[subcommand] as string)) {
    return `"${subcommand} ${nested[subcommand]}" is refused: ${runs}`;
  }
  return subcommand === "config"
    ? configProblem(rest)
    : subcommand === "diff" && place !== undefined
    ? diffProblem(rest, place)
    : undefined;
}

/** Two words alone, one of them outside the repository, are files that git diff compares wherever they lie. */
function diffProblem(rest: readonly string[], { cwd, resolve }: CommandPlace): string | undefined {
  const first = rest.findIndex((word) => !word.startsWith("-") || word === "--");
  const pair = first < 0 ? [] : rest.slice(rest[first] === "--" ? first + 1 : first);
  if (pair.length !== 2) return undefined;
  const far = pair.find((word) => {
    try {
      const path = resolve(cwd, word);
      return path !== cwd && !path.startsWith(`${cwd}/`);
    } catch {
      return true;
    }
  });
  return far && `"diff ${pair.join(" ")}" is refused: it may read files outside the repository; ` +
      'write what to compare with, as in "git diff HEAD -- PATH PATH"';
}

/** Settings can name programs: they may be read, not written. */
function configProblem(rest: readonly string[]): string | undefined {
  const { options, operands } = givenWords(rest, {});
  const file = options.find(({ name }) => /^(?:-f|--file|--blob)$/.test(name));
  if (file !== undefined) return `"${file.name}" of "config" is refused: ${elsewhere}`;
  const isReading = options.some(({ name }) => /^(?:--get.*|--list|-l)$/.test(name)) ||
    /^(?:get|list)$/.test(operands[0] ?? "");
  const isWriting =
    options.some(({ name }) => /^(?:-e|--(?:ed|un|ad|rep|rem|ren).*)$/.test(name)) ||
    /^(?:set|unset|edit|remove-section|rename-section)$/.test(operands[0] ?? "");
  if (!isWriting && (isReading || operands.length < 2)) return undefined;
  return '"config" may only read settings: what they name is run; write "git config --get NAME"';
}
