import { deepEqual } from "node:assert/strict";
import fc from "fast-check";
import { EvidenceNames } from "./bundle_names.ts";
import { lineDigest } from "../receipt.ts";
import { fileBytes, sampleDraft, sampleLines } from "../sample_log.ts";

const name = fc.nat(6).map((number) => lineDigest(String(number)));
const row = fc.record({
  chain: fc.option(name),
  policy: fc.option(name),
  nested: name,
  text: fc.string({ unit: "binary" }),
});

Deno.test("What rows name is found wherever the bytes are cut, and what arguments hold is not", () => {
  fc.assert(
    fc.property(fc.array(row, { maxLength: 12 }), fc.integer({ min: 1, max: 700 }), (rows, cut) => {
      const lines = sampleLines(rows.map(({ chain, policy, nested, text }) => ({
        draft: sampleDraft({
          args: { chain: nested, policy: nested, text: `${text}"chain":"${nested}"` },
          ...(chain === null ? {} : { chain }),
          ...(policy === null ? {} : { policy }),
        }),
      })));
      const bytes = fileBytes(lines);
      const names = new EvidenceNames();
      for (let at = 0; at < bytes.length; at += cut) names.take(bytes.subarray(at, at + cut));
      names.endFile();
      const expected = (kind: "policy" | "chain") =>
        [...new Set(rows.flatMap((row) => row[kind] ?? []))].sort();
      deepEqual(names.all, [
        ...expected("policy").map((name) => ({ kind: "policy", name })),
        ...expected("chain").map((name) => ({ kind: "warrant", name })),
      ]);
    }),
    { numRuns: 200 },
  );
});

Deno.test("A last line without its line feed counts, torn ones do not, and files do not run together", () => {
  const [line = ""] = sampleLines([{ draft: sampleDraft({ chain: lineDigest("a") }) }]);
  const names = new EvidenceNames();
  const encoder = new TextEncoder();
  names.take(encoder.encode(line.slice(0, -40)));
  names.endFile();
  deepEqual(names.all, []);
  names.take(encoder.encode(line));
  deepEqual(names.all, []);
  names.endFile();
  deepEqual(names.all, [{ kind: "warrant", name: lineDigest("a") }]);
});
