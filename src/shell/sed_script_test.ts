import { equal, match, ok } from "node:assert/strict";
import fc from "fast-check";
import { sedProblem } from "./sed_script.ts";

Deno.test("Scripts that print, select and rewrite pass", () => {
  for (
    const script of [
      "p",
      "1,20p",
      "$!N;P;D",
      "/start/,/end/d",
      "/where/!d",
      "s/where/there/g",
      "s,were,are,2p",
      "s/[^/]*$//",
      "s/[[:space:]]*$//; s/er/re/",
      "s/a\\/b/w/",
      "\\,^e,d",
      "1~2d; 3,+4p",
      "/x/{s/e/r/;p}",
      ":again\ns/re//\nt again",
      "1i where we are",
      "a\\\nwrite",
      "y/ew/we/",
      "# a word\np",
      "0,/re/d",
      "q5",
      "/e/=",
    ]
  ) equal(sedProblem(script), undefined, script);
});

Deno.test("Scripts that read, write, run or cannot be followed are refused", () => {
  const cases: readonly [script: string, reason: RegExp][] = [
    ["w x", /with "w" it writes a file/],
    ["W x", /with "W" it writes a file/],
    ["1,3w x", /with "w"/],
    ["/a/,$ ! w x", /with "w"/],
    ["r x", /with "r" it reads a file/],
    ["R x", /with "R" it reads a file/],
    ["e", /with "e" it runs a program/],
    ["1e id", /with "e"/],
    ["p;e id", /with "e"/],
    ["{e id}", /with "e"/],
    ["s/a/b/e", /with the flag "e" of "s" it runs a program/],
    ["s/a/b/gpw x", /with the flag "w" of "s" it writes a file/],
    ["s|a|b|2e", /with the flag "e" of "s"/],
    ["y/a/b/;w x", /with "w"/],
    [":a w x", /"w" is not understood/],
    ["b w x", /"x" is not understood/],
    ["s/[[:a:]/]/#/w out", /where "s" ends is not understood/],
    ["s/[/]/b/w out", /where "s" ends is not understood/],
    ["s/[\\]/]/b/w x", /where "s" ends is not understood/],
    ["s/e/b", /where "s" ends is not understood/],
    ["#n\nw x", /with "w"/],
    ["a text\nw x", /with "w"/],
    ["{p;w x", /with "w"|never closed/],
    ["{/e/p", /never closed/],
    ["/e/p}", /closed twice/],
    ["F;e", /the command "F" is not understood/],
    ["/e", /is not understood|missing/],
    ["v;e", /the command "v" is not understood/],
  ];
  for (const [script, reason] of cases) match(sedProblem(script) ?? "granted", reason, script);
});

function refusesInSandbox(script: string): boolean {
  const { stderr } = new Deno.Command("sed", {
    args: ["--sandbox", "-n", "-e", script],
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).outputSync();
  return /sandbox mode/.test(new TextDecoder().decode(stderr));
}

function hasSandbox(): boolean {
  try {
    return refusesInSandbox("w x") && !refusesInSandbox("p");
  } catch {
    return false;
  }
}

Deno.test("What passes is nothing that sed itself would refuse in its sandbox", () => {
  if (!hasSandbox()) {
    console.log("sed has no sandbox: its scripts are not compared");
    return;
  }
  const piece = fc.constantFrom(
    ..."sywWreRpdnabc/,;{}!#:$1\n \\[]^|",
    "s/a/b/",
    "s/[^/]/",
    "[[:alpha:]]",
    "w x",
    "/e/",
    ";e",
    ":a",
    "b ",
    "a\\\n",
    "}",
  );
  const script = fc.array(piece, { minLength: 1, maxLength: 7 }).map((parts) => parts.join(""));
  let passed = 0;
  for (const text of fc.sample(script, 6000)) {
    if (!/[ewWrR]/.test(text) || sedProblem(text) !== undefined) continue;
    if (++passed > 400) break;
    ok(!refusesInSandbox(text), JSON.stringify(text));
  }
  ok(passed > 30, `only ${passed} scripts were compared`);
});
