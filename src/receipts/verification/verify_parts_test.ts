/** However a log is cut into parts, the same is found as in one piece. */
import { deepEqual, equal } from "node:assert/strict";
import fc from "fast-check";
import { notes, people, type Trail, withTrail } from "../../authorizer/test_trail.ts";
import { readPolicy } from "../../authorizer/replay.ts";
import { fileAt } from "../read_log.ts";
import { lineDigest, sealReceipt } from "../receipt.ts";
import { partVerifier, type Verification } from "../verify.ts";
import { Join } from "./verify_join.ts";
import { partsOf } from "./verify_parts.ts";
import { BadLine, type Counts } from "./verify_result.ts";

/** Lines of a good log with torn bytes in it. */
function goodLines(trail: Trail, count: number): string[] {
  const authority = trail.mint();
  for (let i = 0; i < count; i++) {
    if (i % 4 === 3) trail.add({ kind: "outcome", of: i, outcome: "ok" });
    else {trail.allow(authority, "Read", i % 5 === 0 ? { path: `/etc/${i}` } : notes, {
        ...(i % 5 === 0 ? { masked: true } : {}),
      });}
  }
  const [first, ...others] = trail.lines();
  const left = `${first?.slice(0, 40)}`;
  const repair = { time: "2026-06-01T00:00:00.000Z", kind: "repair", door: "hook" } as const;
  const lines = [first as string, left];
  for (const body of [{ ...repair, torn: lineDigest(left), bytes: left.length }]) {
    lines.push(sealReceipt(body, { seq: 2, prev: lineDigest(first as string) }, people.receipts));
  }
  let place = { seq: 3, prev: lineDigest(lines[2] as string) };
  for (const line of others) {
    const { seq: _, prev: __, signature: ___, ...draft } = JSON.parse(line);
    const next = sealReceipt(draft, place, people.receipts);
    lines.push(next);
    place = { seq: place.seq + 1, prev: lineDigest(next) };
  }
  return lines;
}

interface Found {
  readonly line: number;
  readonly why: string;
  readonly counts: Counts;
}

/** What is found in parts of this many bytes; line 0 when all is proven. */
async function inParts(path: string, size: number): Promise<Found> {
  const [key, root] = [people.receipts.publicKey, people.root.publicKey];
  const verify = partVerifier({ key, root, log: path, checkpoints: [] }, readPolicy);
  const join = new Join([]);
  const parts = partsOf(fileAt(path), size);
  equal(parts.reduce((sum, { start, end }) => sum + end - start, 0), fileAt(path).size);
  try {
    for (const part of parts) join.add(part, await verify(part));
    return { line: 0, why: "", counts: join.counts };
  } catch (error) {
    if (!(error instanceof BadLine)) throw error;
    return { line: error.line, why: error.message, counts: join.counts };
  }
}

function whole(result: Verification): Found {
  return result.outcome === "disproved"
    ? { line: result.line, why: result.why, counts: result.counts }
    : { line: 0, why: "", counts: result.counts };
}

Deno.test("A log in parts of any size is proven with the same counts", () =>
  withTrail(async (trail) => {
    trail.write(goodLines(trail, 30));
    const result = await trail.verify();
    equal(result.outcome, "proven", JSON.stringify(result));
    deepEqual([result.counts.repairs, result.counts.receipts], [1, 31]);
    for (const size of [1, 100, 900, 1000, 2000, 5000, 1 << 20]) {
      deepEqual(await inParts(trail.path, size), whole(result));
    }
  }));

Deno.test("The first bad line and its reason are the same in parts of any size", () =>
  withTrail(async (trail) => {
    const lines = goodLines(trail, 16);
    const edit = fc.tuple(fc.constantFrom("cut", "swap", "double", "garble", "foreign", "tear"))
      .map(([kind]) => kind);
    const change = (all: string[], kind: string, at: number): string[] => {
      const line = all[at] as string;
      const other = all[(at + 3) % all.length] as string;
      switch (kind) {
        case "cut":
          return all.toSpliced(at, 1);
        case "swap":
          return all.with(at, other);
        case "double":
          return all.toSpliced(at, 0, line);
        case "garble":
          return all.with(at, line.replace(/[0-9]/, "x"));
        case "foreign":
          return all.with(
            at,
            sealReceipt(
              { time: "", kind: "act", door: "hook" },
              { seq: at, prev: "" },
              people.stranger,
            ),
          );
        default:
          return all.with(at, line.slice(0, 60));
      }
    };
    const edits = fc.array(fc.tuple(edit, fc.nat(lines.length - 1)), {
      minLength: 1,
      maxLength: 3,
    });
    await fc.assert(
      fc.asyncProperty(edits, fc.integer({ min: 1, max: 6000 }), async (changes, size) => {
        let altered = [...lines];
        for (const [kind, at] of changes) altered = change(altered, kind, at % altered.length);
        trail.write(altered);
        deepEqual(await inParts(trail.path, size), whole(await trail.verify()));
      }),
      { numRuns: 150 },
    );
  }));
