import { equal, notEqual } from "node:assert/strict";
import fc from "fast-check";
import { widens } from "./mint.ts";
import { base, inProject } from "./test_mint.ts";

const narrower: readonly (readonly [what: string, text: string])[] = [
  ["nothing", base],
  ["a comment", `# x\n${base}`],
  ["a verb less", base.replace("ls,cat", "ls")],
  ["a directory below", base.replace("subpath:{sandbox}", "subpath:{sandbox}/sub")],
  ["a tool less", base.replace(/ {2}Bash.*\n/, "")],
  ["an allowed tool less", base.replace("[mcp__x__y]", "[]")],
  ["no bundle", `allow_bundled: false\n${base}`],
  ["no fetches", base.replace(/ {2}WebFetch.*\n/, "")],
  ["no MCP tools", base.replace(/mcp: .*\n/, "")],
  ["a shorter life", `ttl_seconds: 5\n${base}`],
];

const wider: readonly (readonly [what: string, text: string])[] = [
  ["a verb more", base.replace("ls,cat", "ls,cat,rm")],
  ["a directory above", base.replace("subpath:{sandbox}", "subpath:/")],
  ["another directory", base.replace("subpath:{sandbox}", "subpath:/etc")],
  ["another kind", base.replace("shlex:ls,cat", "pattern:*")],
  ["a tool more", base.replace("  Bash", "  Edit: subpath:{sandbox}\n  Bash")],
  ["an allowed tool more", base.replace("[mcp__x__y]", "[mcp__x__y, mcp__x__z]")],
  ["a domain more", base.replace('"*.tenuo.ai"', '"*.tenuo.ai", "example.com"')],
  ["any domain", base.replace('"*.tenuo.ai"', '"*"')],
  ["another scheme", base.replace('*.tenuo.ai"]', '*.tenuo.ai"], schemes: [http, https]')],
  ["another expression", base.replace("regex:^tenuo", "regex:.")],
  ["a wider range", base.replace("range:1,100", "range:1,1000")],
  ["observing", `mode: audit\n${base}`],
  ["receipts that may be lost", `strict_receipts: false\n${base}`],
  ["a constraint taken away", base.replace(/ {2}Read.*\n/, "").replace("[mcp", "[Read, mcp")],
];

/** Where it may not be told which of two is the wider, so that a person is asked both ways. */
const notTold = [
  ...["another kind", "another directory", "any domain", "another scheme"],
  ...["another expression", "a wider range"],
];

Deno.test("A narrower policy asks nobody", async () => {
  await inProject(async ({ compile }) => {
    const before = await compile(base);
    for (const [what, text] of narrower) equal(widens(before, await compile(text)), false, what);
  });
});

Deno.test("A wider policy asks a person", async () => {
  await inProject(async ({ compile }) => {
    const before = await compile(base);
    for (const [what, text] of wider) {
      notEqual(text, base, what);
      equal(widens(before, await compile(text)), true, what);
      if (notTold.includes(what)) continue;
      equal(widens(await compile(text), before), false, `back from ${what}`);
    }
  });
});

Deno.test("What is protected is part of the policy's width", async () => {
  await inProject(async ({ compile }) => {
    const before = await compile(base);
    const { governance } = before;
    equal(widens(before, { ...before, home: "/elsewhere" }), true);
    equal(widens(before, { ...before, governance: { ...governance, sealed: [] } }), true);
    const more = { ...governance, sealed: [...governance.sealed, "/more"] };
    equal(widens(before, { ...before, governance: more }), false);
    const moved = { ...governance, readonly: [...governance.readonly, "/opt/other"] };
    equal(widens(before, { ...before, governance: moved }), false);
  });
});

Deno.test("Of two sets of verbs the second is wider when it has one that the first has not", async () => {
  await inProject(async ({ compile }) => {
    const verbs = fc.uniqueArray(fc.constantFrom("ls", "cat", "rm", "git", "npm"), {
      minLength: 1,
    });
    await fc.assert(
      fc.asyncProperty(verbs, verbs, async (first, second) => {
        const policy = (list: string[]) => `enforce: { Bash: "shlex:${list.join(",")}" }\n`;
        const isWider = !second.every((verb) => first.includes(verb));
        equal(widens(await compile(policy(first)), await compile(policy(second))), isWider);
      }),
      { numRuns: 40 },
    );
  });
});
