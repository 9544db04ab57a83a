import { deepEqual, equal, ok } from "node:assert/strict";
import { loadPolicy } from "./load.ts";
import { PolicyError } from "./policy_error.ts";
import { withProject } from "./test_project.ts";

async function load(text: string, overlay?: string) {
  let receipts: unknown;
  const files = {
    "tenuo.yaml": text,
    ...(overlay === undefined ? {} : { "tenuo.cloud.yaml": overlay }),
  };
  await withProject(files, async ({ root }) => {
    receipts = (await loadPolicy(root)).receipts;
  });
  return receipts;
}

const standard = { strict: true, sync: true, rotation: { bytes: 64 << 20, daily: false } };

Deno.test("masks and rotation load, names in lower case and each once", async () => {
  const text = `receipts:
  rotate_megabytes: 2
  rotate_daily: on
  mask: { names: [Pin, pin, customerNumber], patterns: ['badge ([0-9]+)', "(?i)acme-[0-9]{4}"] }`;
  deepEqual(await load(text), {
    ...standard,
    rotation: { bytes: 2 << 20, daily: true },
    mask: {
      names: ["pin", "customernumber"],
      patterns: ["badge ([0-9]+)", "(?i)acme-[0-9]{4}"],
    },
  });
  equal(
    (await load("receipts: {rotate_megabytes: 1024}") as typeof standard).rotation.bytes,
    2 ** 30,
  );
});

Deno.test("a mask without entries is none", async () => {
  for (const mask of ["{}", "null", "{names: []}", "{patterns: [], names: null}"]) {
    deepEqual(await load(`receipts: {mask: ${mask}}`), standard, mask);
  }
});

Deno.test("an overlay's list takes the place of the list below it, as every list does", async () => {
  const below = "receipts: {sync: off, mask: {names: [pin], patterns: [abc]}}";
  deepEqual(await load(below, "receipts: {mask: {names: [badge]}}"), {
    ...standard,
    sync: false,
    mask: { names: ["badge"], patterns: ["abc"] },
  });
});

/** Pattern, and what is said of it. */
const refused: readonly (readonly [pattern: string, about: RegExp])[] = [
  ["(", /expected an RE2 expression/],
  ["(?=x)y", /expected an RE2 expression/],
  ["(a)\\1", /expected an RE2 expression/],
  ["a**", /expected an RE2 expression/],
  ["x{1001}", /expected an RE2 expression/],
  ["a*", /expected an expression that does not match nothing/],
  ["|", /expected an expression that does not match nothing/],
  ["^", /expected an expression that does not match nothing/],
  ["$", /expected an expression that does not match nothing/],
  ["\\b", /expected an expression that does not match nothing/],
  ["\\B|x", /expected an expression that does not match nothing/],
  ["(?m)$", /expected an expression that does not match nothing/],
  ["(x?)(y?)", /expected an expression that does not match nothing/],
];

Deno.test("an expression that cannot be used is refused with its place", async () => {
  for (const [pattern, about] of refused) {
    const text = `receipts:\n  mask:\n    patterns:\n      - abc\n      - ${
      JSON.stringify(pattern)
    }`;
    let said: unknown;
    try {
      await load(text);
    } catch (error) {
      said = error;
    }
    ok(said instanceof PolicyError, pattern);
    equal(said.phase, "load", pattern);
    equal(said.findings.length, 1, said.message);
    ok(said.message.startsWith("tenuo.yaml:5:9: receipts.mask.patterns[1]: "), said.message);
    ok(about.test(said.message), said.message);
  }
});

Deno.test("expressions of every useful form are taken", async () => {
  const patterns = [
    "abc",
    "a+",
    "^x$",
    "\\bkey-\\w+",
    "(?i)id: (\\d{3})",
    "é|ü",
    "[^a-z]{4,}",
    "\\$x",
  ];
  const { mask } = await load(`receipts: {mask: {patterns: ${JSON.stringify(patterns)}}}`) as {
    mask: unknown;
  };
  deepEqual(mask, { names: [], patterns });
});
