import { deepEqual, equal, ok } from "node:assert/strict";
import fc from "fast-check";
import { printable } from "../receipts/printable.ts";
import { differenceLines } from "./mcp_lines.ts";
import { textWidth } from "./text_columns.ts";

const plain = (_: string, text: string) => text;

function linesOf(lines: readonly string[]): string[] {
  const difference = { about: "tool", change: "changed", tool: "a\x1b", members: ["b\n"], lines };
  return differenceLines({ ...difference, about: "tool", change: "changed" }, "demo", plain);
}

Deno.test("Whatever a server says is shown whole, and fit to print", () => {
  const mark = fc.constantFrom("+ ", "- ", "  ");
  const text = fc.string({ unit: "binary", maxLength: 300 });
  fc.assert(fc.property(mark, text, (before, said) => {
    const [heading, ...rows] = linesOf([before + said]);
    equal(heading, "  tool a\\x1b: changed (b\\n)");
    equal(rows.map((row) => row.slice(6)).join(""), printable(said));
    for (const row of rows) {
      ok(row.startsWith(`    ${before}`) && [...row].length <= textWidth);
      equal(printable(row), row);
    }
  }));
});

Deno.test("What does not fit is told, with the command that shows it", () => {
  const last = "    … tenuo-claude mcp diff demo --json shows all of it";
  const many = Array.from({ length: 300 }, (_, at) => `+ ${at}`);
  for (const lines of [many, ["+ ".padEnd(3_000_000, "x")]]) {
    const shown = linesOf(lines);
    deepEqual([shown.length, shown.at(-1)], [202, last]);
  }
  equal(linesOf(many.slice(0, 200)).length, 201);
  equal(linesOf(many.slice(0, 200)).at(-1), "    + 199");
});
