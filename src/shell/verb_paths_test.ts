import { equal, match, ok } from "node:assert/strict";
import { refusal, verbsRule } from "./test_rules.ts";

const verbs =
  "ls cat head tail wc sort uniq cut tr grep egrep rg find fd sed awk du tree stat file diff echo " +
  "printf pwd date git jq touch mkdir rm cp mv ln chmod tar less python3 node test which basename cd mytool split " +
  "md5sum tac nl rev true sleep realpath comm paste ps";
const rule = verbsRule(verbs, { paths: ["/srv/sandbox", "/srv/data"] });

Deno.test("Ordinary lines inside the granted folders pass", () => {
  for (
    const line of [
      "head -n 5 sandbox/a",
      "head -5 sandbox/a",
      "head -n5 -q sandbox/a sandbox/b",
      "tail -f -n 20 sandbox/log",
      "tail -c +10 /srv/data/x",
      'grep -rn "foo(bar)" sandbox/src',
      "grep -e /etc -e b sandbox/f",
      "grep -i /etc/passwd sandbox/a sandbox/b",
      "grep --color=auto -c x sandbox/a",
      "grep -rn --include='*.ts' --exclude-dir node_modules foo sandbox",
      "grep -A3 -B 2 --context 1 foo sandbox/a",
      "egrep -o 'a|b' sandbox/x",
      'cat sandbox/a | grep -v "^#" | sort -u | head -3',
      "cat sandbox/a | rg foo",
      "cat - sandbox/a",
      "cat",
      "find sandbox -name '*.ts' -type f",
      "find sandbox ! -name '*.ts' -mtime -3 -print0",
      "find sandbox -maxdepth 2 \\( -name a -o -path /etc \\)",
      "find sandbox -newer sandbox/a -size +10k -printf '%p\\n'",
      "wc -l sandbox/a",
      "sort -k2 -t, sandbox/x",
      "sort -t ',' -k 2,2n -r sandbox/x",
      "sed -n '1,20p' sandbox/f",
      "sed -E -e 's/a/b/' -e 's/c/d/' sandbox/f",
      "awk -F: '{ print $1, $3 }' sandbox/f",
      "awk '/foo|bar/ {n++} END {print n/2}' sandbox/f",
      "ls -la sandbox",
      "ls -I node_modules sandbox/",
      "ls --sort time sandbox",
      "du -sh -d 2 sandbox",
      "tree -L 2 -I node_modules sandbox",
      "cut -d / -f 1-3 sandbox/f",
      "cat sandbox/a | tr -d /",
      'date -d yesterday "+%Y/%m"',
      "echo /etc/passwd ../..",
      "printf '%s\\n' /a/b",
      "basename /etc/x .c",
      "which node",
      "diff -u sandbox/a.txt /srv/data/b.txt",
      "diff -r --no-dereference sandbox/a sandbox/b",
      "fd --base-directory sandbox x",
      "stat -c %s sandbox/a",
      "stat -f %z sandbox/a",
      "ps aux",
      "jq -r --arg n /etc '.[] | select(.a==$n)' sandbox/x.json",
      "mkdir -p sandbox/x/y",
      "cp -r sandbox/a /srv/data/b",
      "chmod u+x sandbox/a",
      "rg -n 'x y' sandbox -g '*.ts'",
      "rg --files sandbox",
      "fd -e ts . sandbox",
      "tar -tf sandbox/a.tar",
      "tar -xf sandbox/a.tar -C sandbox",
      "python3 sandbox/x.py",
      "test -f sandbox/a",
      "cat sandbox/HEAD~1",
      "cat sandbox",
      "cat sandbox/x/../a",
      "cat -- sandbox/-n",
      "cd sandbox",
      "mytool --config=sandbox/c sandbox/a -v",
      "ls sandbox/a:b sandbox/c=d sandbox/@e",
    ]
  ) equal(refusal(line, rule), undefined, line);
});

Deno.test("Inside a granted folder nothing has to be named", () => {
  for (
    const line of [
      "ls",
      "ls -la",
      "find",
      "find . -name x",
      "du -sh",
      "tree",
      "rg foo",
      "grep -r foo",
      "git status",
      "git diff HEAD~1 -- a",
      "git commit -m 'fix: a / b\n\nmore'",
      "git log main..topic",
      "mytool -la build",
    ]
  ) {
    equal(refusal(line, rule, "/srv/sandbox/src"), undefined, line);
  }
});

