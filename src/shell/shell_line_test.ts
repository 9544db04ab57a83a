import { deepEqual, equal, match, ok } from "node:assert/strict";
import { longestLine, readShellLine } from "./shell_line.ts";

function words(line: string): string[][] {
  const commands = readShellLine(line);
  ok(typeof commands !== "string", `${JSON.stringify(line)}: ${commands}`);
  return commands.map(({ words }) => words.map(({ text }) => text));
}

function refusedFor(line: string, reason: RegExp): void {
  const commands = readShellLine(line);
  ok(typeof commands === "string", `${JSON.stringify(line)} was read`);
  match(commands, reason, JSON.stringify(line));
}

Deno.test("Words are read with their quotes and escapes", () => {
  const cases: readonly [line: string, words: readonly string[]][] = [
    ["   ls", ["ls"]],
    ["ls\t-la  ", ["ls", "-la"]],
    ["ls a\\ b", ["ls", "a b"]],
    ["echo 'a''b'", ["echo", "ab"]],
    ["echo 'a\\'", ["echo", "a\\"]],
    ["echo \"a; b\" '$(id)' '`id`'", ["echo", "a; b", "$(id)", "`id`"]],
    ['echo "\\"\\\\\\$\\`\\a"', ["echo", '"\\$`\\a']],
    ["echo '' \"\"", ["echo", "", ""]],
    ["echo a'b c'd", ["echo", "ab cd"]],
    ["git show HEAD~1 HEAD^ a~b", ["git", "show", "HEAD~1", "HEAD^", "a~b"]],
    ["find . ! -name x", ["find", ".", "!", "-name", "x"]],
    ["echo a!b !! then done in", ["echo", "a!b", "!!", "then", "done", "in"]],
    ["echo a=b --x=y x==y", ["echo", "a=b", "--x=y", "x==y"]],
    ["echo a#b # and 'the rest", ["echo", "a#b"]],
    ["echo \\* \\$ \\# \\~ \\=", ["echo", "*", "$", "#", "~", "="]],
    ["echo \u65e5\u672c \u00e9t\u00e9 \u043f\u0440 \ud83d\ude00", [
      "echo",
      "\u65e5\u672c",
      "\u00e9t\u00e9",
      "\u043f\u0440",
      "\ud83d\ude00",
    ]],
    ["git commit -m 'one\n\ntwo\tthree'", ["git", "commit", "-m", "one\n\ntwo\tthree"]],
    ["echo 'a\u00a0b'", ["echo", "a\u00a0b"]],
  ];
  for (const [line, expected] of cases) deepEqual(words(line), [expected], line);
});

Deno.test("Commands are read with their operators and redirections to nothing", () => {
  const commands = readShellLine("a b|c&&d || e; f 2>/dev/null >&2;");
  ok(typeof commands !== "string");
  deepEqual(commands.map(({ after, discards }) => [after, discards]), [
    [undefined, []],
    ["|", []],
    ["&&", []],
    ["||", []],
    [";", ["2>/dev/null", ">&2"]],
  ]);
  deepEqual(words("ls a2>/dev/null </dev/null"), [["ls", "a2"]]);
  deepEqual(words("ls > /dev/null 2>&1"), [["ls"]]);
});

Deno.test("What shells act on or read differently is refused with its reason", () => {
  const cases: readonly [line: string, reason: RegExp][] = [
    ["", /is empty/],
    [" \t", /is empty/],
    ["# only a comment", /is empty/],
    ["echo $HOME", /"\$" stands for a value/],
    ['echo "$(id)"', /"\$" stands for a value/],
    ["echo $'a'", /"\$" stands for a value/],
    ['echo $"a"', /"\$" stands for a value/],
    ["echo `id`", /backquote runs/],
    ['echo "`id`"', /backquote runs/],
    ["(ls)", /"\(" begins a subshell/],
    ["ls )", /"\)" ends a subshell/],
    ["diff <(a) b", /"<\(" is a redirection/],
    ["cat <<X", /"<<" is a redirection/],
    ["ls > x", /"> " is a redirection/],
    ["ls 2>x", /"2>x" is a redirection/],
    ["ls 3>/dev/null", /"3>\/" is a redirection/],
    ["ls </etc/passwd", /"<\/" is a redirection/],
    ["ls >/dev/null2", /">\/" is a redirection/],
    ["ls >|x", /">\|" is a redirection/],
    ["ls &>/dev/null", /"&>" is a redirection/],
    [">/dev/null ls", /before the program/],
    ["ls >/dev/null >/dev/null", /redirects twice/],
    ["ls >/dev/null | cat", /zsh sends redirected output/],
    ["ls | cat </dev/null", /zsh reads the pipe and the file/],
    ["ls *", /"\*" stands for file names/],
    ["ls a?", /"\?" stands for file names/],
    ["ls [a]", /"\[" begins a file name pattern/],
    ["ls a]", /"\]" ends a file name pattern/],
    ["ls {a,b}", /"\{" begins a brace expansion/],
    ["echo }", /"\}" ends a brace expansion/],
    ["echo =ls", /zsh reads "="/],
    ['echo ""=ls', /zsh reads "="/],
    ["FOO=1 ls", /"FOO=" before the program/],
    ["a+=1 ls", /"a\+=" before the program/],
    ["ls ~", /"~" here stands for a home directory/],
    ["ls ''~", /"~" here stands for a home directory/],
    ["ls --x=~/a", /"~" here stands for a home directory/],
    ["ls a:~", /"~" here stands for a home directory/],
    ["! ls", /"!" is a word of the shell's own language/],
    ["if ls", /"if" is a word of the shell's own language/],
    ["a && while b", /"while" is a word of the shell's own language/],
    ["- ls", /"-" is a word of the shell's own language/],
    ["ls &", /in the background/],
    ["ls & id", /in the background/],
    ["ls |& cat", /no pipe in sh/],
    ["ls |", /No command follows "\|"/],
    ["ls && ", /No command follows "&&"/],
    ["; ls", /No command stands before ";"/],
    ["ls ;; id", /No command follows ";"/],
    ["ls\nid", /line feed ends a command/],
    ["ls # a\nid", /line feed ends a command/],
    ["ls \\\nid", /joins two lines/],
    ['echo "a\\\nb"', /joins two lines/],
    ["ls \\", /backslash ends the command/],
    ["echo 'a", /single quote is never closed/],
    ['echo "a', /double quote is never closed/],
    ["ls\0", /U\+0000/],
    ["ls\r", /U\+000D/],
    ["ls '\x1b'", /U\+001B/],
    ["ls \u0085x", /U\+0085/],
    ["ls\u00a0x", /U\+00A0/],
    ["ls\u3000x", /U\+3000/],
    ["ls \u2028x", /U\+2028/],
    ["ls '\u2029'", /U\+2029/],
    ["ls a\u200bb", /U\+200B/],
    ["ls 'a\u202eb'", /U\+202E/],
    ["ls \ufeffx", /U\+FEFF/],
    ["ls \u3164", /U\+3164/],
    ["ls \ud800", /U\+D800/],
  ];
  for (const [line, reason] of cases) refusedFor(line, reason);
});

Deno.test("A line is refused on its length before it is read", () => {
  deepEqual(words(`ls ${"a".repeat(longestLine - 3)}`)[0]?.length, 2);
  refusedFor(`ls ${"a".repeat(longestLine - 2)}`, /at most 65536 are read/);
  refusedFor("\0".repeat(1 << 20), /1048576 characters long/);
  equal(longestLine, 65536);
});
