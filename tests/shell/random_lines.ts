/** Random command lines of a grammar in which most lines can be read the same way by every shell. */
import fc from "fast-check";

/** Programs of the lines: `p` succeeds, `q` fails. */
export const programs: readonly string[] = ["p", "q"];

const active = [..."$`\"'\\;|&<>(){}[]*?~!#=^%@:,+- \t/.\n"];
const letters = [..."abnx019é日ñ_.-/:,@%+^"];

function joined(pieces: fc.Arbitrary<string>, maxLength: number, minLength = 0) {
  return fc.array(pieces, { minLength, maxLength }).map((parts) => parts.join(""));
}

const plain = joined(fc.constantFrom(...letters), 5, 1);
const singleQuoted = joined(fc.constantFrom(...letters, ...active.filter((it) => it !== "'")), 6)
  .map((text) => `'${text}'`);
const harmless = [
  ...letters,
  ..."'; |&<>(){}[]*?~!#=^%\t",
  "\\\\",
  '\\"',
  "\\$",
  "\\`",
  "\\a",
  "\\!",
];
const doubleQuoted = joined(
  fc.oneof(
    { weight: 12, arbitrary: fc.constantFrom(...harmless) },
    { weight: 1, arbitrary: fc.constantFrom("$", "`", "\n", "\\\n", "\\") },
  ),
  6,
).map((text) => `"${text}"`);
const escaped = fc.constantFrom(...active, ...letters).map((character) => `\\${character}`);

const piece = fc.oneof(
  { weight: 8, arbitrary: plain },
  { weight: 3, arbitrary: singleQuoted },
  { weight: 3, arbitrary: doubleQuoted },
  { weight: 2, arbitrary: escaped },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      "~",
      "!",
      "#",
      "=",
      "^",
      "%",
      "@",
      ":",
      "]",
      "''",
      '""',
      "@{1}",
      "@{-u}",
    ),
  },
  { weight: 1, arbitrary: fc.constantFrom(...active) },
);
const word = fc.oneof(
  { weight: 6, arbitrary: joined(piece, 4, 1) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      "HEAD~1",
      "HEAD^",
      "--x=y",
      "a=b",
      "!",
      "-",
      "--",
      "then",
      "done",
      "in",
    ),
  },
);

const blank = fc.constantFrom(" ", " ", " ", "  ", "\t");
const discard = fc.constantFrom(
  ">/dev/null",
  "2>/dev/null",
  "2>&1",
  "</dev/null",
  "> /dev/null",
  ">&2",
  "1>&2",
  "&>/dev/null",
  ">a",
  "2>x",
);
const ends = fc.oneof(
  { weight: 12, arbitrary: fc.constant("") },
  { weight: 2, arbitrary: discard },
  {
    weight: 1,
    arbitrary: fc.constantFrom("#", "# a 'b", "#x; p", "a#b", ";", "&", "2>&1 >/dev/null"),
  },
);

const simple = fc.tuple(
  fc.constantFrom(..."            ", "", "", "", "", "x=1 ", "! ", "time "),
  fc.oneof({ weight: 14, arbitrary: fc.constantFrom(...programs) }, {
    weight: 1,
    arbitrary: fc.constantFrom("'p'", "\\p", 'p""', "=p", "if", "{"),
  }),
  fc.array(fc.tuple(blank, word), { maxLength: 4 }),
  blank,
  ends,
).map(([before, program, words, gap, end]) => before + program + words.flat().join("") + gap + end);

const operator = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom("&&", "||", "|", ";") },
  { weight: 1, arbitrary: fc.constantFrom("&", "|&", ";;", "\n", "&&&", "| |") },
);
const composed = fc.tuple(
  simple,
  fc.array(fc.tuple(blank, operator, blank, simple), { maxLength: 2 }),
).map(([first, rest]) => first + rest.flat().join(""));

/** Lines from the grammar, and a few that only begin like one. */
export const randomLine: fc.Arbitrary<string> = fc.oneof(
  { weight: 6, arbitrary: simple },
  { weight: 3, arbitrary: composed },
  {
    weight: 1,
    arbitrary: joined(fc.constantFrom(...active, ...letters), 12).map((text) => `p ${text}`),
  },
);

/** Lines of words without any character that a shell would act on. */
export const inertLine: fc.Arbitrary<string> = fc.tuple(
  fc.constantFrom(...programs),
  fc.array(joined(fc.constantFrom(...letters), 8, 1), { maxLength: 6 }),
).map(([program, words]) => [program, ...words].join(" "));
