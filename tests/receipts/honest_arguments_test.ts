/** Whatever a tool of a server is given, its honest receipt is proven, masked or refused: never false. */
import { ok } from "node:assert/strict";
import fc from "fast-check";
import { inHonest } from "./honest_project.ts";

const policy = `mcp:
  enforce:
    any: { args: { a: any, b: any, "10": any, "9": any } }
    some: { args: { a: "range:-5,500", b: { oneof: [1, "x", true, 1.5] } } }
    deep: { args: { a: { contains: [1] }, b: { not: "pattern:*x*" } } }
allow: [mcp__tenuo-files__free]
`;

const number = fc.oneof(
  fc.double(),
  fc.constantFrom(-0, 0, 1, 1.5, 5e-324, 2 ** 53, 2 ** 53 + 2, 2 ** 63, -(2 ** 63), 2 ** 64, 1e300),
  fc.integer(),
);
const text = fc.oneof(
  fc.string({ unit: "grapheme", maxLength: 20 }),
  fc.string({ unit: "binary", maxLength: 10 }),
  fc.constantFrom(
    "\u2028",
    "\ufeff",
    "\0",
    "password=hunter22",
    "x".repeat(5000),
    "é".normalize("NFD"),
  ),
);
const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    number,
    text,
    fc.constantFrom(null, true, false),
    fc.array(tie("value"), { maxLength: 4 }),
    fc.dictionary(
      fc.oneof(text, fc.constantFrom("__proto__", "10", "9", "constructor")),
      tie("value"),
      {
        maxKeys: 4,
      },
    ),
  ),
}));

/** A JSON text as a client could write it: fractions, exponents and negative zero included. */
function written(input: Record<string, unknown>): string {
  const marked = JSON.stringify(input, (_, inner) => Object.is(inner, -0) ? "-0?" : inner);
  return marked.replaceAll('"-0?"', "-0");
}

const call = fc.record({
  tool: fc.constantFrom("any", "some", "deep", "free"),
  input: fc.record({ a: value, b: value, "10": value, "9": value }, { requiredKeys: ["a"] }),
});

Deno.test("Any arguments, as any client writes them", () =>
  inHonest(async (project) => {
    await project.govern(policy);
    const event = (tool: string, input: string) =>
      `{"hook_event_name":"PreToolUse","session_id":"s","tool_use_id":"t","cwd":"${project.project}",` +
      `"tool_name":"mcp__tenuo-files__${tool}","tool_input":${input}}`;
    await fc.assert(
      fc.asyncProperty(call, async ({ tool, input }) => {
        await project.raw(event(tool, written(input)));
      }),
      { numRuns: 500 },
    );
    const numerals = [
      "-0",
      "1.0",
      "1e2",
      "100000000000000000000",
      "1e-400",
      "9007199254740993",
      "-0.0",
    ];
    for (const numeral of numerals) {
      for (const tool of ["any", "some", "deep"]) {
        for (const one of [numeral, `[${numeral}]`, `{"x":${numeral}}`]) {
          await project.raw(event(tool, `{"a":${one},"b":{"__proto__":{"z":${numeral}}}}`));
        }
      }
    }
    const { counts } = await project.requireProven();
    ok(counts.proven > 80 && counts.refused > 15 && counts.masked > 10, JSON.stringify(counts));
  }));
