import { deepEqual, equal } from "node:assert/strict";
import { encode } from "../protocol/cbor.ts";
import { codes, denialOf } from "./denial.ts";
import { evaluate } from "./evaluate.ts";
import { signable } from "./signable.ts";
import { call, route, rule, snapshot } from "./test_snapshot.ts";

function nest(levels: number): unknown {
  return JSON.parse("[".repeat(levels) + "]".repeat(levels));
}

function codeOf(value: unknown): number | undefined {
  try {
    encode(signable("a", value));
    return undefined;
  } catch (error) {
    return denialOf(error).code;
  }
}

Deno.test("What JSON holds is signed, or refused by name", () => {
  const sound = [null, true, 0, -0, 5.5, 1e21, "x", "\0", [], {}, { "": [null] }, nest(200)];
  for (const value of sound) equal(codeOf(value), undefined, JSON.stringify(value).slice(0, 50));
  const texts = ["1e400", "-1e400", "[1e400]", '"\\ud800"', '{"\\ud800":1}', '[{"a":"\\udc00"}]'];
  for (const text of texts) equal(codeOf(JSON.parse(text)), codes.ArgumentUnusable, text);
  for (const levels of [300, 5000, 100_000]) equal(codeOf(nest(levels)), codes.ArgumentUnusable);
});

Deno.test("The refusal names the rule and its line, for judging and previews alike", async () => {
  const policy = snapshot({
    mcp__s__t: route([rule("a", [14, { constraint: [1, { value: 5 }] }])]),
  });
  for (
    const text of ['{"a":1e400}', '{"a":"\\ud800"}', `{"a":${"[".repeat(5000)}${"]".repeat(5000)}}`]
  ) {
    const { verdict, code, reference } = await evaluate(
      call("mcp__s__t", JSON.parse(text)),
      policy,
    );
    deepEqual(
      [verdict, code, reference?.line],
      ["deny", codes.ArgumentUnusable, 7],
      text.slice(0, 20),
    );
  }
});
