import { deepEqual, equal, match } from "node:assert/strict";
import { Buffer } from "node:buffer";
import { createHash, createPublicKey, verify } from "node:crypto";
import fc from "fast-check";
import {
  genesis,
  lineDigest,
  openLine,
  openReceipt,
  parseReceipt,
  sealReceipt,
} from "./receipt.ts";
import { otherKey, sampleDraft, sampleKey } from "./sample_log.ts";

const place = { seq: 1, prev: genesis };
const key = sampleKey.publicKey;

Deno.test("A sealed draft opens with everything it was sealed with", () => {
  const value = fc.jsonValue({ stringUnit: "binary" });
  const args = fc.dictionary(fc.string({ unit: "binary" }), value);
  fc.assert(fc.property(args, fc.string({ unit: "binary" }), (args, reason) => {
    const line = sealReceipt(sampleDraft({ args, reason }), place, sampleKey);
    const receipt = openReceipt(line, key);
    // As JSON has it: -0 is 0 there.
    const expected = JSON.parse(JSON.stringify({ ...place, ...sampleDraft({ args, reason }) }));
    deepEqual({ ...receipt, signature: "" }, { ...expected, signature: "" });
    equal(line.includes("\n"), false);
    equal(openReceipt(line, otherKey.publicKey), undefined);
  }));
});

Deno.test("A name with an escape opens as it was sealed, whatever was read before", () => {
  const sealed = (args: Record<string, unknown>) =>
    sealReceipt(sampleDraft({ args }), place, sampleKey);
  const lines = [{ h: [], "\\": 0 }, { h: 1, '"': 2 }].map(sealed);
  for (const line of lines) {
    for (
      const receipt of [openReceipt(line, key), openLine(new TextEncoder().encode(line), key)]
    ) equal(JSON.stringify(receipt), line);
    equal(JSON.stringify(parseReceipt(line)), line);
  }
});

Deno.test("The signature is over the domain and the line before it, as the page on receipts says", () => {
  const line = sealReceipt(sampleDraft({ reason: "é" }), place, sampleKey);
  const [, body, signature] = /^(.*),"signature":"(\w{128})"\}$/.exec(line) ?? [];
  const der = Buffer.concat([
    Buffer.from("302a300506032b6570032100", "hex"),
    Buffer.from(key, "hex"),
  ]);
  const message = `tenuo-warrant-v1tenuo-claude-receipt-v1${body}`;
  equal(
    verify(
      null,
      Buffer.from(message),
      createPublicKey({ key: der, format: "der", type: "spki" }),
      Buffer.from(signature as string, "hex"),
    ),
    true,
  );
});

Deno.test("A digest is the SHA-256 of the line's bytes", () => {
  const line = sealReceipt(sampleDraft({ reason: "é" }), place, sampleKey);
  const expected = createHash("sha256").update(line, "utf8").digest("hex");
  equal(lineDigest(line), expected);
  equal(lineDigest(new TextEncoder().encode(line)), expected);
});

Deno.test("The first members are the place, the last is the signature", () => {
  const line = sealReceipt(sampleDraft(), place, sampleKey);
  match(line, /^\{"seq":1,"prev":"0{64}","time":/);
  equal(Object.keys(parseReceipt(line) ?? {}).at(-1), "signature");
});

Deno.test("What is no receipt opens as none", () => {
  const line = sealReceipt(sampleDraft(), place, sampleKey);
  const rows = [
    "",
    "{}",
    "null",
    "[]",
    "x",
    line.slice(0, -1),
    `${line}\n`,
    ` ${line}`,
    line + line,
  ];
  for (const row of rows) equal(openReceipt(row, key), undefined, row);
  for (const row of ["", "null", "[]", "5", '{"seq":1}', '{"prev":""}', "{"]) {
    equal(parseReceipt(row), undefined, row);
  }
});
