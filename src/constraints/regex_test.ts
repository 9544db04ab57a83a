import { ok } from "node:assert/strict";
import { rule } from "../../tests/conformance/minted.ts";
import type { Cbor } from "../protocol/cbor.ts";
import { matches as verdict } from "./regex.ts";

/** Only a plain yes allows. */
function matches(...given: Parameters<typeof verdict>): boolean {
  return verdict(...given) === true;
}

function found(pattern: Cbor, argument: Cbor): boolean {
  return matches(rule({ pattern }), argument);
}

Deno.test("A pattern is found anywhere unless it is anchored", () => {
  const table: readonly (readonly [pattern: string, yes: string[], no: string[]])[] = [
    ["a", ["a", "xax", "\na"], ["", "A", "b"]],
    ["^a$", ["a"], ["aa", "a\n", "\na", "b\na", ""]],
    ["^(ls|git) ", ["ls -l", "git x"], ["xls ", "ls"]],
    ["^[a-z]+@example\\.com$", ["ab@example.com"], ["ab@exampleXcom", "ab@example.com.evil"]],
    ["(?i)abc", ["ABC", "xaBcx"], ["ab"]],
    ["(?m)^a$", ["b\na\nb"], ["ba"]],
    [".", ["a", "\u{1f600}"], ["", "\n"]],
    ["(?s)^.$", ["\n"], ["ab"]],
    ["^.$", ["\u{1f600}", "\u00e9"], ["ab"]],
    ["^\\d{2,3}$", ["12", "123"], ["1", "1234"]],
    ["^\\p{L}+$", ["a\u00e9\u0434"], ["1"]],
    ["^[[:alpha:]]+$", ["ab"], ["1", "\u00e9"]],
    ["\\bfoo\\b", ["a foo b"], ["food"]],
    ["^\\x{1F600}$", ["\u{1f600}"], ["a"]],
    ["", ["", "a"], []],
  ];
  for (const [pattern, yes, no] of table) {
    for (const text of yes) ok(found(pattern, text), `${pattern} in ${JSON.stringify(text)}`);
    for (const text of no) ok(!found(pattern, text), `${pattern} not in ${JSON.stringify(text)}`);
  }
});

Deno.test("What RE2 refuses matches nothing, also when it is asked again", () => {
  for (
    const pattern of [
      "(",
      "[",
      "a**",
      "*",
      "(?=a)",
      "(?!a)",
      "(?<=a)b",
      "(a)\\1",
      "a{1001}",
      "a{2,1}",
      "\\",
      "[b-a]",
      "(?P<n>a)(?P<n>b)",
      "x{1000}{1000}",
    ]
  ) {
    for (const text of ["", "a", "ab", "aa", pattern]) {
      ok(!found(pattern, text), pattern);
      ok(!found(pattern, text), pattern);
    }
  }
});

Deno.test("No pattern hangs: those that make a backtracker try every split", () => {
  // 2^n ways for n characters; a text of this size would not end anywhere else.
  const text = "a".repeat(5000);
  for (
    const pattern of [
      "^(a+)+$",
      "^(a|a)*$",
      "^(a|aa)+$",
      "^(a*)*$",
      "^([a-zA-Z]+)*$",
      "^(a?){50}a{50}$",
      "(x+x+)+y",
      "^(([a-z])+.)+[A-Z]([a-z])+$",
      "a*a*a*a*a*b",
      "(.*)*(.*)*(.*)*!",
    ]
  ) ok(!found(pattern, text + "!".repeat(pattern.endsWith("!") ? 0 : 1)), pattern);
});

Deno.test("The work grows with the text, not faster", () => {
  // Ten times the text, at most: a quadratic matcher would take a hundred times as long and stand out
  // by the minute. Sizes speak here, no clock does.
  for (const size of [10_000, 100_000]) {
    ok(!found("^(a+)+b$", "a".repeat(size)));
    ok(found("(a|b|ab)*c", "ab".repeat(size / 2) + "c"));
  }
});

Deno.test("Patterns that are large when they are written out are refused or judged, not suffered", () => {
  for (
    const pattern of [
      "((a{100}){10}){10}",
      "(((a{30}){30}){30}){30}",
      "(".repeat(5000),
      "a?".repeat(2000),
    ]
  ) {
    ok(typeof found(pattern, "aaa") === "boolean");
  }
});

Deno.test("Malformed rules and other arguments deny", () => {
  for (const pattern of [null, 5, ["a"], rule({}), true]) ok(!found(pattern, "a"));
  for (const value of [null, "a", [".*"], 5]) ok(!matches(value, "a"));
  for (const argument of [null, 5, true, ["a"], rule({}), { float: 1 }, Uint8Array.of(97)]) {
    ok(!found(".*", argument));
    ok(!found("", argument));
  }
});

Deno.test("Odd text neither throws nor matches what is not there", () => {
  for (const text of ["\ud800", "\udc00a", "a\0b", "\u{10ffff}", "\r\n"]) {
    ok(!found("^x$", text));
    ok(typeof found(".", text) === "boolean");
  }
});
