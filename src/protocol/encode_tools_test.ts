import { deepStrictEqual as deepEqual, strictEqual as equal } from "node:assert/strict";
import { minted, rule, toolsOf } from "../../tests/conformance/minted.ts";
import { type Cbor, encode } from "./cbor.ts";
import { encodeTools } from "./encode_tools.ts";
import { hex } from "./keys.ts";
import type { Constraint } from "./warrant.ts";

Deno.test("Constraints are written as the published library reads them", () => {
  const range = rule({ min: 1, max: 100.5, min_inclusive: true, max_inclusive: true });
  const pairs: Readonly<Record<string, Constraint>> = {
    any: [13, rule({ constraints: [[8, rule({ network: "::/0" })], [2, rule({ pattern: "a" })]] })],
    cidr: [8, rule({ network: "10.0.0.0/8" })],
    exact: [1, rule({ value: 5 })],
    range: [3, range],
    url: [9, rule({ pattern: "https://a.b/*" })],
  };
  const { tools } = minted({ tools: toolsOf({ t: pairs }) });
  deepEqual(
    [...tools.get("t") ?? []],
    [
      ["any", [13, rule({ constraints: [[8, "::/0"], [2, rule({ pattern: "a" })]] })]],
      ["cidr", [8, "10.0.0.0/8"]],
      ["exact", [1, rule({ value: 5 })]],
      ["range", [
        3,
        new Map([...range as Map<string, Cbor>, ["min", { float: 1 }], [
          "max",
          { float: 100.5 },
        ]]),
      ]],
      ["url", [9, "https://a.b/*"]],
    ],
  );
});

Deno.test("A range that was read is written as it was, and a malformed rule as it is", () => {
  const table = (constraint: Constraint) => toolsOf({ t: { a: constraint } });
  for (
    const constraint of [
      [3, rule({ min: { float: 5 }, max: null })],
      [8, "10.0.0.0/8"],
      [9, null],
      [13, rule({ constraints: 5 })],
      [13, rule({ constraints: [5, [], ["a"]] })],
      [99, Uint8Array.of(1)],
      [16, null],
    ] as const
  ) {
    const written = encodeTools(table(constraint));
    const plain = rule({ t: rule({ constraints: rule({ a: constraint }) }) });
    equal(hex(encode(written)), hex(encode(plain)));
  }
});

Deno.test("Tools and arguments stand in byte order", () => {
  const set = { "\u{1f600}": [16, null], "\uffff": [16, null], a: [16, null] } as const;
  const written = encodeTools(toolsOf({ b: {}, a: set }));
  deepEqual([...written.keys()], ["a", "b"]);
  const inner = written.get("a") as ReadonlyMap<string, ReadonlyMap<string, Cbor>>;
  deepEqual([...inner.get("constraints")?.keys() ?? []], ["a", "\uffff", "\u{1f600}"]);
});
