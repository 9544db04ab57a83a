import assert from "node:assert/strict";
import fc from "fast-check";
import { StderrLines, withoutControls } from "./stderr_lines.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

function make(now = () => 0) {
  const printed: string[] = [];
  return { printed, lines: new StderrLines((line) => printed.push(line), now) };
}

Deno.test("Lines are passed on without what a terminal would act on", () => {
  const { printed, lines } = make();
  lines.push(bytes("\x1b[1;31merror\x1b[0m: caf"));
  lines.push(bytes("é 😀\tx\r\n\n\x1b]0;title\x07\x1b]8;;http://a\x1b\\link\u202e\x9b2J\0\n"));
  lines.push(Uint8Array.of(0xff, 0xfe, 10));
  lines.push(bytes("no end"));
  assert.deepEqual(printed, ["error: café 😀\tx", "link2J", "\ufffd\ufffd"]);
  lines.end();
  assert.equal(printed.at(-1), "no end");
  assert.equal(lines.lastLine, "no end");
});

Deno.test("Nothing of any bytes moves a cursor", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      assert.doesNotMatch(withoutControls(text), /(?!\t)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
    }),
    { numRuns: 1000 },
  );
  assert.equal(withoutControls("plain [31m text, 100 % ünï"), "plain [31m text, 100 % ünï");
});

Deno.test("After twenty lines at once ten more come each second, and it is told how many are missing", () => {
  let time = 0;
  const { printed, lines } = make(() => time);
  lines.push(bytes("a\n".repeat(100)));
  assert.equal(printed.length, 20);
  time = 500;
  lines.push(bytes("b\n".repeat(100)));
  assert.deepEqual(printed.slice(20), ["(80 more lines)", "b", "b", "b", "b", "b"]);
  lines.end();
  assert.equal(printed.at(-1), "(95 more lines)");
  assert.equal(lines.lastLine, "b");
});

Deno.test("Of long lines and long texts only a part is kept", () => {
  const { printed, lines } = make();
  lines.push(bytes(`${"x".repeat(1_000_000)}\n`));
  for (let count = 0; count < 1000; count++) lines.push(bytes("y".repeat(1000)));
  lines.end();
  assert.deepEqual(printed.map((line) => line.length), [500, 500]);
  for (let count = 0; count < 100; count++) lines.push(bytes(`${"z".repeat(100)}\n`));
  assert.equal(lines.kept.length, 4096);
});
