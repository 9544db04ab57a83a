import { deepEqual, equal } from "node:assert/strict";
import fc from "fast-check";
import { findDecision, mismatchOf, withoutOutcome } from "./outcome.ts";
import type { ReceiptDraft } from "./receipt.ts";
import {
  fileBytes,
  otherKey,
  sampleDraft,
  sampleKey,
  sampleLines,
  withFile,
} from "./sample_log.ts";

const key = sampleKey.publicKey;
const wanted = { call: "toolu_1", session: "s1" };
const { code, observed } = { code: 1001, observed: true } as const;

function decided(change: Partial<ReceiptDraft> = {}): ReceiptDraft {
  return sampleDraft({ ...wanted, input: "aa", ...change });
}

function told(change: Partial<ReceiptDraft> = {}): ReceiptDraft {
  const { decision: _, ...rest } = decided(change);
  return { ...rest, kind: "outcome", outcome: "ok", ...change };
}

function withRows<T>(drafts: readonly ReceiptDraft[], use: (path: string) => T): T {
  return withFile(fileBytes(sampleLines(drafts.map((draft) => ({ draft })))), use);
}

function found(drafts: readonly ReceiptDraft[]): number | undefined {
  return withRows(drafts, (path) => findDecision(path, key, wanted)?.seq);
}

Deno.test("The newest decision about the call in its session is found", () => {
  equal(found([decided()]), 1);
  equal(found([decided(), decided({ code }), told()]), 2);
  equal(found([decided({ call: "toolu_2" }), decided(), decided({ call: "toolu_11" })]), 2);
});

Deno.test("What is no decision of the hook about this call in this session is not taken for it", () => {
  const others: readonly Partial<ReceiptDraft>[] = [
    { session: "s2" },
    { call: "toolu_12" },
    { call: 'toolu_1"' },
    { door: "mcp" },
    { door: "http" },
    { kind: "outcome" },
    { kind: "act" },
    { call: "toolu_2", args: { call: "toolu_1" } },
    { call: "toolu_2", args: { text: '"call":"toolu_1"' } },
  ];
  for (const other of others) {
    equal(found([decided(other)]), undefined, JSON.stringify(other));
    equal(found([decided(), decided(other)]), 1, JSON.stringify(other));
  }
  const { session: _, ...without } = decided();
  equal(found([without]), undefined);
  withRows([without], (path) => {
    equal(findDecision(path, key, { call: "toolu_1", session: undefined })?.seq, 1);
  });
});

Deno.test("A decision that the receipt key did not sign as it stands is none", () => {
  const forged = sampleLines([{ draft: decided() }], otherKey);
  const denied = sampleLines([{ draft: decided({ decision: "deny" }) }]);
  const turned = denied.map((line) => line.replace('"decision":"deny"', '"decision":"allow"'));
  for (const lines of [forged, turned]) {
    withFile(fileBytes(lines), (path) => {
      equal(findDecision(path, key, wanted), undefined);
      deepEqual(withoutOutcome(path, key, "s1"), []);
    });
  }
  withFile(fileBytes([...denied, ...turned]), (path) => {
    equal(findDecision(path, key, wanted)?.decision, "deny");
  });
});

Deno.test("An outcome agrees with its decision, or the mismatch is named", () => {
  const rows:
    readonly (readonly [Partial<ReceiptDraft>, string | undefined, string | undefined])[] = [
      [{}, "aa", undefined],
      [{}, "bb", "input"],
      [{}, undefined, "input"],
      [{ observed }, "aa", undefined],
      [{ observed }, "bb", "input"],
      [{ decision: "deny", code, observed }, "aa", undefined],
      [{ decision: "deny", code, observed }, "bb", "input"],
      [{ decision: "deny", code }, "aa", "denied"],
      [{ decision: "deny", code }, "bb", "denied"],
    ];
  for (const [change, input, mismatch] of rows) {
    withRows([decided(change)], (path) => {
      const decision = findDecision(path, key, wanted);
      equal(mismatchOf(decision, input), mismatch, JSON.stringify([change, input]));
    });
  }
  equal(mismatchOf(undefined, "aa"), "unknown");
});

Deno.test("Any order of rows: what was let run in the session and has no outcome is left", () => {
  const row = fc.record({
    session: fc.constantFrom("s1", "s2", 's"1'),
    call: fc.constantFrom("a", "b", "c", "d"),
    kind: fc.constantFrom("allow", "deny", "observed", "outcome", "mcp"),
  });
  fc.assert(
    fc.property(fc.array(row, { maxLength: 12 }), (rows) => {
      const drafts = rows.map(({ session, call, kind }) => {
        const name = { session, call };
        if (kind === "outcome") return told(name);
        if (kind === "mcp") return decided({ ...name, door: "mcp" });
        if (kind === "observed") return decided({ ...name, decision: "deny", observed });
        return decided({ ...name, decision: kind === "deny" ? "deny" : "allow" });
      });
      const letRun = (at: number) => ["allow", "observed"].includes(rows[at]?.kind ?? "");
      const expected = rows.flatMap(({ session, call }, at) => {
        if (session !== "s1" || !letRun(at)) return [];
        const later = rows.some((other, next) =>
          next > at && other.session === session && other.call === call &&
          (other.kind === "outcome" || letRun(next))
        );
        return later ? [] : [at + 1];
      });
      withRows(drafts, (path) => {
        deepEqual(withoutOutcome(path, key, "s1").map(({ seq }) => seq), expected);
      });
    }),
    { numRuns: 200 },
  );
});
