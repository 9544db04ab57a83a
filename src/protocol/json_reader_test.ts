import { deepEqual, equal, ok, throws } from "node:assert/strict";
import fc from "fast-check";
import { timeOf } from "../../tests/paths/work.ts";
import { isExact } from "./exact_json.ts";
import { parseJson, readJson } from "./json_reader.ts";

interface Written {
  readonly text: string;
  readonly value: unknown;
  readonly isTwice: boolean;
}

/** Every character as it may be written: itself, or one of its escapes. */
function spelt(name: string, styles: readonly number[]): string {
  const unit = (code: number) => `\\u${code.toString(16).padStart(4, "0")}`;
  const pieces = Array.from({ length: name.length }, (_, index) => {
    const plain = JSON.stringify(name[index]).slice(1, -1);
    return styles[index % styles.length] === 0 ? unit(name.charCodeAt(index)) : plain;
  });
  return `"${pieces.join("")}"`;
}

// Short and few, so that the beginning of one as it is written is often another.
const letters = fc.constantFrom("\\", '"', "u", "0", "p", "\n", "é", "\ud83d", "\u2028");
const words = fc.constantFrom("path", "p\\u0", "h", "say\\", 'say"', "7", "__proto__", "toJSON");
const names = fc.oneof(words, fc.string({ unit: letters, maxLength: 3 }));
const styles = fc.array(fc.nat(3), { minLength: 1, maxLength: 5 });
const scalars = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.constantFrom(null, true, false, -0),
).map((value) => ({ text: Object.is(value, -0) ? "-0" : JSON.stringify(value), value }));
const gap = fc.constantFrom("", "", " ", "\n\t", "\r\n");

/** An object of members with other values than these, so that a misread name does not go unseen. */
function objectOf(entries: readonly (readonly [string, unknown])[]): unknown {
  const members = {};
  for (const [name, value] of entries) {
    Object.defineProperty(members, name, {
      value,
      writable: true,
      enumerable: true,
      configurable: true,
    });
  }
  return members;
}

/** Text of JSON with members in any number and spelling. */
const written = fc.letrec<{ any: Written }>((tie) => ({
  any: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    scalars.map((one) => ({ ...one, isTwice: false })),
    fc.tuple(gap, fc.array(tie("any"), { maxLength: 4 })).map(([blank, items]) => ({
      text: `[${items.map(({ text }) => blank + text).join(`${blank},`)}${blank}]`,
      value: items.map(({ value }) => value),
      isTwice: items.some(({ isTwice }) => isTwice),
    })),
    fc.tuple(gap, fc.array(fc.tuple(names, styles, tie("any")), { maxLength: 4 })).map(
      ([blank, entries]) => ({
        text: `{${
          entries.map(([name, style, { text }]) =>
            blank + spelt(name, style) + blank + ":" + blank + text
          ).join(`${blank},`)
        }${blank}}`,
        value: objectOf(entries.map(([name, , { value }]) => [name, value])),
        isTwice: new Set(entries.map(([name]) => name)).size < entries.length ||
          entries.some(([, , { isTwice }]) => isTwice),
      }),
    ),
  ),
})).any;

/** With the names of each object in their order, which deep equality does not compare. */
function listed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(listed);
  if (typeof value !== "object" || value === null) return value;
  return { names: Object.keys(value), values: Object.values(value).map(listed) };
}

Deno.test("What is read is what is written there, whatever was read before", () => {
  let [twice, misread] = [0, 0];
  fc.assert(
    fc.property(written, ({ text, value, isTwice }) => {
      if (isTwice) twice++;
      for (const read of [readJson, parseJson]) {
        const reading = read(text);
        equal(reading.repeated !== undefined, isTwice, text);
        deepEqual(listed(reading.value), listed(value), text);
      }
      const parsed = JSON.parse(text);
      const isRight = JSON.stringify(listed(parsed)) === JSON.stringify(listed(value));
      if (!isRight) misread++;
      ok(isRight && !isTwice || !isExact(parsed, text), text);
    }),
    { numRuns: 5000 },
  );
  // A runtime that misreads none needs no such reader, but for names that stand twice.
  ok(twice > 200 && misread > 2, `${twice} twice, ${misread} misread`);
});

Deno.test("What a client writes is exact, unless the engine misreads it", () => {
  const value = fc.jsonValue({ stringUnit: "binary" });
  fc.assert(
    fc.property(fc.dictionary(names, value), (written) => {
      const text = JSON.stringify(written);
      const parsed = JSON.parse(text);
      const isSame = JSON.stringify(parsed) === text;
      equal(isExact(parsed, text), isSame);
      equal(isExact(parsed, `${text}\n`), isSame);
      equal(JSON.stringify(parseJson(text).value), text);
    }),
    { numRuns: 2000 },
  );
});

Deno.test("What is no JSON is not read", () => {
  for (const text of ["", "{", '{"a" 1}', "[1,]", '{"a":1,}', "01", "nul", '{"\\x":1}', "{}{}"]) {
    throws(() => parseJson(text), SyntaxError, text);
  }
});

Deno.test("Text that is exact may nest as deep as it likes, other text a thousand levels", () => {
  const nested = (levels: number, blank = "") => "[".repeat(levels) + blank + "]".repeat(levels);
  equal(parseJson(nested(100_000)).repeated, undefined);
  equal(parseJson(nested(1000, " ")).repeated, undefined);
  throws(() => parseJson(nested(1001, " ")), RangeError);
  throws(() => parseJson(nested(1_000_000, " ")), RangeError);
  // The engine writes objects whose names are numbers by recursion.
  throws(() => parseJson('{"1":'.repeat(100_000) + "1" + "}".repeat(100_000)), RangeError);
  const wide = `[${Array(5000).fill(nested(500, " ")).join()}]`;
  equal(parseJson(wide).repeated, undefined);
});

const shapes: { readonly [name: string]: (count: number) => string } = {
  "escaped content": (count) => `{"\\u0061":"${String.raw`a \"word\" \n`.repeat(count)}"}`,
  "backslashes": (count) => `{"\\u0061":"${"\\\\".repeat(count)}"}`,
  "escaped names": (count) =>
    `{${Array.from({ length: count }, (_, index) => `"\\u006e${index}":1`).join()}}`,
  "one name again and again": (count) => `{${Array(count).fill('"a":1').join()}}`,
  "blanks": (count) => `[${" ".repeat(count)}1${" ".repeat(count)}]`,
};

for (const [name, shape] of Object.entries(shapes)) {
  Deno.test(`Reading ${name} takes time in proportion`, () => {
    const [short, long] = [10_000, 100_000].map((count) => {
      const text = shape(count);
      return timeOf(() => parseJson(text));
    });
    ok(short !== undefined && long !== undefined);
    ok(long <= 30 * short + 50, `${short} ms, ten times longer ${long} ms`);
  });
}
