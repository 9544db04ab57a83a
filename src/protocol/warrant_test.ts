import { deepStrictEqual as deepEqual, ok, strictEqual as equal } from "node:assert/strict";
import {
  childOf,
  envelopeOf,
  fieldsOf,
  holder,
  issuedAt,
  minted,
  payloadOf,
  readRefusal,
  refusal,
  root,
  rule,
  toolsOf,
} from "../../tests/conformance/minted.ts";
import { type Cbor, decode, encode } from "./cbor.ts";
import { type Constraint, encodePayload, readWarrant, signWarrant } from "./warrant.ts";

const good = encode(fieldsOf());

/** The code by which a payload with these changed fields is refused; undefined takes one away. */
function changed(changes: Readonly<Record<number, Cbor | undefined>>): string {
  const fields = new Map<Cbor, Cbor | undefined>(fieldsOf());
  for (const [key, value] of Object.entries(changes)) fields.set(Number(key), value);
  const present = [...fields].filter((entry): entry is [Cbor, Cbor] => entry[1] !== undefined);
  const inOrder = new Map(present.sort(([a], [b]) => Number(a) - Number(b)));
  return readRefusal(envelopeOf(encode(inOrder)));
}

function withTools(tools: Cbor): string {
  return changed({ 3: tools });
}

function withSet(set: Cbor): string {
  return withTools(rule({ read_file: set }));
}

Deno.test("A payload is read as it was signed", () => {
  const payload = payloadOf({
    type: "execution",
    tools: toolsOf({ b: { x: [1, rule({ value: 5 })], a: [16, null] }, a: {} }),
    extensions: new Map([["com.example.a", Uint8Array.of(1, 255)]]),
  });
  const { payloadBytes, ...warrant } = readWarrant(decode(signWarrant(payload, root)));
  deepEqual(warrant, { ...payload, tools: warrant.tools });
  deepEqual([...warrant.tools.keys()], ["a", "b"]);
  deepEqual([...warrant.tools.get("b")?.keys() ?? []], ["a", "x"]);
  deepEqual(payloadBytes, encodePayload(payload));
});

Deno.test("MalformedCBOR and InvalidPayloadStructure: the payload itself", () => {
  for (const bytes of [new Uint8Array(), Uint8Array.of(0xff), Uint8Array.of(...good, 0)]) {
    equal(readRefusal(envelopeOf(bytes)), "MalformedCBOR");
  }
  for (const value of [1, [], "a", null]) {
    equal(readRefusal(envelopeOf(encode(value))), "InvalidPayloadStructure");
  }
});

Deno.test("MissingRequiredField", () => {
  for (let key = 0; key < 9; key++) equal(changed({ [key]: undefined }), "MissingRequiredField");
  equal(changed({ 18: undefined }), "accepted");
  equal(changed({ 9: undefined, 10: undefined }), "accepted");
});

Deno.test("UnsupportedPayloadVersion, whatever else a later version brings", () => {
  for (const version of [0, 2, 255, "1", { float: 1 }, null]) {
    equal(changed({ 0: version }), "UnsupportedPayloadVersion", Deno.inspect(version));
  }
  equal(changed({ 0: 2, 19: 1 }), "UnsupportedPayloadVersion");
});

Deno.test("UnknownPayloadField: the reserved and the later", () => {
  for (const key of [12, 19, 20, 255, 256, 1000]) {
    for (const value of [null, 1, []]) equal(changed({ [key]: value }), "UnknownPayloadField");
  }
});

Deno.test("InvalidPayloadStructure: keys out of order or of another type", () => {
  const entries = [...fieldsOf()];
  const swapped = new Map([...entries.slice(1), ...entries.slice(0, 1)]);
  equal(readRefusal(envelopeOf(encode(swapped))), "InvalidPayloadStructure");
  equal(
    readRefusal(envelopeOf(encode(new Map([...entries, ["a", 1]])))),
    "InvalidPayloadStructure",
  );
  equal(readRefusal(envelopeOf(encode(new Map([[-1, 0], ...entries])))), "InvalidPayloadStructure");
});

