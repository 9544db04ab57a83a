import { deepEqual, equal, throws } from "node:assert/strict";
import fc from "fast-check";
import { parseReceipt, type Receipt, type ReceiptDraft } from "../receipts/receipt.ts";
import { sampleDraft, sampleLines } from "../receipts/sample_log.ts";
import { fitsPattern, readFilter } from "./audit_filter.ts";
import { UsageError } from "./command.ts";

const now = Date.parse("2026-03-10T12:00:00.000Z");

const drafts: readonly ReceiptDraft[] = [
  sampleDraft({ session: "s1" }),
  sampleDraft({ session: "s2", tool: "Bash", decision: "deny", agent: "reviewer" }),
  sampleDraft({ session: "s1", tool: "mcp__files__read", decision: "deny", observed: true }),
  sampleDraft({ kind: "outcome", outcome: "ok", session: "s1" }),
  sampleDraft({ kind: "outcome", outcome: "ok", tool: "Bash", agent: "reviewer" }),
  { time: "2026-03-02T00:00:00.000Z", kind: "act", door: "command", reason: "refresh" },
];

const lines = sampleLines(drafts.map((draft) => ({ draft })));

/** The numbers of the receipts that are asked for; 0 for a line that is none. */
function asked(options: Readonly<Record<string, string>>): number[] {
  const test = readFilter(options, now).newTest();
  const receipts: (Receipt | undefined)[] = lines.map(parseReceipt);
  return [...receipts, undefined].filter(test).map((receipt) => receipt?.seq ?? 0);
}

Deno.test("Without options everything is asked for, lines that are no receipts too", () => {
  deepEqual(asked({}), [1, 2, 3, 4, 5, 6, 0]);
});

Deno.test("Each option asks for a part, and together for what all of them ask for", () => {
  deepEqual(asked({ tool: "Read" }), [1, 4]);
  deepEqual(asked({ tool: "mcp__*" }), [3]);
  deepEqual(asked({ tool: "read" }), []);
  deepEqual(asked({ decision: "allow" }), [1]);
  deepEqual(asked({ decision: "deny" }), [2]);
  deepEqual(asked({ decision: "would-deny" }), [3]);
  deepEqual(asked({ role: "main" }), [1, 3, 4]);
  deepEqual(asked({ role: "reviewer" }), [2, 5]);
  deepEqual(asked({ session: "s1" }), [1, 3, 4]);
  deepEqual(asked({ session: "s1", decision: "allow" }), [1]);
  deepEqual(asked({ tool: "Bash", role: "reviewer", decision: "deny" }), [2]);
  deepEqual(asked({ tool: "*", since: "2026-03-01T12:00:00.000Z" }), [1, 2, 3, 4, 5]);
});

Deno.test("Lines that are no receipts belong to the time they stand in", () => {
  deepEqual(asked({ since: "2026-03-01T12:00:00.000Z" }), [1, 2, 3, 4, 5, 6, 0]);
  deepEqual(asked({ since: "2026-03-01T12:00:00.001Z" }), [6, 0]);
  deepEqual(asked({ since: "2026-03-03" }), []);
  deepEqual(asked({ since: "9d" }), [1, 2, 3, 4, 5, 6, 0]);
  deepEqual(asked({ since: "8d" }), []);
});

Deno.test("Nonsense is refused with what the option takes", () => {
  const refused = (options: Record<string, string>, message: RegExp) =>
    throws(
      () => readFilter(options, now),
      (error) => error instanceof UsageError && error.exitCode === 2 && message.test(error.message),
    );
  refused({ since: "lately" }, /^--since is "lately"; it takes .*2h.*today$/);
  refused({ since: "" }, /^--since is ""/);
  refused(
    { decision: "denied" },
    /^--decision is "denied"; it takes allow, deny or would-deny$/,
  );
  refused({ decision: "toString" }, /^--decision is/);
  for (const name of ["tool", "role", "session"]) {
    refused({ [name]: "" }, new RegExp(`^--${name} takes \\w+, not an empty text$`));
  }
});

Deno.test("A star stands for any text, and everything else for itself", () => {
  const part = fc.string({ unit: fc.constantFrom("a", "b", "*"), maxLength: 12 });
  const name = fc.string({ unit: fc.constantFrom("a", "b"), maxLength: 12 });
  fc.assert(
    fc.property(part, name, (pattern, text) => {
      const expression = new RegExp(`^${pattern.replaceAll("*", ".*")}$`);
      equal(fitsPattern(pattern, text), expression.test(text), `${pattern} ${text}`);
    }),
    { numRuns: 2000 },
  );
  equal(fitsPattern("a.c", "abc"), false);
  equal(fitsPattern("mcp__*__read", "mcp__files__read"), true);
  equal(fitsPattern("*".repeat(10_000), "x".repeat(10_000)), true);
});
