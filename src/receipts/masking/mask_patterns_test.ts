import { deepEqual, equal, ok } from "node:assert/strict";
import fc from "fast-check";
import { maskArguments, maskQuotation, type MaskRules, maskText } from "./mask.ts";

function rules(patterns: readonly string[], names: readonly string[] = []): MaskRules {
  return { patterns, names };
}

Deno.test("What a policy's expression matches is masked, or only its first group", async () => {
  const rows: readonly (readonly [pattern: string, text: string, left: string])[] = [
    ["acme-[0-9a-f]{4}", "use acme-12ab and acme-34cd", "use [secret] and [secret]"],
    ["badge ([0-9]+)", "badge 4711, badge 4712", "badge [secret], badge [secret]"],
    ["badge (?:no )?([0-9]+)(x)", "badge no 12x", "badge no [secret]x"],
    ["(?i)ACME", "Acme acme", "[secret] [secret]"],
    ["a|(b)", "ab", "[secret][secret]"],
    ["é+", "xééy", "x[secret]y"],
    ["x(y*)z", "xz xyyz", "xz x[secret]z"],
    ["^one$", "one", "[secret]"],
    [".", "🙂a", "[secret][secret]"],
    ["nothing", "here", "here"],
  ];
  for (const [pattern, text, left] of rows) {
    deepEqual(
      await maskText(text, rules([pattern])),
      { value: left, changed: text !== left },
      text,
    );
  }
});

Deno.test("Expressions are looked for in every text, long before and after the built-in forms", async () => {
  const own = rules(["hush[0-9]+", "b(a)dge"]);
  const text = "hush1 --password abcd5 hush22 badge";
  equal((await maskText(text, own)).value, "[secret] --password [secret] [secret] b[secret]dge");
  const { value, changed } = await maskArguments([["a", ["hush3"]], ["hush4", 1]], own);
  deepEqual({ value, changed }, { value: { a: ["[secret]"], "[secret]": 1 }, changed: true });
  const quoted = await maskQuotation("the word hush5", {}, own, 500);
  equal(quoted.value, "the word [secret]");
});

Deno.test("An expression's match is gone wherever it stands, also beside a cut", async () => {
  const own = rules(["hush-[0-9]{6}"]);
  await fc.assert(fc.asyncProperty(
    fc.nat(9000),
    fc.integer({ min: 100_000, max: 999_999 }),
    fc.nat(3000),
    async (before, number, after) => {
      const text = `${"x ".repeat(before / 2)}hush-${number}${" y".repeat(after)}`;
      const { value } = await maskText(text, own);
      ok(!value.includes("hush"), value.slice(-60));
    },
  ));
});

Deno.test("Names count whole and in any case, for arguments and for members of them", async () => {
  const own = rules([], ["pin", "customer number"]);
  const args = {
    PIN: "1",
    spin: "2",
    pins: "3",
    map: { Pin: [4], "Customer Number": null },
    pin: 5,
  };
  deepEqual(await maskArguments(Object.entries(args), own), {
    value: {
      PIN: "[secret]",
      spin: "2",
      pins: "3",
      map: { Pin: "[secret]", "Customer Number": null },
      pin: "[secret]",
    },
    changed: true,
  });
  deepEqual(await maskText("pin 1234", own), { value: "pin 1234", changed: false });
  deepEqual(await maskArguments([["path", "/x"]], own), { value: { path: "/x" }, changed: false });
});

Deno.test("Expressions take time in line with a text's length", async () => {
  const own = rules(["(a+)+$", "(a|aa)*b", "([a-z]+)*[0-9]"]);
  const start = performance.now();
  await maskText(`${"a".repeat(5000)}!`, own);
  ok(performance.now() - start < 2000);
});
