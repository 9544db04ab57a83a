import { deepEqual, doesNotMatch, equal, ok } from "node:assert/strict";
import fc from "fast-check";
import { printable, printableCut, printableJson } from "./printable.ts";

const unsafe = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}]/u;
const anyText = fc.string({ unit: "binary" });

Deno.test("Ordinary text is printed as it is", () => {
  for (const text of ["", "ls -la /tmp", "Grüße, 世界 🙂", "a\\nb", '"quoted"', "50 % — ok…"]) {
    equal(printable(text), text);
  }
});

Deno.test("Terminal escapes, line ends and invisible characters are shown escaped", () => {
  const rows: readonly (readonly [string, string])[] = [
    ["\x1b[31mred\x1b[0m", "\\x1b[31mred\\x1b[0m"],
    ["\x1b]0;title\x07", "\\x1b]0;title\\x07"],
    ["\x9b2J", "\\x9b2J"],
    ["a\nALLOW b\r\tc", "a\\nALLOW b\\r\\tc"],
    ["a\0b\x7f", "a\\x00b\\x7f"],
    ["abc\u202edcba", "abc\\u{202e}dcba"],
    ["zero\u200bwidth\ufeff", "zero\\u{200b}width\\u{feff}"],
    ["a\u2028b", "a\\u{2028}b"],
    ["\u{e0041}", "\\u{e0041}"],
    ["\ud800", "\\u{d800}"],
  ];
  for (const [text, shown] of rows) equal(printable(text), shown);
});

Deno.test("Whatever the text, nothing unsafe is left of it", () => {
  fc.assert(fc.property(anyText, fc.nat(80), (text, width) => {
    doesNotMatch(printable(text), unsafe);
    const cut = printableCut(text, width + 1);
    doesNotMatch(cut, unsafe);
    ok([...cut].length <= width + 1);
  }));
});

Deno.test("A cut is shown, and what fits is whole", () => {
  equal(printableCut("abcdef", 6), "abcdef");
  equal(printableCut("abcdefg", 6), "abcde…");
  equal(printableCut("a\x1b\x1bb", 6), "a\\x1b…");
  equal(printableCut("🙂🙂🙂🙂", 3), "🙂🙂…");
});

Deno.test("Escaped JSON means the same", () => {
  fc.assert(fc.property(fc.jsonValue({ stringUnit: "binary" }), (value) => {
    const shown = printableJson(JSON.stringify(value));
    doesNotMatch(shown, unsafe);
    deepEqual(JSON.parse(shown), JSON.parse(JSON.stringify(value)));
  }));
  equal(printableJson('"\u009b\u{e0041}"'), '"\\u009b\\udb40\\udc41"');
});
