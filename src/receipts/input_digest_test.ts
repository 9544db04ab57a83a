import { equal, match, notEqual } from "node:assert/strict";
import { createHmac } from "node:crypto";
import fc from "fast-check";
import { canonicalJson } from "../protocol/canonical_json.ts";
import { inputDigest } from "./input_digest.ts";

const seed = Uint8Array.from({ length: 32 }, (_, at) => at);

/** Input as JSON text, its canonical text, and the digest that Python's hmac makes of that. */
const vectors: readonly (readonly [json: string, canonical: string, digest: string])[] = [
  ["{}", "{}", "f54861364cac9b078b80a299e78ff7e1e02d11450131091563abceeb78c59d07"],
  [
    ' { "command" : "ls -la" } ',
    '{"command":"ls -la"}',
    "580d9c9f93544b106e9a9ac15768f07d9f4e05e444f1d4fc112d7a837689d8cb",
  ],
  [
    '{"\\u00e9":"\\ud83d\\ude42","b":[true,false,null],"a":1.0}',
    '{"a":1,"b":[true,false,null],"é":"🙂"}',
    "a4fb22b121c0932041397b3e386618f8cc4952313e564c1c37f9d390c1323014",
  ],
  [
    '{"n":[0,-0,10E-1,1000000000000000000000,0.0000001,0.10,123456789012345678901]}',
    '{"n":[0,0,1,1e+21,1e-7,0.1,123456789012345680000]}',
    "ba7e51f430f2d6ef402a69bc3236370b10768189ee40466be2f58ee8d24ee872",
  ],
  [
    '{"\\u0000\\u000a\\u0022":"\\uD800"}',
    '{"\\u0000\\n\\"":"\\ud800"}',
    "55efe48684a92548efe72afa18416c823ebde8ca501dfa3b527fa36d0baacb9a",
  ],
  [
    // By UTF-16: the surrogates of 🙂 stand before ～ (U+FF5E), by code points after it.
    '{"":{"～":3,"🙂":4,"a":2,"A":1}}',
    '{"":{"A":1,"a":2,"🙂":4,"～":3}}',
    "de5d5d3699fe2c524308850fd08cffcb61bf1234fcf6c71355f4ccd254ae3389",
  ],
];

Deno.test("The digest is that of the canonical text under a key derived from the seed", () => {
  for (const [json, canonical, digest] of vectors) {
    const input: unknown = JSON.parse(json);
    equal(canonicalJson(input), canonical);
    equal(inputDigest(seed, input), digest, canonical);
    const key = createHmac("sha256", seed).update("tenuo-claude-input-v1").digest();
    equal(createHmac("sha256", key).update(canonical).digest("hex"), digest, canonical);
  }
});

/** The same value with the members of its objects in another order. */
function shuffled(value: unknown, pick: (most: number) => number): unknown {
  if (Array.isArray(value)) return value.map((item) => shuffled(item, pick));
  if (typeof value !== "object" || value === null) return value;
  const left = Object.entries(value);
  const entries: [string, unknown][] = [];
  while (left.length > 0) {
    const [[name, inner]] = left.splice(pick(left.length), 1) as [[string, unknown]];
    entries.push([name, shuffled(inner, pick)]);
  }
  return Object.fromEntries(entries);
}

const json = fc.jsonValue({ maxDepth: 4, stringUnit: "binary" });

Deno.test("The same input has the same digest, whatever the order of its members and its spelling", () => {
  fc.assert(fc.property(json, fc.infiniteStream(fc.nat()), (value, stream) => {
    const pick = (most: number) => (stream.next().value as number) % most;
    const other: unknown = JSON.parse(JSON.stringify(shuffled(value, pick), null, 2));
    equal(inputDigest(seed, other), inputDigest(seed, value));
    // It is JSON, and means the same.
    equal(canonicalJson(JSON.parse(canonicalJson(value))), canonicalJson(value));
  }));
});

Deno.test("Another input has another digest", () => {
  const text = (value: unknown) => JSON.stringify(JSON.parse(canonicalJson(value)));
  fc.assert(fc.property(json, json, (one, other) => {
    equal(inputDigest(seed, one) === inputDigest(seed, other), text(one) === text(other));
  }));
  // Alike, and not the same.
  const rows = [
    "1",
    '"1"',
    "[1]",
    "[[1]]",
    '{"1":1}',
    "[1,1]",
    "null",
    '"null"',
    "[]",
    "{}",
    '""',
    "[null]",
  ];
  rows.push(
    '{"a":1,"b":2}',
    '{"a":2,"b":1}',
    '{"a":{"b":1}}',
    '{"a.b":1}',
    '["a","b"]',
    '["a,b"]',
    "1.5",
  );
  rows.push(
    '"é"',
    '"e\u0301"',
    "9007199254740993000",
    "9007199254740991",
    "true",
    '"true"',
    '[["a"],"b"]',
  );
  equal(new Set(rows.map((row) => inputDigest(seed, JSON.parse(row)))).size, rows.length);
});

Deno.test("A digest says nothing without the seed, and another seed makes another", () => {
  const digest = inputDigest(seed, { pin: 1234 });
  match(digest, /^[0-9a-f]{64}$/);
  notEqual(inputDigest(new Uint8Array(32), { pin: 1234 }), digest);
  notEqual(createHmac("sha256", seed).update('{"pin":1234}').digest("hex"), digest);
});

Deno.test("Input of any depth and width has a digest", () => {
  let deep: unknown = 1;
  for (let level = 0; level < 100_000; level++) deep = level % 2 === 0 ? [deep] : { a: deep };
  match(inputDigest(seed, deep), /^[0-9a-f]{64}$/);
  const wide = Object.fromEntries(Array.from({ length: 200_000 }, (_, at) => [`m${at}`, [at]]));
  match(inputDigest(seed, wide), /^[0-9a-f]{64}$/);
});
