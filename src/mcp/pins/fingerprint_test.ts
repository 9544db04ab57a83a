import { equal, notEqual } from "node:assert/strict";
import fc from "fast-check";
import { canonicalJson } from "../../protocol/canonical_json.ts";
import { fingerprintOf, pinTool } from "./fingerprint.ts";

const members = fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 4 }), { minKeys: 1 });

/** The same value with the members of every object in the opposite order. */
function turned(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(turned);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).reverse().map(([k, v]) => [k, turned(v)]));
}

Deno.test("Canonical JSON is JSON of the same value", () => {
  fc.assert(fc.property(members, (value) => {
    equal(canonicalJson(JSON.parse(canonicalJson(value))), canonicalJson(value));
    equal(JSON.stringify(turned(turned(value))), JSON.stringify(value));
  }));
  equal(
    canonicalJson({ b: [1, { d: null, c: "é\n" }], a: true }),
    '{"a":true,"b":[1,{"c":"é\\n","d":null}]}',
  );
});

Deno.test("The order of members plays no part in a fingerprint", () => {
  fc.assert(fc.property(members, (value) => {
    equal(fingerprintOf(turned(value) as typeof value), fingerprintOf(value));
  }));
});

Deno.test("Any other change of any member but the icons changes the fingerprint", () => {
  const change = fc.record({ name: fc.string(), value: fc.jsonValue({ maxDepth: 3 }) });
  fc.assert(fc.property(members, change, (before, { name, value }) => {
    const after = { ...before, [name]: value };
    const isSame = name === "icons" || canonicalJson(before) === canonicalJson(after);
    equal(fingerprintOf(before) === fingerprintOf(after), isSame);
  }));
  const tool = { name: "add", description: "Adds", inputSchema: { properties: { a: {} } } };
  for (
    const other of [
      { ...tool, description: "Adds " },
      { ...tool, title: "" },
      { ...tool, _meta: { searchHint: "x" } },
      { ...tool, annotations: { readOnlyHint: true } },
      { ...tool, outputSchema: {} },
      { ...tool, inputSchema: { properties: { a: { description: "\u200b" } } } },
    ]
  ) notEqual(fingerprintOf(other), fingerprintOf(tool), JSON.stringify(other));
});

Deno.test("Icons are neither pinned nor kept", () => {
  const tool = { name: "add", icons: [{ src: "data:," }] };
  equal(fingerprintOf(tool), fingerprintOf({ name: "add" }));
  equal(canonicalJson(pinTool(tool).definition), '{"name":"add"}');
});
