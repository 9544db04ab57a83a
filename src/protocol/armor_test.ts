import { Buffer } from "node:buffer";
import { ok, strictEqual as equal } from "node:assert/strict";
import fc from "fast-check";
import {
  childOf,
  envelopeOf,
  holder,
  minted,
  refusal,
  root,
  stackOf,
} from "../../tests/conformance/minted.ts";
import { maxInputBytes, toBase64, toFile, toPem, unwrap } from "./armor.ts";
import { readChain } from "./chain.ts";
import { hex } from "./keys.ts";

const parent = minted();
const first = envelopeOf(parent.payloadBytes);
const second = envelopeOf(childOf(parent).payloadBytes, holder);
const stack = stackOf([first, second]);

function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** The bytes that an input stands for, hex. */
function unwrapped(input: Uint8Array | string): string {
  return hex(unwrap(typeof input === "string" ? bytesOf(input) : input));
}

function judged(input: Uint8Array | string): string {
  return refusal(() => unwrapped(input));
}

/** A PEM block under the labels given. */
function block(body: string, label = "TENUO WARRANT", end = label): string {
  return `-----BEGIN ${label}-----\n${body}\n-----END ${end}-----\n`;
}

for (const [name, bytes] of Object.entries({ warrant: first, stack })) {
  Deno.test(`A ${name} is read in every form`, () => {
    const padded = Buffer.from(bytes).toString("base64");
    const forms: readonly (Uint8Array | string)[] = [
      bytes,
      toFile(bytes),
      toBase64(bytes),
      `  ${toBase64(bytes)}\r\n`,
      (toBase64(bytes).match(/.{1,64}/g) ?? []).join("\n"),
      padded,
      padded.replace(/=+$/, ""),
      padded.replaceAll("+", "-").replaceAll("/", "_"),
      hex(bytes),
      hex(bytes).toUpperCase(),
      (hex(bytes).match(/.{1,64}/g) ?? []).join("\n"),
      toPem(bytes),
      toPem(bytes).replaceAll("\n", "\r\n"),
      `\n\n${toPem(bytes)}\n\n`,
    ];
    for (const form of forms) equal(unwrapped(form), hex(bytes));
  });
}

Deno.test("Base64 is read at every length and padding", () => {
  for (let size = 1; size < 9; size++) {
    const bytes = new Uint8Array(size).fill(0x83);
    equal(unwrapped(toBase64(bytes)), hex(bytes));
    equal(unwrapped(Buffer.from(bytes).toString("base64")), hex(bytes));
  }
});

Deno.test("What is written: base64 for URLs, PEM in lines of 64, a file with its magic bytes", () => {
  ok(/^[A-Za-z0-9_-]+$/.test(toBase64(stack)));
  const lines = toPem(first).trimEnd().split("\n");
  equal(lines[0], "-----BEGIN TENUO WARRANT-----");
  equal(lines.at(-1), "-----END TENUO WARRANT-----");
  ok(lines.slice(1, -2).every((line) => line.length === 64));
  equal(toPem(stack).split("\n")[0], "-----BEGIN TENUO WARRANT CHAIN-----");
  equal(hex(toFile(first)), `54454e5501${hex(first)}`);
});

Deno.test("Repeated PEM blocks are a stack in their order, and the chain's order is judged after", () => {
  const together = toPem(first) + toPem(second);
  equal(unwrapped(together), hex(stack));
  equal(unwrapped(`${toPem(first)}\n\n${toPem(second)}`), hex(stack));
  const judgedChain = (text: string) =>
    refusal(() => readChain(unwrap(bytesOf(text)), [root.publicKey]));
  equal(judgedChain(together), "accepted");
  equal(unwrapped(toPem(second) + toPem(first)), hex(stackOf([second, first])));
  equal(judgedChain(toPem(second) + toPem(first)), "UntrustedRoot");
});

Deno.test("InvalidEnvelopeStructure: a chain block beside another", () => {
  for (const other of [first, stack]) {
    equal(judged(toPem(stack) + toPem(other)), "InvalidEnvelopeStructure");
    equal(judged(toPem(other) + toPem(stack)), "InvalidEnvelopeStructure");
  }
});

