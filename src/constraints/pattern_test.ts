import { ok, strictEqual as equal } from "node:assert/strict";
import fc from "fast-check";
import { isGlob, matchesPattern } from "./pattern.ts";

/** Pattern, then what it matches and what it does not. */
const table: readonly (readonly [pattern: string, yes: string[], no: string[]])[] = [
  ["/data/*", ["/data/", "/data/a", "/data/a/b", "/data/.x", "/data/../etc"], ["/data", "data/a"]],
  ["*", ["", "a", "/", "a/b", "\n", "*"], []],
  ["", [""], ["a"]],
  ["a", ["a"], ["A", "aa", "", "b"]],
  ["?", ["a", "/", ".", "é", "\u{1f600}", "*"], ["", "ab"]],
  ["a?c", ["abc", "a/c"], ["ac", "abbc"]],
  ["*.txt", [".txt", "a.txt", "a/b.txt"], ["a.txt.gz", "txt"]],
  ["a*b*c", ["abc", "aXbYc", "abbcc", "a/b/c"], ["acb", "ab", "abcd"]],
  ["[abc]", ["a", "b", "c"], ["d", "", "ab", "[abc]"]],
  ["[a-c]x", ["ax", "cx"], ["dx", "-x"]],
  ["[!a-c]", ["d", "-", "/", "\u{1f600}"], ["a", "b", ""]],
  ["[]]", ["]"], ["a"]],
  ["[!]]", ["a"], ["]"]],
  ["[]a]", ["]", "a"], ["b"]],
  ["[a-]", ["a", "-"], ["b"]],
  ["[-a]", ["a", "-"], ["b"]],
  ["[!-a]", ["b"], ["-", "a"]],
  ["[a-c-e]", ["a", "c", "-", "e"], ["d"]],
  ["[c-a]", [], ["a", "b", "c"]],
  ["[*]", ["*"], ["a", ""]],
  ["[?]", ["?"], ["a"]],
  ["[[]", ["["], ["a"]],
  ["a[*][*]b", ["a**b"], ["ab"]],
  ["[\ue000-\u{1f600}]", ["\uffff", "\u{1f600}", "\u{10000}"], ["\u{1f601}", "a"]],
  ["[!\ue000-\u{1f600}]", ["a", "\u{1f601}"], ["\uffff", "\u{1f600}"]],
  ["\u{1f600}*", ["\u{1f600}", "\u{1f600}x"], ["\u{1f601}"]],
  ["\\*", ["\\a", "\\"], ["*"]],
  ["{a,b}", ["{a,b}"], ["a"]],
];

Deno.test("A glob matches a whole string", () => {
  for (const [pattern, yes, no] of table) {
    for (const text of yes) ok(matchesPattern(pattern, text), `${pattern} matches ${text}`);
    for (const text of no) ok(!matchesPattern(pattern, text), `${pattern} does not match ${text}`);
  }
});

Deno.test("Two stars between slashes are any directories, none included", () => {
  const deep: readonly (readonly [pattern: string, yes: string[], no: string[]])[] = [
    ["**", ["", "a", "a/b"], []],
    ["/data/**", ["/data/", "/data/a", "/data/a/b"], ["/data", "/dat"]],
    ["/data/**/x", ["/data/x", "/data/a/x", "/data/a/b/x", "/data//x"], [
      "/data/ax",
      "/datax",
      "/x",
    ]],
    ["**/x", ["x", "a/x", "/x", "a/b/x"], ["ax", "a/bx", ""]],
    ["**/*", ["", "a", "a/b"], []],
    ["a/**/", ["a/", "a/b", "a/b/c"], ["a", "b"]],
    ["a/**/**/b", ["a/b", "a/x/b", "a/x/y/b"], ["ab", "a/xb"]],
    ["**/a*/**/b", ["a/b", "x/ay/z/b", "a/x/y/b"], ["xa/b", "a/xb"]],
  ];
  for (const [pattern, yes, no] of deep) {
    for (const text of yes) ok(matchesPattern(pattern, text), `${pattern} matches ${text}`);
    for (const text of no) ok(!matchesPattern(pattern, text), `${pattern} does not match ${text}`);
  }
});

Deno.test("A set that is not closed matches nothing, not even itself", () => {
  for (const pattern of ["[", "[a", "[!", "[!]", "[]", "a[", "*["]) {
    for (const text of ["", "a", "[", "[a", "x", pattern]) {
      ok(!matchesPattern(pattern, text), pattern);
    }
  }
});

Deno.test("Stars within a name are no glob for the library, and one star to everyone else", () => {
  for (
    const pattern of ["a**b", "a**", "**a", "***", "a/***/b", "a/**b", "[a]**", "?**", "[]]**"]
  ) {
    ok(!isGlob(pattern), pattern);
    const single = pattern.replace(/\*+/g, "*");
    for (const text of ["", "a", "ab", "axb", "a/b", "a/x/b", "xa", "a/xb", "]x", "b"]) {
      equal(matchesPattern(pattern, text), matchesPattern(single, text), `${pattern}: ${text}`);
    }
  }
  for (
    const pattern of [
      "",
      "*",
      "**",
      "a/**",
      "**/a",
      "a/**/b",
      "a*b*",
      "[**]",
      "a[**]b",
      "[]**]",
      "[!]**]",
    ]
  ) {
    ok(isGlob(pattern), pattern);
  }
});

