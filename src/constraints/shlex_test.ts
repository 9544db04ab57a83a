import { ok } from "node:assert/strict";
import fc from "fast-check";
import { rule } from "../../tests/conformance/minted.ts";
import { matchesShlex } from "./shlex.ts";

const allow = ["ls", "git", "/usr/bin/env", "npm-run"];

Deno.test("A simple command of a listed program", () => {
  for (
    const command of [
      "ls",
      "ls -la /tmp",
      "  ls  ",
      "\tls\t-l",
      "git commit -m 'a b'",
      "/usr/bin/env",
      "/usr/bin/env x",
      "/bin/ls",
      "./ls",
      "/any/where/git status",
      "npm-run x",
      "ls\u00a0-l",
      "ls\u2003-l",
      "ls\u3000-l",
      "ls\u0085-l",
      "ls\u2028-l",
      "ls *.txt ~ {a,b} #c",
      'ls "unbalanced',
      "ls \\x",
      "ls \u00e9\u{1f600}",
      "ls -- ../..",
      "ls \x1b[31m",
    ]
  ) ok(matchesShlex(allow, command), JSON.stringify(command));
});

const dangerous = "\0\n\r\v\f\x07\b\x7f$`|&;<>()";

Deno.test("Any character a shell acts on, quoted or not", () => {
  for (const character of dangerous) {
    for (
      const command of [`ls ${character}`, `ls '${character}'`, `${character}ls`, `ls${character}`]
    ) {
      ok(!matchesShlex(allow, command), JSON.stringify(command));
    }
  }
  for (
    const command of ["ls; id", "ls|sh", "ls && id", "ls $(id)", "ls `id`", "ls > f", "ls\nid"]
  ) {
    ok(!matchesShlex(allow, command), JSON.stringify(command));
  }
});

Deno.test("Another program, or one that is not what it seems", () => {
  for (
    const command of [
      "",
      " ",
      "\u2003",
      "lsx",
      "xls",
      "LS",
      "rm ls",
      "sudo ls",
      "env ls",
      "FOO=1 ls",
      "'ls'",
      '"ls"',
      "\\ls",
      "l\\s",
      "ls\u200b",
      "\ufeffls",
      "ls/",
      "/bin/",
      "ls/x",
      "../ls",
      "/bin/../ls",
      "..ls",
      "ls..",
      "/usr/bin/enviro",
      "~/ls/x",
      "-ls",
    ]
  ) ok(!matchesShlex(allow, command), JSON.stringify(command));
});

Deno.test("A listed path does not list its name", () => {
  ok(matchesShlex(["/usr/bin/env"], "/usr/bin/env"));
  ok(!matchesShlex(["/usr/bin/env"], "env"));
  ok(!matchesShlex(["/usr/bin/env"], "/bin/env"));
});

Deno.test("Malformed lists and other arguments deny", () => {
  for (const list of [undefined, null, "ls", 5, rule({ 0: "ls" }), [], [["ls"]], [null]]) {
    ok(!matchesShlex(list, "ls"));
  }
  for (const argument of [null, 5, true, ["ls"], rule({}), { float: 1 }]) {
    ok(!matchesShlex(allow, argument));
  }
});

Deno.test("Whatever is allowed has a listed program first and no character of a shell", () => {
  const piece = fc.constantFrom(
    "ls",
    "git",
    "rm",
    " ",
    "\t",
    ";",
    "|",
    "$",
    "\n",
    "/",
    "..",
    "'",
    "-l",
    "\u2003",
    "x",
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
      const command = pieces.join("");
      if (!matchesShlex(["ls", "git"], command)) return;
      ok(/^\s*([^\s]*\/)?(ls|git)(\s|$)/u.test(command), command);
      ok([...dangerous].every((character) => !command.includes(character)), command);
    }),
    { numRuns: 20_000 },
  );
});