Deno.test("A word that leads outside is refused, whatever its place", () => {
  const cases: readonly [line: string, reason: RegExp][] = [
    ["cat secret", /"secret" of "cat" is \/srv\/secret, outside \/srv\/sandbox and \/srv\/data/],
    ["cat /etc/passwd", /"\/etc\/passwd"/],
    ["cat sandbox/../secret", /is \/srv\/secret/],
    ["cat sandboxes", /is \/srv\/sandboxes/],
    ["cat sandbox/a /etc/passwd", /"\/etc\/passwd"/],
    ["cat 'sec''ret'", /"secret"/],
    ["cat ''", /cannot be told to name one file/],
    ["cat 'sandbox/a\tb'", /cannot be told to name one file/],
    ["cat -- -n", /"-n" of "cat"/],
    ["head -n 5 secret", /"secret"/],
    ["head --lines 5 secret", /"secret"/],
    ["head --lin=5 secret", /"secret"/],
    ["grep foo secret", /"secret"/],
    ["grep -e foo secret", /"secret"/],
    ["grep --regexp=foo secret", /"secret"/],
    ["grep -f /etc/passwd sandbox/a", /"\/etc\/passwd"/],
    ["grep -if/etc/passwd sandbox/a", /"\/etc\/passwd"/],
    ["grep --file=/etc/passwd sandbox/a", /"\/etc\/passwd"/],
    ["grep --fil=/etc/passwd x sandbox", /"\/etc\/passwd"/],
    ["grep --exclude-from /etc/x x sandbox", /"\/etc\/x"/],
    ["grep --unheard-of /etc/passwd x sandbox", /"\/etc\/passwd"/],
    ["grep --unheard-of=/etc/passwd x sandbox", /"\/etc\/passwd"/],
    ["find /etc -name x", /"\/etc"/],
    ["find sandbox /etc", /"\/etc"/],
    ["find sandbox -newer /etc/passwd", /"\/etc\/passwd"/],
    ["find sandbox -newerma /etc/passwd", /"\/etc\/passwd"/],
    ["find -f /etc", /"\/etc"/],
    ["sort --random-source=/etc/x sandbox/a", /"\/etc\/x"/],
    ["sed -n p secret", /"secret"/],
    ["awk '{print}' secret", /"secret"/],
    ["stat -f /etc", /"\/etc"/],
    ["ls -T /etc", /"\/etc"/],
    ["cp -S /etc/passwd sandbox/x", /"\/etc\/passwd"/],
    ["cp -t /etc sandbox/a", /"\/etc"/],
    ["cp --target-directory=/etc sandbox/a", /"\/etc"/],
    ["ln -s /etc/passwd sandbox/x", /"\/etc\/passwd"/],
    ["touch -r /etc/passwd sandbox/a", /"\/etc\/passwd"/],
    ["date -r /etc/passwd", /"\/etc\/passwd"/],
    ["jq . secret.json", /"secret.json"/],
    ["rg foo secret", /"secret"/],
    ["rg -f secret sandbox", /"secret"/],
    ["fd . /etc", /"\/etc"/],
    ["tar -xf /etc/a.tar -C sandbox", /"\/etc\/a.tar"/],
    ["tar -xf sandbox/a.tar -C /etc", /"\/etc"/],
    ["du -X secret sandbox", /"secret"/],
    ["mytool build", /"build"/],
    ["mytool --config=/etc/x", /"\/etc\/x"/],
    ["mytool -f/etc/x", /"\/etc\/x"/],
    ["mytool if=/etc/x", /"\/etc\/x"|"if=\/etc\/x"/],
    ["mytool @/etc/x", /"@\/etc\/x"|"\/etc\/x"/],
    ["mytool sandbox/a:/etc/x", /"\/etc\/x"/],
    ["mytool -- -x", /"-x"/],
    ["cd ..", /"\.\." of "cd" is \//],
    ["cat sandbox/a | cat secret", /"secret"/],
    ["true && cat secret", /"secret"/],
  ];
  for (const [line, reason] of cases) {
    const message = refusal(line, rule);
    ok(message !== undefined, `${line} is granted`);
    match(message, reason, line);
  }
});

Deno.test("What works on the working directory needs it granted", () => {
  for (
    const line of [
      "ls",
      "ls -la",
      "find",
      "find -name x",
      "du",
      "tree",
      "rg foo",
      "grep -r foo",
      "fd foo",
      "git status",
      "tar -xf sandbox/a.tar",
      "split",
    ]
  ) {
    const message = refusal(line, rule);
    ok(message !== undefined, `${line} is granted`);
    match(
      message,
      /works on the working directory \/srv, outside \/srv\/sandbox and \/srv\/data/,
    );
  }
});

Deno.test("Following links and code on the command line lead out of the folders", () => {
  const cases: readonly [line: string, reason: RegExp][] = [
    ["grep -R foo sandbox", /"-R" of "grep" is refused: it follows links/],
    ["grep --deref foo sandbox", /"--deref\S*" of "grep" is refused: it follows links/],
    ["find -L sandbox", /"-L" of "find" is refused: it follows links/],
    ["find sandbox -follow", /"-follow" of "find" is refused: it follows links/],
    ["rg -nL foo sandbox", /"-L" of "rg" is refused: it follows links/],
    ["tree -l sandbox", /"-l" of "tree" is refused: it follows links/],
    ["du -shL sandbox", /"-L" of "du" is refused: it follows links/],
    ["cp -rL sandbox/a sandbox/b", /"-L" of "cp" is refused: it follows links/],
    ["diff -r sandbox/a sandbox/b", /"-r" follows links out of the granted folders; add --no/],
    ["python3 -c 'x' sandbox/a", /"-c" of "python3" is refused: its code can open any file/],
    ["node -pe 'x'", /"-p" of "node" is refused: its code can open any file/],
    ["node --eval=x", /"--eval" of "node" is refused/],
  ];
  for (const [line, reason] of cases) match(refusal(line, rule) ?? "granted", reason, line);
  for (const line of ["grep -R foo x", "node -e 'x'", "find -L x", "cat /etc/passwd", "ls"]) {
    equal(refusal(line, verbsRule(verbs)), undefined, line);
  }
});

Deno.test("The root folder as a root grants every path", () => {
  equal(refusal("cat /etc/passwd", verbsRule("cat", { paths: ["/"] })), undefined);
});
