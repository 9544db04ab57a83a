/** What a verifier is handed to wear it out: it ends soon, in little memory, with the right outcome. */
import { deepEqual, equal, match, ok } from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { notes, type Trail, withTrail } from "../../src/authorizer/test_trail.ts";
import { hex, sha256 } from "../../src/protocol/keys.ts";

/** A log of a few sound lines. */
function sound(trail: Trail, count = 3): string[] {
  const authority = trail.mint();
  for (let at = 0; at < count; at++) trail.allow(authority, "Read", notes);
  return trail.lines();
}

/** `disproved: LINE why` or `unknown: why`, found within this many milliseconds. */
async function found(trail: Trail, within = 10_000): Promise<string> {
  const began = performance.now();
  const result = await trail.verify();
  const took = performance.now() - began;
  ok(took < within, `took ${took} ms`);
  if (result.outcome === "disproved") return `disproved: ${result.line} ${result.why}`;
  return result.outcome === "unknown" ? `unknown: ${result.why}` : "proven";
}

const deep = "[".repeat(200_000);
const deepJson = `{"seq":4,"prev":${deep}${"]".repeat(200_000)}}`;

for (
  const [name, line, why] of [
    ["an unsigned line of deep JSON", deepJson, /^disproved: 4 is not/],
    ["deep JSON without an end", deep, /^disproved: 4 is not a receipt/],
    ["a line of 20 MB", "x".repeat(20 << 20), /^disproved: 4 is longer than any receipt/],
    ["a line of 15 MB of JSON", `{"seq":"${"x".repeat(15 << 20)}"}`, /^disproved: 4 is not/],
    ["a line of NUL bytes", "\0".repeat(4 << 20), /^disproved: 4 is not a receipt/],
    ["whole JSON that nobody signed", '{"seq":1}', /^disproved: 4 is not a receipt/],
    ["a million empty lines", "\n".repeat(1_000_000), /^disproved: 4 is not a receipt/],
    ["a million lines of garbage", "{}\n".repeat(1_000_000), /^disproved: 4 is not a receipt/],
  ] as const
) {
  Deno.test(`Handed to the verifier: ${name}`, () =>
    withTrail(async (trail) => {
      trail.write([...sound(trail), line]);
      match(await found(trail), why);
      // What follows it counts for nothing either.
      trail.write([...trail.lines(), line, trail.lines()[2] as string]);
      match(await found(trail), why);
    }));
}

Deno.test("Handed to the verifier: signed lines of deep arguments", () =>
  withTrail(async (trail) => {
    const authority = trail.mint();
    trail.allow(authority, "Read", notes);
    let deepest: unknown = "x";
    for (let level = 0; level < 3000; level++) deepest = [deepest];
    trail.allow(authority, "Read", { path: deepest }, {}, notes);
    trail.write();
    match(await found(trail), /^disproved: 2 (has a proof|cannot be judged)/);
  }));

Deno.test("Handed to the verifier: many thousand names of missing chains", () =>
  withTrail(async (trail) => {
    const authority = trail.mint();
    for (let at = 0; at < 5000; at++) {
      const chain = hex(sha256(new TextEncoder().encode(String(at))));
      trail.deny({ ...authority, chain }, "Read", 1501);
    }
    trail.write();
    match(await found(trail), /^unknown: evidence\/\w+\.warrant is missing or unreadable/);
  }));

Deno.test("Handed to the verifier: the checkpoints of a month, all in one file", () =>
  withTrail(async (trail) => {
    const lines = sound(trail, 40);
    trail.write(lines);
    const kept = Array.from(
      { length: 4500 },
      (_, at) => trail.checkpoint(lines.slice(0, at % 40 + 1), `kept.${at % 40}`),
    );
    const texts = kept.map((path) => Deno.readTextFileSync(path)).join("");
    Deno.writeTextFileSync(`${trail.folder}/kept`, texts);
    ok(texts.length > 1 << 20);
    const began = performance.now();
    const { outcome, checkpoints } = await trail.verify({ checkpoints: [`${trail.folder}/kept`] });
    deepEqual([outcome, checkpoints], ["proven", 4500]);
    ok(performance.now() - began < 10_000);
  }));

/** A pipe, a link, a folder or a file of a gigabyte in place of a file. */
const stands = (path: string, what: string): void => {
  try {
    Deno.removeSync(path);
  } catch {
    // it was not there
  }
  if (what === "pipe") equal(spawnSync("mkfifo", [path]).status, 0);
  else if (what === "link") Deno.symlinkSync("/dev/zero", path);
  else if (what === "folder") Deno.mkdirSync(path);
  else {
    Deno.writeTextFileSync(path, "");
    Deno.truncateSync(path, 1 << 30);
  }
};

for (const what of ["pipe", "link", "folder", "gigabyte"]) {
  Deno.test(`Handed to the verifier: a ${what} in place of a file`, async () => {
    const places: readonly [(trail: Trail) => string, RegExp][] = [
      [({ folder }) => `${folder}/receipts.checkpoint`, /^unknown: Checkpoint/],
      [({ folder }) => `${folder}/kept`, /^unknown: Checkpoint/],
      [({ path }) => path, what === "gigabyte" ? /^disproved: 1 / : /^unknown: /],
      [({ folder }) => `${folder}/receipts.000001.jsonl`, /^(unknown|disproved): /],
      [
        ({ folder }) =>
          `${folder}/evidence/` +
          [...Deno.readDirSync(`${folder}/evidence`)].find(({ name }) => name.endsWith("policy"))
            ?.name,
        /^unknown: evidence/,
      ],
    ];
    for (const [placeOf, why] of places) {
      await withTrail(async (trail) => {
        trail.write(sound(trail));
        const path = placeOf(trail);
        stands(path, what);
        const began = performance.now();
        const checkpoints = path.endsWith("/kept") ? [path] : [];
        const result = await trail.verify({ checkpoints });
        ok(performance.now() - began < 20_000);
        const text = result.outcome === "disproved"
          ? `${result.line} ${result.why}`
          : result.outcome === "unknown"
          ? result.why
          : "";
        match(`${result.outcome}: ${text}`, why, path);
      });
    }
  });
}