Deno.test("Anything but two strings does not match", () => {
  for (const value of [null, 5, true, ["a"], new Map(), 5n, { float: 1 }, Uint8Array.of(97)]) {
    ok(!matchesPattern("*", value));
    ok(!matchesPattern(value, "a"));
    ok(!matchesPattern(undefined, "a"));
  }
});

Deno.test("Many stars do not multiply the work", () => {
  // A matcher that tries every split of every star would not end on these.
  const text = "a".repeat(20_000);
  ok(!matchesPattern("*a".repeat(40) + "b", text));
  ok(!matchesPattern("*a*".repeat(30) + "b*", text));
  ok(!matchesPattern("**/".repeat(30) + "b", "a/".repeat(5000)));
  ok(matchesPattern("*a".repeat(40), text));
});

/** Sets of places a glob can have reached, one token at a time: nothing is ever tried again. */
function naive(pattern: string, text: string): boolean {
  const [glob, characters] = [[...pattern], [...text]];
  let places = new Set([0]);
  const consume = (accepts: (character: string) => boolean) => {
    places = new Set(
      [...places].filter((at) => at < characters.length && accepts(characters[at] as string))
        .map((at) => at + 1),
    );
  };
  const widen = (isPlace: (at: number) => boolean) => {
    const first = Math.min(...places);
    for (let at = first; at <= characters.length; at++) if (isPlace(at)) places.add(at);
  };
  for (let i = 0; i < glob.length; i++) {
    const rest = glob.slice(i).join("");
    if (places.size === 0 && !/[[*]/.test(rest)) return false;
    const stars = /^\*+/.exec(rest)?.[0].length ?? 0;
    const set = /^\[(!?)(\]?[^\]]*)\]/su.exec(rest);
    if (stars > 2) return false;
    if (stars === 2) {
      const before = glob[i - 1] ?? "/";
      const after = glob[i + 2] ?? "/";
      if (before !== "/" || after !== "/") return false;
      if (glob[i + 2] === undefined) widen(() => true);
      else widen((at) => at === characters.length || characters[at - 1] === "/"); // as the library
      i += 2;
    } else if (stars === 1) widen(() => true);
    else if (glob[i] === "?") consume(() => true);
    else if (glob[i] === "[") {
      if (set === null || set[2] === "") return false;
      const members = [...set[2] as string];
      const accepted = (character: string) => {
        const point = character.codePointAt(0) as number;
        for (let m = 0; m < members.length; m++) {
          const isRange = members[m + 1] === "-" && members[m + 2] !== undefined;
          const [low, high] = [members[m], members[isRange ? m + 2 : m]]
            .map((member) => (member as string).codePointAt(0) as number) as [number, number];
          if (low <= point && point <= high) return true;
          if (isRange) m += 2;
        }
        return false;
      };
      consume((character) => accepted(character) !== (set[1] === "!"));
      i += [...set[0]].length - 1;
    } else consume((character) => character === glob[i]);
  }
  return places.has(characters.length);
}

const pieces = ["a", "b", "/", ".", "-", "]", "!", "\u{1f600}", "\uffff"];
const globs = fc.array(
  fc.constantFrom(
    ...pieces,
    "*",
    "*",
    "?",
    "**",
    "/**/",
    "**/",
    "[",
    "[a-b]",
    "[!a]",
    "[]a]",
    "[!]]",
  ),
  { maxLength: 8 },
).map((parts) => parts.join(""));
const texts = fc.array(fc.constantFrom(...pieces, "*", "["), { maxLength: 8 })
  .map((parts) => parts.join(""));

Deno.test("A matcher written otherwise agrees on random globs and texts", () => {
  let matched = 0;
  fc.assert(
    fc.property(globs, texts, (pattern, text) => {
      const found = isGlob(pattern) && matchesPattern(pattern, text);
      if (found) matched++;
      equal(found, naive(pattern, text), JSON.stringify([pattern, text]));
    }),
    { numRuns: 30_000 },
  );
  ok(matched > 300, `${matched} matched`);
});

Deno.test("A matcher written otherwise agrees on texts made from the glob", () => {
  let matched = 0;
  const filled = globs.chain((pattern) =>
    fc.array(texts, { minLength: 8, maxLength: 8 }).map((fills) => {
      let next = 0;
      const text = pattern.replace(/\*\*\/?|\*/g, () => fills[next++ % 8] as string)
        .replace(/\[!?\]?[^\]]*\]|\?/gu, () => (fills[next++ % 8] as string).charAt(0));
      return [pattern, text] as const;
    })
  );
  fc.assert(
    fc.property(filled, ([pattern, text]) => {
      const found = isGlob(pattern) && matchesPattern(pattern, text);
      if (found) matched++;
      equal(found, naive(pattern, text), JSON.stringify([pattern, text]));
    }),
    { numRuns: 20_000 },
  );
  ok(matched > 3000, `${matched} matched`);
});
