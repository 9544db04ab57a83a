/**
 * Any sequence of appends, crashes, rotations and garbage leaves a log whose receipts are those that
 * were acknowledged, in their order. A receipt that was written to its end by a process that was
 * killed before it could say so may be there as well: nobody was told either way.
 */
import { deepEqual, ok } from "node:assert/strict";
import fc from "fast-check";
import { appendReceipt } from "../../src/receipts/log.ts";
import { sampleDraft, sampleKey, walkLog, withFile } from "../../src/receipts/sample_log.ts";
import { seal, segmentsOf } from "../../src/receipts/segments.ts";
import { crashAt, type Point } from "./crash.ts";

type Operation =
  | { readonly kind: "append"; readonly isSmall: boolean; readonly length: number }
  | { readonly kind: "crash"; readonly isSmall: boolean; readonly point: Point }
  | { readonly kind: "rotate" }
  | { readonly kind: "garbage"; readonly bytes: Uint8Array };

const small = { bytes: 1, daily: false };
const isSmall = fc.boolean();
const point: fc.Arbitrary<Point> = fc.oneof(
  fc.record({ bytes: fc.oneof(fc.nat(1200), fc.nat(3), fc.integer({ min: 380, max: 440 })) }),
  fc.record({ call: fc.integer({ min: 1, max: 30 }) }),
);
// What a disk may leave; what completes a line that was cut short would be a forgery.
const garbage = fc.oneof(
  fc.uint8Array({ maxLength: 60 }).filter((bytes) => !bytes.includes(125)),
  fc.integer({ min: 1, max: 20_000 }).map((length) => new Uint8Array(length)),
  fc.constantFrom("\n", "\n\n", "{", '{"seq":1\n{"seq').map((text) =>
    new TextEncoder().encode(text)
  ),
);
const operation: fc.Arbitrary<Operation> = fc.oneof(
  fc.record({ kind: fc.constant("append" as const), isSmall, length: fc.nat(9000) }),
  fc.record({ kind: fc.constant("crash" as const), isSmall, point }),
  fc.record({ kind: fc.constant("rotate" as const) }),
  fc.record({ kind: fc.constant("garbage" as const), bytes: garbage }),
);

/** What was asked for, in its order, each under a number of its own. */
interface Model {
  next: number;
  readonly acknowledged: number[];
  readonly unknown: Set<number>;
  /** True when the file ends with a whole receipt, so that it may become a segment. */
  isWhole: boolean;
}

function run(path: string, model: Model, one: Operation): void {
  if (one.kind === "garbage") {
    Deno.writeFileSync(path, one.bytes, { append: true, create: false });
    model.isWhole = false;
    return;
  }
  if (one.kind === "rotate") {
    if (model.isWhole) ok(seal(path));
    model.isWhole = false; // empty
    return;
  }
  const number = model.next++;
  const rotation = one.isSmall ? { rotation: small } : {};
  const append = (length: number) =>
    appendReceipt(path, sampleDraft({ call: String(number), reason: "x".repeat(length) }), {
      key: sampleKey,
      sync: true,
      ...rotation,
    });
  if (one.kind === "append") append(one.length);
  else if (crashAt(one.point, () => append(10)).crashed) {
    model.unknown.add(number);
    model.isWhole = false; // perhaps
    return;
  }
  model.acknowledged.push(number);
  model.isWhole = true;
}

function check(path: string, { acknowledged, unknown }: Model): void {
  const written = walkLog(path).filter(({ kind }) => kind === "decision")
    .map(({ call }) => Number(call));
  deepEqual(written, written.toSorted((a, b) => a - b), "in their order");
  deepEqual(written.filter((number) => !unknown.has(number)), acknowledged);
  ok(new Set(written).size === written.length, "once each");
}

Deno.test({
  name: "Any sequence of appends, crashes, rotations and garbage loses and invents nothing",
  sanitizeResources: false, // what is dead closes nothing
  fn: () => {
    const seen = { segments: 0, unknown: 0 };
    fc.assert(
      fc.property(
        fc.array(operation, { maxLength: 24, size: "max" }),
        (operations) =>
          withFile("", (path) => {
            const model: Model = { next: 1, acknowledged: [], unknown: new Set(), isWhole: false };
            for (const one of operations) {
              // Between two segments there may be none to put garbage into.
              if (one.kind === "garbage" && !isThere(path)) continue;
              run(path, model, one);
            }
            run(path, model, { kind: "append", isSmall: false, length: 1 });
            check(path, model);
            seen.segments += segmentsOf(path).length;
            seen.unknown += model.unknown.size;
          }),
      ),
      { numRuns: 400 },
    );
    ok(seen.segments > 300 && seen.unknown > 300, JSON.stringify(seen));
  },
});

function isThere(path: string): boolean {
  try {
    return Deno.lstatSync(path).isFile;
  } catch {
    return false;
  }
}
