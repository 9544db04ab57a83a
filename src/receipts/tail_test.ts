import { deepEqual, equal, throws } from "node:assert/strict";
import fc from "fast-check";
import { openRegular } from "../state/read_file.ts";
import { lineDigest, parseReceipt } from "./receipt.ts";
import { fileBytes, otherKey, plainLines, sampleKey, withFile } from "./sample_log.ts";
import { readTail, type Tail } from "./tail.ts";

function tailOf(content: Uint8Array | string, key = sampleKey): Tail {
  return withFile(content, (path) => {
    const { file } = openRegular(path, { read: true });
    try {
      return readTail(file, path, key);
    } finally {
      file.close();
    }
  });
}

const lines = plainLines(3);
const [, , third] = lines as [string, string, string];
const whole = fileBytes(lines);
const newest = { last: parseReceipt(third), digest: lineDigest(third) };

function torn(text: string): Pick<Tail, "torn"> {
  return { torn: { digest: lineDigest(text), bytes: new TextEncoder().encode(text).length } };
}

Deno.test("The newest receipt of a whole file", () => {
  deepEqual(tailOf(whole), { end: whole.length, ...newest, lacksFeed: false });
});

Deno.test("An empty file has no receipt and nothing torn", () => {
  deepEqual(tailOf(""), { end: 0, lacksFeed: false });
});

Deno.test("Line feeds alone are torn bytes too, so that each byte has a name", () => {
  deepEqual(tailOf("\n"), { end: 1, lacksFeed: false, ...torn("") });
  deepEqual(tailOf("\n\n"), { end: 2, lacksFeed: false, ...torn("\n") });
  const doubled = new Uint8Array([...whole, 10]);
  deepEqual(tailOf(doubled), { end: doubled.length, ...newest, lacksFeed: false, ...torn("") });
});

Deno.test("What stands after the newest receipt is torn, whatever it is", () => {
  const decoder = new TextDecoder();
  const noReceipt = fc.string({ unit: "binary", maxLength: 200 }).map((text) =>
    // As the file will have it: lone surrogates have no bytes of their own.
    decoder.decode(new TextEncoder().encode(text))
  ).filter((text) => !text.startsWith("\ufeff"));
  fc.assert(fc.property(fc.array(noReceipt, { minLength: 1, maxLength: 4 }), fc.boolean(), (
    parts,
    isFed,
  ) => {
    const after = parts.join("\n");
    const content = `${lines.join("\n")}\n${after}${isFed ? "\n" : ""}`;
    const end = new TextEncoder().encode(content).length;
    const lacksFeed = !content.endsWith("\n");
    const named = isFed ? after : after.replace(/\n$/, "");
    const hasTorn = isFed || after !== "";
    deepEqual(tailOf(content), { end, ...newest, lacksFeed, ...(hasTorn ? torn(named) : {}) });
  }));
});

Deno.test("Every beginning of the last line is torn; with its last byte it is the newest receipt", () => {
  const before = fileBytes(lines.slice(0, 2));
  for (let length = 1; length < third.length; length++) {
    const { last, torn } = tailOf(whole.slice(0, before.length + length));
    deepEqual([last?.seq, torn?.bytes], [2, length]);
  }
  deepEqual(tailOf(whole.slice(0, -1)), { end: whole.length - 1, ...newest, lacksFeed: true });
});

Deno.test("A last line without its line feed must be the receipt key's", () => {
  const { last, torn } = tailOf(whole.slice(0, -1), otherKey);
  deepEqual([last?.seq, torn?.bytes], [2, third.length]);
  // With it, whose it is is for verification to say: that costs no call its time.
  equal(tailOf(whole, otherKey).last?.seq, 3);
});

Deno.test("No part of a line is taken for a receipt, wherever the reading begins", () => {
  // A receipt's text inside another's argument, with and without an end of its own.
  const inner = JSON.stringify(third);
  const line = `{"seq":4,"args":{"x":${inner},"signature":"${"0".repeat(128)}"}`;
  for (const text of [line, `${line}\n`, `${" ".repeat(8192)}${third.slice(10)}\n`]) {
    equal(tailOf(`${lines.join("\n")}\n${text}`).last?.seq, 3);
  }
  // Just as long as the first look, and one more or less.
  for (const extra of [-2, -1, 0, 1, 2]) {
    const filler = "x".repeat(8192 - third.length - 2 + extra);
    const { last, torn } = tailOf(`${lines.join("\n")}\n${filler}`);
    deepEqual([last?.seq, torn?.bytes], [3, filler.length]);
  }
});

Deno.test("A file that shrinks while it is read is refused", () => {
  withFile(whole, (path) => {
    const { file } = openRegular(path, { read: true });
    const { seekSync } = Deno.FsFile.prototype;
    Deno.FsFile.prototype.seekSync = function (...args) {
      Deno.truncateSync(path, 10);
      return seekSync.apply(this, args);
    };
    try {
      throws(() => readTail(file, path, sampleKey), {
        name: "UnsafeFile",
        message: `${path} shrank while it was read`,
      });
    } finally {
      Deno.FsFile.prototype.seekSync = seekSync;
      file.close();
    }
  });
});
