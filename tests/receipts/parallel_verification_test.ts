/** However a log is cut into parts and whoever verifies them, outcome, line and counts are the same. */
import { deepEqual, equal, ok } from "node:assert/strict";
import fc from "fast-check";
import { readPolicy } from "../../src/authorizer/replay.ts";
import { notes, people, type Trail, withTrail } from "../../src/authorizer/test_trail.ts";
import { crewFor } from "../../src/cli/verify_threads.ts";
import { fileAt } from "../../src/receipts/read_log.ts";
import { genesis, lineDigest, type ReceiptDraft, sealReceipt } from "../../src/receipts/receipt.ts";
import { partVerifier, type Verification, verifyLog } from "../../src/receipts/verify.ts";
import { Join } from "../../src/receipts/verification/verify_join.ts";
import { partsOf } from "../../src/receipts/verification/verify_parts.ts";
import { BadLine, type Counts } from "../../src/receipts/verification/verify_result.ts";

const keys = { key: people.receipts.publicKey, root: people.root.publicKey };
const repair = { time: "2026-06-01T00:00:00.000Z", kind: "repair", door: "hook" } as const;

/** Lines with torn bytes and their repairs among them: after row `at`, `torn(at)` if it is text. */
function linesWith(trail: Trail, count: number, torn: (at: number) => string | undefined) {
  const authority = trail.mint();
  for (let at = 0; at < count; at++) {
    if (at % 5 === 4) trail.add({ kind: "outcome", of: at, outcome: "ok" });
    else if (at % 7 === 6) trail.deny(authority, "Nothing", 1500);
    else trail.allow(authority, "Read", notes);
  }
  let place = { seq: 1, prev: genesis };
  const seal = (draft: ReceiptDraft): string => {
    const line = sealReceipt(draft, place, people.receipts);
    place = { seq: place.seq + 1, prev: lineDigest(line) };
    return line;
  };
  return trail.lines().flatMap((line, at) => {
    const { seq: _seq, prev: _prev, signature: _signature, ...draft } = JSON.parse(line);
    const whole = [seal(draft)];
    const left = torn(at);
    if (left === undefined) return whole;
    const bytes = new TextEncoder().encode(left).length;
    return [...whole, ...left.split("\n"), seal({ ...repair, torn: lineDigest(left), bytes })];
  });
}

interface Found {
  readonly line: number;
  readonly why: string;
  readonly counts: Counts;
}

const foundBy = (result: Verification): Found =>
  result.outcome === "disproved"
    ? { line: result.line, why: result.why, counts: result.counts }
    : { line: 0, why: result.outcome, counts: result.counts };

/** What is found in parts of at least this many bytes. */
async function inParts(path: string, size: number): Promise<Found> {
  const verify = partVerifier({ ...keys, log: path, checkpoints: [] }, readPolicy);
  const join = new Join([]);
  try {
    for (const part of partsOf(fileAt(path), size)) join.add(part, await verify(part));
    return { line: 0, why: join.isAnchored ? "proven" : "unknown", counts: join.counts };
  } catch (error) {
    if (!(error instanceof BadLine)) throw error;
    return { line: error.line, why: error.message, counts: join.counts };
  }
}

const garbage = ["", "{", '{"seq":3,"prev"', "\n\n", "x\ny\n", "\0".repeat(700), "é\n{}x"];

/** One attack on the line at this place. */
const attacks: readonly ((lines: string[], at: number) => string[])[] = [
  (lines, at) => lines.toSpliced(at, 1),
  (lines, at) => lines.toSpliced(at, 0, lines[at] as string),
  (lines, at) => lines.toSpliced(at, 2, lines[at + 1] ?? "", lines[at] as string),
  (lines, at) => lines.with(at, (lines[at] as string).replace(/[0-9]/, "x")),
  (lines, at) => lines.with(at, (lines[at] as string).slice(0, 90)),
  (lines, at) => lines.with(at, (lines[at] as string).replace('"kind":"repair"', '"kind":"act"')),
  (lines, at) => lines.toSpliced(at, 0, "{}"),
  (lines, at) => lines.toSpliced(at, 0, "garbage", ""),
  (lines, at) => [...lines.slice(0, at), ...lines.slice(at).map((line) => line.slice(1))],
  (lines, at) => lines.slice(0, at),
];

Deno.test("Parts of any size find what one part finds, torn bytes and attacks at their ends", () =>
  withTrail(async (trail) => {
    const torn = (at: number) => at % 3 === 1 ? garbage[at % garbage.length] : undefined;
    const lines = linesWith(trail, 40, torn);
    trail.write(lines);
    const whole = foundBy(await trail.verify());
    deepEqual([whole.line, whole.counts.repairs], [0, 13], whole.why);
    for (let size = 1; size < 4000; size += 61) {
      deepEqual(await inParts(trail.path, size), whole, `${size}`);
    }
    const choice = fc.tuple(fc.nat(lines.length - 1), fc.nat(attacks.length - 1));
    const sizes = fc.array(fc.integer({ min: 1, max: 9000 }), { minLength: 3, maxLength: 3 });
    await fc.assert(
      fc.asyncProperty(fc.array(choice, { minLength: 1, maxLength: 3 }), sizes, async (all, of) => {
        let altered = lines;
        for (const [at, which] of all) {
          if (altered.length === 0) break;
          altered = attacks[which]?.(altered, Math.min(at, altered.length - 1)) ?? altered;
        }
        trail.write(altered);
        const expected = foundBy(await trail.verify());
        for (const size of of) deepEqual(await inParts(trail.path, size), expected);
      }),
      { numRuns: 120 },
    );
  }));

Deno.test("Threads find what one thread finds in many thousand rows, sound and attacked", () =>
  withTrail(async (trail) => {
    // So many that some lie across the places where parts may end.
    const torn = (at: number) =>
      at % 10 === 9 ? `${garbage[at % garbage.length]}\n${"z".repeat(900)}` : undefined;
    const lines = linesWith(trail, 9000, torn);
    const both = async (altered: readonly string[]): Promise<Found> => {
      trail.write(altered);
      const alone = await inParts(trail.path, Infinity);
      const inThreads = await verifyLog(
        { paths: [trail.path], ...keys },
        readPolicy,
        (job) => crewFor(job, 1 << 30, 2),
      );
      deepEqual(foundBy(inThreads), alone);
      return alone;
    };
    const sound = await both(lines);
    ok(partsOf(fileAt(trail.path)).length >= 2);
    deepEqual([sound.line, sound.counts.decisions + sound.counts.outcomes], [0, 9000]);
    const { start } = partsOf(fileAt(trail.path))[1] as { start: number };
    const before = new TextDecoder().decode(Deno.readFileSync(trail.path).subarray(0, start));
    const boundary = before.split("\n").length - 1; // the second part's first line
    for (const [at, which] of [[boundary, 3], [boundary - 1, 0], [boundary, 2], [boundary, 6]]) {
      const altered = attacks[which as number]?.(lines, at as number) ?? [];
      const { line } = await both(altered);
      ok(line > 0 && Math.abs(line - (at as number)) < 8, `${at} ${which} ${line}`);
    }
    equal(sound.why, "proven");
  }));
