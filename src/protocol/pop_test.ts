import {
  deepStrictEqual as deepEqual,
  notStrictEqual as notEqual,
  ok,
  strictEqual as equal,
} from "node:assert/strict";
import fc from "fast-check";
import { holder, idOf, refusal, rule, worker } from "../../tests/conformance/minted.ts";
import { type Cbor, decode } from "./cbor.ts";
import { hex } from "./keys.ts";
import { type Arguments, challenge, prove, proves } from "./pop.ts";

const id = idOf(1);
/** The start of a window. */
const start = 1704067200;
const args: Arguments = new Map<string, Cbor>([["path", "/data/a"], ["limit", 5]]);

function proof(now: number, of: Arguments = args): Uint8Array {
  return prove(holder, id, "read_file", of, now);
}

function holds(signature: Uint8Array, now: number, maxWindows?: number): boolean {
  return proves(holder.publicKey, signature, id, "read_file", args, now, maxWindows);
}

Deno.test("A proof holds in its window and two to either side", () => {
  for (const at of [start, start + 14, start + 29]) {
    const signature = proof(at);
    for (const now of [start - 60, start - 31, start, start + 29, start + 30, start + 89]) {
      ok(holds(signature, now), `${now - start}`);
    }
    for (const now of [start - 61, start - 90, start + 90, start + 3600, 0]) {
      ok(!holds(signature, now), `${now - start}`);
    }
  }
});

Deno.test("Fewer or more windows, the past first where their number is even", () => {
  const signature = proof(start);
  /** How many windows early and late the proof still holds. */
  const reach = (maxWindows: number) => {
    const counts = [-1, 1].map((direction) => {
      let count = 0;
      while (holds(signature, start + direction * 30 * (count + 1), maxWindows)) count++;
      return count;
    });
    return counts;
  };
  deepEqual([2, 3, 4, 5, 7, 10].map(reach), [[0, 1], [1, 1], [1, 2], [2, 2], [3, 3], [4, 5]]);
});

Deno.test("A proof of another key, id, tool or argument does not hold", () => {
  const signature = proof(start);
  const other = (change: Partial<Record<"key" | "id" | "tool", string>>, of: Arguments = args) =>
    proves(
      change.key ?? holder.publicKey,
      signature,
      change.id ?? id,
      change.tool ?? "read_file",
      of,
      start,
    );
  ok(other({}));
  ok(!other({ key: worker.publicKey }));
  ok(!other({ id: idOf(2) }));
  ok(!other({ id: "" }));
  ok(!other({ tool: "read_files" }));
  ok(!other({ tool: "" }));
  const changes: [string, Cbor][] = [["path", "/data/b"], ["limit", 6], ["limit", "5"], [
    "more",
    1,
  ]];
  for (const [name, value] of changes) ok(!other({}, new Map([...args, [name, value]])), name);
  ok(!other({}, new Map([["path", "/data/a"]])));
  ok(!other({}, new Map()));
  ok(!other({}, new Map<string, Cbor>([["path", "/data/a"], ["limit", { float: 5 }]])));
});

Deno.test("Both spellings of the id are accepted, and no others", () => {
  const signed = (form: string) => prove(holder, form, "read_file", args, start);
  ok(holds(signed(id), start));
  ok(holds(signed(`tnu_wrt_${id}`), start));
  ok(!holds(signed(`tnu_wrt_tnu_wrt_${id}`), start));
  ok(!holds(signed(id.toUpperCase()), start));
  ok(!holds(signed(`tnu_wrt_${idOf(2)}`), start));
});

Deno.test("What is no signature does not hold", () => {
  const signature = proof(start);
  for (const bytes of [new Uint8Array(), new Uint8Array(64), signature.subarray(1)]) {
    ok(!holds(bytes, start));
  }
  ok(!holds(Uint8Array.of(...signature, 0), start));
});

const inner = fc.oneof(fc.integer(), fc.string(), fc.boolean(), fc.constant(null));
const argument: fc.Arbitrary<Cbor> = fc.oneof(
  inner,
  fc.array(inner, { maxLength: 3 }),
  fc.dictionary(fc.string(), inner, { maxKeys: 3 }).map((object) =>
    new Map(Object.entries(object))
  ),
);
const named = fc.uniqueArray(fc.tuple(fc.string({ unit: "grapheme" }), argument), {
  maxLength: 5,
  selector: ([name]) => name,
});

Deno.test("The order of arguments does not matter, nor that of keys within them", () => {
  const reversed = (value: Cbor): Cbor =>
    value instanceof Map
      ? new Map([...value].reverse().map(([key, one]) => [key, reversed(one)]))
      : Array.isArray(value)
      ? value.map(reversed)
      : value;
  fc.assert(fc.property(named, (entries) => {
    const there = challenge(id, "t", new Map(entries), start);
    const back = new Map(entries.toReversed().map(([name, value]) => [name, reversed(value)]));
    equal(hex(challenge(id, "t", back, start)), hex(there));
  }));
});

Deno.test("Different arguments have different challenges", () => {
  fc.assert(fc.property(named, named, (left, right) => {
    const [a, b] = [left, right].map((entries) => hex(challenge(id, "t", new Map(entries), start)));
    const same = a === b;
    const sorted = (entries: [string, Cbor][]) =>
      new Map(
        entries.map(([name, value]) => [name, Deno.inspect(value, { sorted: true, depth: 9 })]),
      );
    if (same) deepEqual(sorted(left), sorted(right));
  }));
});

Deno.test("The challenge is the id, the tool, the sorted arguments and the window", () => {
  const nested = rule({ b: [rule({ d: 1, c: 2 })], a: null });
  const bytes = challenge(id, "t", new Map<string, Cbor>([["b", 1], ["aa", nested], ["a", 2]]), 60);
  const sorted = rule({ a: null, b: [rule({ c: 2, d: 1 })] });
  const expected = [id, "t", [["a", 2], ["aa", sorted], ["b", 1]], 60];
  deepEqual(decode(bytes), expected);
  const [, , written] = decode(bytes) as [string, string, [string, ReadonlyMap<string, Cbor>][]];
  deepEqual([...written[1]?.[1].keys() ?? []], ["a", "b"]);
  notEqual(hex(challenge(id, "t", new Map(), 60)), hex(challenge(id, "t", new Map(), 90)));
});

Deno.test("MalformedCBOR: arguments that would be signed as something else", () => {
  for (const value of ["\ud800", NaN, Infinity, rule({ a: ["\udc00"] })]) {
    equal(refusal(() => proof(start, new Map([["a", value]]))), "MalformedCBOR");
  }
  equal(refusal(() => proof(start, new Map([["\ud800", 1]]))), "MalformedCBOR");
});
