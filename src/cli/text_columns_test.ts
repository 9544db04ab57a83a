import { deepStrictEqual as deepEqual, ok, strictEqual as equal } from "node:assert/strict";
import { spawnSync } from "node:child_process";
import fc from "fast-check";
import { counted, shellWord, wrapped } from "./text_columns.ts";

Deno.test("Text breaks between words and keeps its own line feeds", () => {
  deepEqual(wrapped("one two three\nfour", "  ", 9), ["  one two", "  three", "  four"]);
  deepEqual(wrapped("a/path/that/is/long b", "", 5), ["a/path/that/is/long", "b"]);
});

Deno.test("No line is wider than asked unless it is one word, and no word is lost", () => {
  fc.assert(fc.property(fc.array(fc.stringMatching(/^[a-z/]{1,30}$/)), (words) => {
    const lines = wrapped(words.join(" "), "    ", 40);
    equal(lines.map((line) => line.trim()).join(" "), words.join(" "));
    for (const line of lines) ok(line.length <= 40 || !line.trim().includes(" "));
  }));
});

Deno.test("Numbers count their nouns", () => {
  deepEqual([0, 1, 2].map((n) => counted(n, "error")), ["0 errors", "1 error", "2 errors"]);
});

Deno.test("A quoted word is that word to a shell", () => {
  const text = fc.string().filter((word) => !word.includes("\0") && word.isWellFormed());
  fc.assert(
    fc.property(text, (word) => {
      const { stdout } = spawnSync("sh", ["-c", `printf %s ${shellWord(word)}`], {
        encoding: "utf8",
      });
      equal(stdout, word);
    }),
    { numRuns: 40 },
  );
});