Deno.test("InvalidPayloadStructure: fields of another type or beyond their range", () => {
  const wrong: Readonly<Record<number, readonly Cbor[]>> = {
    1: [new Uint8Array(15), new Uint8Array(17), "019471f8000070008000000000000001", null],
    2: [2, -1, "execution", null, { float: 0 }],
    3: [null, [], "read_file", new Map([[1, rule({ constraints: rule({}) })]])],
    6: [-1, "1704067200", { float: 1704067200 }, null, 2n ** 60n],
    7: [-1, issuedAt, issuedAt - 1, { float: 1704070800 }, 2n ** 60n],
    8: [-1, "3", { float: 3 }, null],
    9: [1, "a", [256], [-1], ["a"], [{ float: 1 }], rule({})],
    10: [1, [], rule({ "com.example.a": 1 }), rule({ "com.example.a": [300] }), null],
    11: [1, "a", [1], [null], rule({})],
    13: [-1, "1", { float: 1 }, []],
    14: [[], 1, rule({}), rule({ constraints: [] }), rule({ constraints: rule({ a: [1] }) })],
    15: [1, rule({}), [[1]], [null], [new Uint8Array(32)]],
    16: [-1, "1", { float: 1 }, []],
    17: [-1, 256, "1", { float: 1 }],
    18: [-1, { float: 0 }, "0", null],
  };
  for (const [key, bad] of Object.entries(wrong)) {
    for (const value of bad) {
      equal(changed({ [key]: value }), "InvalidPayloadStructure", `${key}: ${Deno.inspect(value)}`);
    }
  }
});

Deno.test("InvalidPayloadStructure: tools and their constraints", () => {
  const pair = [2, rule({ pattern: "a" })];
  equal(withSet(rule({ constraints: rule({ path: pair }) })), "accepted");
  equal(withTools(rule({})), "accepted");
  for (
    const set of [
      null,
      [],
      rule({}),
      rule({ constraints: null }),
      rule({ constraints: [] }),
      rule({ constraints: rule({}), allow_unknown: true }),
      rule({ constraints: rule({}), allow_unknown: false }),
      rule({ constraints: rule({ path: null }) }),
      rule({ constraints: rule({ path: [2] }) }),
      rule({ constraints: rule({ path: [...pair, 0] }) }),
      rule({ constraints: rule({ path: ["2", null] }) }),
      rule({ constraints: rule({ path: [-1, null] }) }),
      rule({ constraints: new Map([[1, pair]]) }),
    ]
  ) equal(withSet(set), "InvalidPayloadStructure", Deno.inspect(set));
});

Deno.test("ReservedToolName", () => {
  const named = (name: string) => withTools(rule({ [name]: rule({ constraints: rule({}) }) }));
  equal(named("tenuo:revoke"), "ReservedToolName");
  equal(named("tenuo:"), "ReservedToolName");
  equal(named("tenuo"), "accepted");
  equal(named("my.tenuo:revoke"), "accepted");
});

Deno.test("A constraint may nest 32 deep and no deeper", () => {
  const nest = (depth: number): Constraint =>
    depth === 0 ? [4, rule({ values: ["a"] })] : [13, rule({ constraints: [nest(depth - 1)] })];
  equal(refusal(() => minted({ tools: toolsOf({ t: { a: nest(32) } }) })), "accepted");
  equal(refusal(() => minted({ tools: toolsOf({ t: { a: nest(33) } }) })), "MalformedCBOR");
});

Deno.test("ReservedExtensionKey", () => {
  const extended = (key: string) =>
    refusal(() => minted({ extensions: new Map([[key, Uint8Array.of(1)]]) }));
  equal(extended("tenuo.approval_gates"), "ReservedExtensionKey");
  equal(extended("tenuo.rate_limit"), "ReservedExtensionKey");
  equal(extended("tenuo.session_id"), "accepted");
  equal(extended("tenuo.agent_id"), "accepted");
  equal(extended("com.example.tenuo"), "accepted");
});

Deno.test("InvalidIssuer: signing with a key that is not the issuer's", () => {
  equal(refusal(() => signWarrant(payloadOf(), holder)), "InvalidIssuer");
});

Deno.test("A null optional field is none, as in the published library", () => {
  for (const key of [9, 11, 13, 14, 15, 16, 17]) {
    const fields = fieldsOf();
    fields.delete(18);
    const envelope = envelopeOf(encode(fields.set(key, null).set(18, 0)));
    const { payloadBytes: _, ...warrant } = readWarrant(decode(envelope));
    const { payloadBytes: __, ...plain } = minted();
    deepEqual(warrant, plain, String(key));
  }
});

Deno.test("A null parent hash is none, and a hash may be bytes or a list of integers", () => {
  equal(changed({ 9: null }), "accepted");
  const parent = minted();
  const { parentHash } = childOf(parent);
  ok(parentHash?.length === 64);
  const fields = fieldsOf({ ...parent, parentHash });
  fields.set(9, Uint8Array.from(fields.get(9) as number[]));
  equal(readWarrant(decode(envelopeOf(encode(fields)))).parentHash, parentHash);
});
