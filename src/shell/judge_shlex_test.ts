import { equal, match, ok } from "node:assert/strict";
import fc from "fast-check";
import { matchesShlex } from "../constraints/shlex.ts";
import type { CommandRule } from "./command_rule.ts";
import { refusal } from "./test_rules.ts";

const rule: CommandRule = {
  form: "shlex",
  entries: [
    ["ls"],
    ["pwd"],
    ["echo"],
    ["git", "status"],
    ["git", "log"],
    ["npm", "run", "build"],
    [
      "/opt/x/run",
    ],
    ["env"],
    ["time"],
    ["sudo", "reboot"],
    ["command"],
  ],
};

function refusedFor(line: string, reason: RegExp): void {
  const message = refusal(line, rule);
  ok(message !== undefined, `${JSON.stringify(line)} is granted`);
  match(message, reason);
}

Deno.test("One plain command of the list is granted", () => {
  for (
    const line of [
      "ls",
      "   ls",
      "ls\t-la  ",
      "ls -la /etc",
      "echo 'a b' \"c\"",
      "echo a\\ b",
      "echo HEAD~1 HEAD^ a,b a:b @x 50% a+b",
      "echo # a comment",
      "git status",
      "git status -s",
      "git log --oneline HEAD~3",
      "npm run build --silent",
      "/opt/x/run fast",
      "env",
      "time",
      "env --version",
      "command -v git",
      "sudo reboot now",
      "echo \u00e9t\u00e9",
    ]
  ) equal(refusal(line, rule), undefined, line);
});

Deno.test("Everything else is refused with its reason", () => {
  const cases: readonly [line: string, reason: RegExp][] = [
    ["id", /"id" is not granted; the rule lists ls, pwd, echo, git status/],
    ["/bin/ls", /"\/bin\/ls" is not granted/],
    ["./ls", /"\.\/ls" is not granted/],
    ["run", /"run" is not granted/],
    ["l's'", /written with quotes/],
    ['"ls"', /written with quotes/],
    ["\\ls", /written with quotes/],
    ["git", /"git" is not granted; the rule lists git status, git log/],
    ["git push", /"git push" is not granted/],
    ["git -c x status", /with nothing between the words/],
    ["git --no-pager status", /with nothing between the words/],
    ["npm run", /with nothing between the words/],
    ["ls; id", /has ";", which shlex refuses even in quotes/],
    ["echo 'a;b'", /has ";"/],
    ["echo '$x'", /has "\$"/],
    ["echo 'a`b'", /has "`"/],
    ["ls 2>&1", /has ">"/],
    ["ls && pwd", /has "&&"/],
    ["ls | pwd", /has "\|"/],
    ["(ls)", /has "\("/],
    ["ls\npwd", /has U\+000A/],
    ["echo 'a\nb'", /has U\+000A/],
    ["ls \x07", /has U\+0007/],
    ["ls\u00a0-l", /has U\+00A0/],
    ["echo 'a\u2028b'", /has U\+2028/],
    ["ls *", /"\*" stands for file names/],
    ["ls {a,b}", /brace expansion/],
    ["ls ~", /home directory/],
    ["A=1 ls", /"A=" before the program/],
    ["echo 'a", /never closed/],
    ["env ls", /"env" would run what its words name/],
    ["env A=1 ls", /"env" would run/],
    ["time ls", /"time" would run/],
    ["command ls", /"command" would run/],
    ["command -p ls", /"command" would run/],
    ["sudo id", /"sudo id" is not granted/],
    ["sudo -u x reboot", /with nothing between the words/],
    ["", /is empty/],
    ["x".repeat(1 << 20), /at most 65536/],
  ];
  for (const [line, reason] of cases) refusedFor(line, reason);
});

Deno.test("A program by which others are run needs them named in the rule", () => {
  for (
    const program of ["xargs", "nohup", "timeout", "eval", "exec", "source", "busybox", "nice"]
  ) {
    const alone: CommandRule = { form: "shlex", entries: [[program]] };
    equal(refusal(program, alone), undefined);
    match(refusal(`${program} ls`, alone) ?? "", /would run what its words name/);
    const open: CommandRule = { form: "shlex", entries: [[program, "-n"]] };
    match(refusal(`${program} -n ls`, open) ?? "", /would run what its words name/);
  }
});

Deno.test("It is never looser than the wire constraint", () => {
  const entries = [["ls"], ["echo"], ["/bin/ls"]];
  const allow = entries.map(([program]) => program as string);
  let granted = 0;
  const character = fc.constantFrom(..."ls echo/bin.'\"\\-;|&$<>()*~=#\n\t\u00a0\u0085\x07\x7f\r");
  const text = fc.oneof(
    fc.string({ unit: "binary", maxLength: 12 }),
    fc.array(character, { maxLength: 12 }).map((parts) => parts.join("")),
  );
  fc.assert(
    fc.property(fc.constantFrom("ls ", "echo ", " ls\t", "/bin/ls ", ""), text, (start, end) => {
      if (refusal(start + end, { form: "shlex", entries }) !== undefined) return;
      granted++;
      ok(matchesShlex(allow, start + end), JSON.stringify(start + end));
    }),
    { numRuns: 5000 },
  );
  ok(granted > 300, `only ${granted} lines were granted`);
});
