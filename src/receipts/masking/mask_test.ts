import { deepEqual, equal, ok } from "node:assert/strict";
import fc from "fast-check";
import { isOrdinary, maskArguments, maskText } from "./mask.ts";
import * as rules from "./mask_secrets.ts";

const samples = [
  "ls -la",
  "/home/me/project/src/main.ts",
  "https://api.github.com/repos/x?per_page=3",
  "Authorization: Bearer hush12345",
  "postgres://demo:hush@db/demo",
  "AKIAABCDEFGHIJKLMNOP",
  "ghp_abcdefghijklmnopqrstuvwxyz012345",
  "-----BEGIN PRIVATE KEY-----\nhush",
  "eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0.x",
  "curl -u me:hush https://x",
  "x".repeat(5000),
];

Deno.test("looking first changes nothing of what the rules do", async () => {
  const text = fc.oneof(
    fc.constantFrom(...samples),
    fc.string({ unit: "binary" }),
    fc.tuple(fc.string(), fc.constantFrom(...samples), fc.string()).map((parts) => parts.join("")),
  );
  await fc.assert(
    fc.asyncProperty(text, async (sample) => {
      deepEqual(await maskText(sample), await rules.maskText(sample));
    }),
    { numRuns: 500 },
  );
});

Deno.test("what is ordinary comes out as the rules write it, as a text and as JSON", async () => {
  const text = fc.tuple(fc.string(), fc.constantFrom(...samples), fc.string()).map((parts) =>
    parts.join("")
  );
  let ordinary = 0;
  await fc.assert(
    fc.asyncProperty(fc.oneof(text, fc.string({ unit: "binary" })), async (sample) => {
      const short = sample.slice(0, 4096);
      if (!isOrdinary(JSON.stringify({ short }))) return;
      ordinary++;
      equal((await rules.maskText(short)).changed, false);
      equal((await rules.maskArguments([["a", { short }]])).changed, false);
    }),
    { numRuns: 500 },
  );
  ok(ordinary > 50, `${ordinary}`);
  for (const sample of ["a\\npm_x", "C:\\npm_x", JSON.stringify("https\n"), '"key":']) {
    equal(isOrdinary(sample), false, sample);
  }
});

Deno.test("arguments of every type come out as the rules write them", async () => {
  const values = fc.oneof(fc.string(), fc.boolean(), fc.integer(), fc.constant(null), fc.json());
  const args = fc.array(
    fc.tuple(fc.constantFrom("path", "password", "command", "n", "pwd", "credentials"), values),
  );
  await fc.assert(
    fc.asyncProperty(args, async (entries) => {
      deepEqual(await maskArguments(entries), await rules.maskArguments(entries));
    }),
  );
});

Deno.test("a name that may be a secret's counts only where what it names can follow", () => {
  const ordinary = [
    "rg tokenize src",
    "git log --max-count 5 | tail",
    "Fix the keyboard",
    "npm test",
  ];
  for (const text of [...ordinary, "keys of a map", "tests passed", "git log --author me"]) {
    equal(isOrdinary(text), true, text);
  }
  for (const text of ["token=", "x --token y", '"secret" :', "<password a>", "passwd"]) {
    equal(isOrdinary(text), false, text);
  }
});

Deno.test("looking takes time in line with a text's length", () => {
  for (const part of ["key", "gl", "--", "pass ", "name=", "auth]", "<a", "token  ", 'a"?? ']) {
    const text = part.repeat((64 << 10) / part.length);
    const start = performance.now();
    for (let count = 0; count < 4; count++) isOrdinary(text);
    ok(performance.now() - start < 1000, `${part}: ${performance.now() - start} ms`);
  }
});

Deno.test("an ordinary argument is kept to the letter", async () => {
  const { value, changed } = await maskArguments([["path", "/srv/app/notes.txt"]]);
  equal(changed, false);
  deepEqual(value, { path: "/srv/app/notes.txt" });
});
