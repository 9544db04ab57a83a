import { equal } from "node:assert/strict";
import fc from "fast-check";
import { readSince } from "./audit_since.ts";

const now = Date.parse("2026-03-10T12:00:00.000Z");

Deno.test("Distances are counted back from now", () => {
  for (
    const [text, milliseconds] of [
      ["0s", 0],
      ["45s", 45_000],
      ["30m", 1_800_000],
      ["2h", 7_200_000],
      ["7d", 604_800_000],
    ] as const
  ) equal(readSince(text, now), now - milliseconds, text);
});

Deno.test("Times of ISO 8601 are read; without a zone they are local", () => {
  for (
    const [text, read] of [
      ["2026-03-01T12:00:00.000Z", "2026-03-01T12:00:00.000Z"],
      ["2026-03-01T12:00:00+02:00", "2026-03-01T10:00:00.000Z"],
      ["2026-03-01 12:00Z", "2026-03-01T12:00:00.000Z"],
      ["2024-02-29T00:00Z", "2024-02-29T00:00:00.000Z"],
    ] as const
  ) equal(readSince(text, now), Date.parse(read), text);
  equal(readSince("2026-03-01", now), new Date(2026, 2, 1).getTime());
  equal(readSince("2026-03-01T12:00", now), new Date(2026, 2, 1, 12).getTime());
  equal(readSince("today", now), new Date(now).setHours(0, 0, 0, 0));
});

Deno.test("What is no time is none", () => {
  const texts = ["", "2", "h", "-2h", "2.5h", "2 h", "2w", "yesterday", "TODAY", "2026", "2026-3-1"]
    .concat("2026-02-30", "2026-13-01", "2026-03-01T25:00Z", "2026-03-01T12:61Z", "12:00", "1e3s")
    .concat("99999999999d", "2026-03-01T12:00:00.000Z ", "2026-03-01T12", "2025-02-29");
  for (const text of texts) equal(readSince(text, now), undefined, text);
});

Deno.test("Every time that a receipt has is read as itself", () => {
  const dates = fc.date({
    min: new Date("1970-01-01T00:00:00Z"),
    max: new Date("9999-12-31T23:59:59Z"),
    noInvalidDate: true,
  });
  fc.assert(fc.property(dates, (date) => {
    equal(readSince(date.toISOString(), now), date.getTime());
  }));
});
