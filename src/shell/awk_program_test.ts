import { equal, match, ok } from "node:assert/strict";
import fc from "fast-check";
import { awkProblem } from "./awk_program.ts";

Deno.test("Programs that only read their input and print pass", () => {
  for (
    const program of [
      "{print $1}",
      "{ print $1, $3 }",
      "$3 > 100 {print $1}",
      "/foo|bar/ {n++} END {print n/2}",
      "NR==1 || NR>5",
      '{s+=$1} END {printf "%.2f\\n", s/NR}',
      "length($0) > 80",
      '{gsub(/"/, ""); print}',
      "!seen[$0]++",
      'BEGIN{FS=","; OFS="|"} {print $2}',
      "{a[$1]=a[$1] $2} END{for (k in a) print k, a[k]}",
      "$0 ~ /[a-z|>]+/",
      "{if ($1 > 5) print $2}",
      '{print "a > b | system"}',
      "# system comment\n{print}",
      "/[[:alpha:]]/ && !/^#/",
      "{print ($1 + $2) / 2}",
      "{x = $1 ~ /a\\/b/ ? 1 : 2; print x}",
    ]
  ) equal(awkProblem(program), undefined, program);
});

Deno.test("Programs that reach files, programs or the system are refused", () => {
  const cases: readonly [program: string, reason: RegExp][] = [
    ['BEGIN{system("id")}', /"system" runs a program/],
    ['{system  ("id")}', /"system" runs/],
    ['{awk::system("id")}', /"system" runs/],
    ['{getline x < "f"}', /"getline" reads/],
    ['BEGIN{"id" | getline x}', /"\|" runs a program/],
    ['{print | "sh"}', /"\|" runs a program/],
    ['{print |& "sh"}', /"\|" runs a program/],
    ['{print > "x"}', /">" behind "print" writes a file/],
    ['{print $1,$2 >> "x"}', /">" behind "print" writes a file/],
    ['{printf("%s", $1) > "x"}', /">" behind "print" writes a file/],
    ['{print $1,\n$2 > "x"}', /">" behind "print" writes a file/],
    ['{if (a) print b; print > "x"}', /">" behind "print" writes a file/],
    ['BEGIN{ARGV[1]="/etc/passwd"}', /"ARGV" changes which files/],
    ['BEGIN{SYMTAB["ARGC"]=3}', /"SYMTAB" reaches/],
    ['@load "x"', /"@" loads or calls/],
    ['{f="system"; @f("id")}', /"@" loads or calls/],
    ['{if (1) /"/ || system("id") ; y=""}', /what "\/" means is not certain/],
    ['{x++ /"/; system("id"); y = "/"}', /what "\/" means is not certain/],
    ['/[]/"]/ || system("id") || "x"', /"\/" is not understood/],
    ['/[[:a:]/"]/ || system("id") || "x"', /"\/" is not understood/],
    ['/[\\]/"]/ || system("id") || "x"', /"\/" is not understood/],
    ['{x = 1 \\\n/ system("id") / 1}', /"\\" is not understood/],
    ['{print "a}', /""" is not understood/],
    ["/a", /"\/" is not understood/],
  ];
  for (const [program, reason] of cases) match(awkProblem(program) ?? "granted", reason, program);
});

Deno.test("Names of objects' own making are not taken for words of the language", () => {
  equal(awkProblem("{constructor = 1; print toString}"), undefined);
});

Deno.test("Hiding a call behind quotes, searches and comments does not work", () => {
  const hiding = fc.constantFrom(
    ...'/"#\n[]()+-;{}\\ ax1,',
    "if(1)",
    "print ",
    "return ",
    "++",
    "[^",
    "[:",
    ":]",
  );
  const pieces = fc.array(hiding, { maxLength: 8 }).map((parts) => parts.join(""));
  const command = new Deno.Command("awk", {
    args: ["BEGIN{exit 3}"],
    stdout: "null",
    stderr: "null",
  });
  let isInstalled = false;
  try {
    isInstalled = command.outputSync().code === 3;
  } catch {
    // It is not installed.
  }
  if (!isInstalled) return console.log("awk is not installed: its programs are not compared");
  let compared = 0;
  for (const [before, after] of fc.sample(fc.tuple(pieces, pieces), 20000)) {
    const program = `BEGIN{${before}system("exit 7");exit 9${after}}`;
    if (awkProblem(program) !== undefined) continue;
    if (++compared > 400) break;
    const { stdout } = new Deno.Command("awk", {
      args: [program.replace("exit 7", "echo ran")],
      stdin: "null",
      stderr: "null",
    }).outputSync();
    ok(!new TextDecoder().decode(stdout).includes("ran"), JSON.stringify(program));
  }
  ok(compared > 20, `only ${compared} programs were compared`);
});
