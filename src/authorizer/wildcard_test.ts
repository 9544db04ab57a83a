import { equal, ok } from "node:assert/strict";
import fc from "fast-check";
import { mayMatch } from "./wildcard.ts";

Deno.test("Stars, question marks and plain sets match as a shell matches", () => {
  const rows: readonly (readonly [string, string, boolean])[] = [
    ["", "", true],
    ["*", "", true],
    ["*", "anything/at all", true],
    ["?", "", false],
    ["a*c", "abc", true],
    ["a*c", "abd", false],
    ["a**c", "ac", true],
    ["*a*a*", "aa", true],
    ["[a-c]x", "bx", true],
    ["[a-c]x", "dx", false],
    ["[!a]x", "bx", true],
    ["[^a]x", "ax", false],
    ["[a-]x", "-x", true],
    ["[-a]x", "-x", true],
    [".STATE", ".state", true],
    [".state", ".STATE", true],
    ["a.c", "abc", false],
    ["a+", "a+", true],
    ["(a|b)", "(a|b)", true],
    ["[", "[", true],
    ["[a", "[a", true],
    ["]", "]", true],
  ];
  for (const [pattern, text, expected] of rows) equal(mayMatch(pattern, text), expected, pattern);
});

Deno.test("Sets that are not plain match any character", () => {
  for (const set of ["[[:alpha:]]", "[]]", "[!]]", "[é]", "[[.hyphen.]]", "[[=a=]]"]) {
    ok(mayMatch(`${set}x`, "qx"), set);
    ok(!mayMatch(`${set}x`, "x"), set);
  }
});

Deno.test("Time does not explode", () => {
  const started = performance.now();
  ok(!mayMatch("*a".repeat(500), "a".repeat(400) + "b"));
  ok(!mayMatch("[".repeat(5000), "x".repeat(5000)));
  ok(performance.now() - started < 2000);
});

Deno.test("A text matches itself, and any of its characters may become a pattern", () => {
  const text = fc.string({ unit: fc.constantFrom(..."abcxyz.-_019"), maxLength: 12 });
  const choices = fc.array(fc.nat(5), { minLength: 12, maxLength: 12 });
  fc.assert(fc.property(text, choices, (name, how) => {
    const forms = [
      (c: string) => c,
      () => "?",
      () => "*",
      (c: string) => `[${c}]`,
      (c: string) => `[!${c === "q" ? "r" : "q"}]`,
      (c: string) => c.toUpperCase(),
    ];
    const pattern = [...name].map((c, i) => forms[how[i] as number]?.(c) ?? c).join("");
    ok(mayMatch(pattern, name), `${pattern} ${name}`);
  }));
});
