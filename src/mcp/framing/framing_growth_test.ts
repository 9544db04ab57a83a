/** Ten times longer lines are about ten times the work, whatever stands in them. */
import { ok } from "node:assert/strict";
import { timeOf } from "../../../tests/paths/work.ts";
import { readFrame } from "./read_frame.ts";

const call = (params: string) => `{"jsonrpc":"2.0","id":7,"method":"a","params":{"v":${params}}}`;
const text = (piece: string) => (count: number) => call(`"${piece.repeat(count)}"`);
const list = (item: string) => (count: number) => call(`[${Array(count).fill(item).join()}]`);
const object = (member: (index: number) => string) => (count: number) =>
  call(`{${Array.from({ length: count }, (_, index) => member(index)).join()}}`);

const lines: { readonly [name: string]: (count: number) => string } = {
  "plain text": text("QUJD"),
  "escaped quotes": text('\\"'),
  "backslashes": text("\\\\"),
  "quotes after backslashes": text('\\\\\\"'),
  "halves of characters": text("\\ud83d\\ude00"),
  "halves and a name with an escape": (count) =>
    call(`{"\\u0041":"${"\\ud83d\\ude00".repeat(count)}"}`),
  "numbers": list("1.25"),
  "large numbers": list("9007199254740994"),
  "a number of many digits": (count) => call("9".repeat(count)),
  "objects": list('{"a":1}'),
  "repeated names in many objects": list('{"a":1,"a":2}'),
  "names": object((index) => `"n${index}":1`),
  "escaped names": object((index) => `"\\u006e${index}":1`),
  "one name again and again": object(() => '"n":1'),
  "a long name": (count) => call(`{"${"n".repeat(count)}":1}`),
  "colons after a long name": (count) => `{"a\\n":1,"${"n".repeat(count)}"${":".repeat(count)}`,
  "open brackets": (count) => "[".repeat(count),
  "open and closed brackets": (count) => call(`[${Array(count).fill("[]").join()}]`),
  "quotes": (count) => '"'.repeat(count),
  "blanks": (count) => call(`{"\\n":${" ".repeat(count)}1}`),
  "ids": (count) => `{${Array(count).fill('"id":1').join()}}`,
};

for (const [name, line] of Object.entries(lines)) {
  Deno.test(`Reading ${name} takes time in proportion`, () => {
    const [short, long] = [5000, 50_000].map((count) => {
      const bytes = new TextEncoder().encode(line(count));
      return timeOf(() => readFrame(bytes));
    });
    ok(short !== undefined && long !== undefined);
    ok(long <= 30 * short + 50, `${short} ms, ten times longer ${long} ms`);
  });
}

Deno.test("A long text costs little more than its parsing", () => {
  const bytes = new TextEncoder().encode(text("QUJD")(2_500_000));
  const parse = () => JSON.parse(new TextDecoder().decode(bytes));
  const [read, parsed] = [timeOf(() => readFrame(bytes)), timeOf(parse)];
  ok(read <= 5 * parsed + 20, `10 MB: ${read} ms, parsed alone ${parsed} ms`);
});