Deno.test("InvalidEnvelopeStructure: labels that differ, are another's or are broken", () => {
  const body = toBase64(first);
  for (
    const text of [
      block(body, "TENUO WARRANT", "TENUO WARRANT CHAIN"),
      block(body, "TENUO WARRANT CHAIN", "TENUO WARRANT"),
      block(body, "CERTIFICATE"),
      block(body, "tenuo warrant"),
      block(body, "TENUO WARRANT", "CERTIFICATE"),
      `-----BEGIN TENUO WARRANT-----\n${body}\n`,
      `${body}\n-----END TENUO WARRANT-----\n`,
      "-----",
      "-----BEGIN TENUO WARRANT-----",
      block(block(body)),
    ]
  ) equal(judged(text), "InvalidEnvelopeStructure", text.slice(0, 60));
});

Deno.test("InvalidEnvelopeStructure: something around a PEM block, or nothing in it", () => {
  for (
    const text of [`x${toPem(first)}`, `${toPem(first)}x`, `${toPem(first)}${toBase64(second)}`]
  ) {
    equal(judged(text), "InvalidEnvelopeStructure");
  }
  for (const body of ["", "\n", "=", "a", "!"]) {
    equal(judged(block(body)), "InvalidEnvelopeStructure", body.slice(0, 9));
  }
});

Deno.test("InvalidEnvelopeStructure: nothing, or text that is neither hex nor base64", () => {
  for (const text of ["", " ", "\n\t", "not a warrant!", "=", "a=b", "{}", "a", "ab===", "gwF%"]) {
    equal(judged(text), "InvalidEnvelopeStructure", text);
  }
});

Deno.test("InvalidEnvelopeStructure: a stray character or stray bits at the end of base64", () => {
  const bytes = new Uint8Array(4).fill(0x83);
  equal(toBase64(bytes), "g4ODgw");
  equal(judged("g4ODgx"), "InvalidEnvelopeStructure");
  equal(judged("g4ODgwA"), "accepted");
  equal(judged("g4ODg"), "InvalidEnvelopeStructure");
  const even = toBase64(new Uint8Array(3).fill(0x83));
  equal(judged(`${even}A`), "InvalidEnvelopeStructure");
});

Deno.test("ChainTooLarge: an input beyond any form of a chain, before anything is read", () => {
  const text = (size: number) => new Uint8Array(size).fill(0x20);
  equal(judged(text(maxInputBytes)), "InvalidEnvelopeStructure");
  equal(judged(text(maxInputBytes + 1)), "ChainTooLarge");
  const largest = new Uint8Array(256 * 1024).fill(0x83);
  for (const form of [largest, toFile(largest), hex(largest), toBase64(largest)]) {
    equal(unwrapped(form), hex(largest));
  }
});

Deno.test("A file that has nothing after its magic bytes is nothing to read", () => {
  equal(refusal(() => readChain(unwrap(toFile(new Uint8Array())))), "MalformedCBOR");
  equal(judged(bytesOf("TENU")), "accepted");
});

Deno.test("Whatever is given has bytes or a code", () => {
  const pieces = fc.constantFrom(
    "-----",
    "BEGIN",
    "END",
    " TENUO WARRANT",
    " CHAIN",
    "\n",
    "gwE",
    "=",
  );
  const text = fc.array(pieces, { maxLength: 12 }).map((list) => bytesOf(list.join("")));
  fc.assert(
    fc.property(fc.oneof(fc.uint8Array({ maxLength: 64 }), text), (input) => {
      refusal(() => readChain(unwrap(input), [root.publicKey]));
    }),
    { numRuns: 5000 },
  );
});

Deno.test("A warrant in text that is cut or has any character changed is refused with a code", () => {
  for (const text of [toBase64(first), toPem(first), hex(first)]) {
    const judgedText = (given: string) =>
      refusal(() => readChain(unwrap(bytesOf(given)), [root.publicKey]));
    const whole = text.trimEnd();
    for (let at = 0; at < whole.length; at++) {
      ok(judgedText(whole.slice(0, at)) !== "accepted", `cut at ${at}`);
      const swapped = whole[at] === "Q" ? "R" : "Q";
      const changed = whole.slice(0, at) + swapped + whole.slice(at + 1);
      ok(whole[at] === "\n" || judgedText(changed) !== "accepted", `changed at ${at}`);
    }
  }
});

Deno.test("A PEM body with dashes of its own is read", () => {
  for (let byte = 0; byte < 256; byte++) {
    const one = envelopeOf(Uint8Array.of(byte, 0xfb, 0xef, 0xbe, 0xfb, 0xef, 0xbe));
    equal(unwrapped(toPem(one)), hex(one));
  }
});

Deno.test("Labels that are only opened are refused at once", () => {
  const text = "-----BEGIN TENUO WARRANT-----".repeat(36_000);
  const start = performance.now();
  equal(judged(text), "InvalidEnvelopeStructure");
  ok(performance.now() - start < 1000);
});
