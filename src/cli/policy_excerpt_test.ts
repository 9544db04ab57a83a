/** Where the caret stands. */
import { deepStrictEqual as deepEqual, ok, strictEqual as equal } from "node:assert/strict";
import fc from "fast-check";
import { excerpt } from "./policy_excerpt.ts";
import { textWidth } from "./text_columns.ts";

function lines(text: string, line: number, column: number, marked: string): string[] {
  return excerpt({ file: "tenuo.yaml", line, column }, marked, () => text);
}

Deno.test("Carets stand under the text, else under the word at the place, else under the place", () => {
  const text = "a: 1\n  Read: subpth:{sandbox}  # subpth\n";
  deepEqual(lines(text, 2, 9, "subpth"), [
    "    2 |   Read: subpth:{sandbox}  # subpth",
    "      |         ^^^^^^",
  ]);
  equal(lines(text, 2, 3, "")[1], "      |   ^^^^");
  equal(lines(text, 2, 9, "not there")[1], "      |         ^^^^^^");
  equal(lines(text, 2, 11, "not there")[1], "      |           ^^^^");
  equal(lines("a: []", 1, 4, "")[1], "      |    ^");
  equal(lines("x: '表' # é\n", 1, 4, "表")[1], "      |     ^^");
  equal(lines("Bash: shlex:ls,/bin/sh", 1, 1, "sh")[1], "      |                     ^^");
  equal(lines("Bash: shell", 1, 1, "she")[1], "      |       ^^^");
  equal(lines("表: no\n", 1, 4, "no")[1], "      |     ^^");
});

Deno.test("What no line shows has no excerpt", () => {
  for (const [line, text] of [[0, "a: 1"], [5, "a: 1"], [1, "   "]] as const) {
    deepEqual(lines(text, line, 1, "a"), []);
  }
  deepEqual(excerpt({ file: "x", line: 1, column: 1 }, "a", () => undefined), []);
});

Deno.test("A long line is cut around its caret, and nothing that a terminal obeys is left", () => {
  const long = `key: ${"x".repeat(300)} here ${"y".repeat(300)}`;
  const [shown = "", carets = ""] = lines(long, 1, 307, "here");
  equal(shown.slice(carets.indexOf("^"), carets.indexOf("^") + 4), "here");
  equal(carets.trimEnd().length - carets.indexOf("^"), 4);
  ok(shown.length <= textWidth, shown);
  const [safe = ""] = lines("a: \x1b[31mred\u202e", 1, 4, "");
  equal(safe, "    1 | a: \\x1b[31mred\\u{202e}");
});

Deno.test("Whatever the line, the text stands above its carets", () => {
  const word = fc.stringMatching(/^[a-z]{1,9}$/);
  const filling = fc.stringMatching(/^[A-Z0-9 ]{0,200}$/);
  fc.assert(fc.property(filling, word, filling, (before, marked, after) => {
    const line = `k: ${before}${marked}${after}`;
    const [shown = "", carets = ""] = lines(line, 1, 4 + before.length, marked);
    const at = carets.indexOf("^");
    equal(shown.slice(at, at + marked.length), marked);
    equal(carets.slice(at), "^".repeat(marked.length));
  }));
});
