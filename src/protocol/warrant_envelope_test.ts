import { notStrictEqual as notEqual, strictEqual as equal } from "node:assert/strict";
import {
  childOf,
  envelopeOf,
  fieldsOf,
  holder,
  minted,
  readRefusal,
  root,
  rule,
  stackOf,
} from "../../tests/conformance/minted.ts";
import { type Cbor, decode, encode } from "./cbor.ts";
import { signWith } from "./keys.ts";

const good = encode(fieldsOf());

/** The code by which a payload with this holder (field 4) or issuer (field 5) is refused. */
function withKey(field: number, key: Cbor): string {
  return readRefusal(envelopeOf(encode(fieldsOf().set(field, key))));
}

Deno.test("InvalidEnvelopeStructure", () => {
  const signature = [1, signWith(root, "", Uint8Array.of(1), good)];
  for (const value of [null, 1, "a", good, [], [1], [1, good], [1, good, signature, 0], [[]], []]) {
    equal(readRefusal(encode(value)), "InvalidEnvelopeStructure", Deno.inspect(value));
  }
  for (const payload of [decode(good), "a", 1, [...good]]) {
    equal(readRefusal(encode([1, payload, signature])), "InvalidEnvelopeStructure");
  }
});

Deno.test("UnsupportedEnvelopeVersion", () => {
  const signature = [1, signWith(root, "", Uint8Array.of(1), good)];
  for (const version of [0, 2, -1, { float: 1 }, "1", null]) {
    const name = readRefusal(encode([version, good, signature]));
    equal(name, "UnsupportedEnvelopeVersion", Deno.inspect(version));
  }
});

Deno.test("UnsupportedAlgorithm, InvalidSignatureLength and InvalidKeyLength", () => {
  const bytes = signWith(root, "", Uint8Array.of(1), good);
  const withSignature = (signature: Cbor) => readRefusal(encode([1, good, signature]));
  equal(withSignature([1, bytes]), "accepted");
  equal(withSignature([2, bytes]), "UnsupportedAlgorithm");
  equal(withSignature([0, bytes]), "UnsupportedAlgorithm");
  for (const length of [0, 32, 63, 65]) {
    equal(withSignature([1, new Uint8Array(length)]), "InvalidSignatureLength");
  }
  for (const field of [4, 5]) {
    for (const length of [0, 31, 33, 64]) {
      equal(withKey(field, [1, new Uint8Array(length)]), "InvalidKeyLength");
    }
    equal(withKey(field, [3, new Uint8Array(32)]), "UnsupportedAlgorithm");
  }
  for (const odd of [bytes, [1], [1, bytes, 1], [1, [...bytes]], [1, "a"], null, rule({})]) {
    equal(withSignature(odd), "InvalidPayloadStructure", Deno.inspect(odd));
  }
});

Deno.test("SignatureInvalid: forged, by another key, under another domain, by a weak key", () => {
  equal(readRefusal(envelopeOf(good, holder)), "SignatureInvalid");
  const signed = (domain: string, version: number) =>
    readRefusal(encode([1, good, [1, signWith(root, domain, Uint8Array.of(version), good)]]));
  equal(signed("", 1), "accepted");
  equal(signed("", 2), "SignatureInvalid");
  equal(signed("tenuo-pop-v1", 1), "SignatureInvalid");
  equal(signed("tenuo-srl-v1", 1), "SignatureInvalid");
  const neutral = new Uint8Array(32);
  neutral[0] = 1;
  for (const field of [4, 5]) equal(withKey(field, [1, neutral]), "SignatureInvalid");
});

/** The envelopes of a root, its child and their stack: what an attacker may hold. */
function held(): Record<string, Uint8Array> {
  const parent = minted();
  const child = childOf(parent, { extensions: new Map([["com.example.a", Uint8Array.of(0)]]) });
  const rootEnvelope = envelopeOf(parent.payloadBytes);
  const childEnvelope = envelopeOf(child.payloadBytes, holder);
  return {
    root: rootEnvelope,
    child: childEnvelope,
    stack: stackOf([rootEnvelope, childEnvelope]),
  };
}

for (const [name, bytes] of Object.entries(held())) {
  Deno.test(`A ${name} with any bit flipped is refused with a code`, () => {
    equal(readRefusal(bytes), "accepted");
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const flipped = Uint8Array.from(bytes);
      flipped[bit >> 3] = (flipped[bit >> 3] as number) ^ (1 << (bit & 7));
      notEqual(readRefusal(flipped), "accepted", `bit ${bit}`);
    }
  });

  Deno.test(`A ${name} with any byte replaced, taken out or put in is refused with a code`, () => {
    for (let at = 0; at < bytes.length; at++) {
      const byte = bytes[at] as number;
      for (const other of [0x00, 0x7f, 0x80, 0xff, 0x9f, 0xf6].filter((one) => one !== byte)) {
        const replaced = Uint8Array.from(bytes);
        replaced[at] = other;
        notEqual(readRefusal(replaced), "accepted", `${other} at ${at}`);
      }
      const [before, after] = [bytes.subarray(0, at), bytes.subarray(at + 1)];
      notEqual(readRefusal(Uint8Array.of(...before, ...after)), "accepted", `without ${at}`);
      notEqual(
        readRefusal(Uint8Array.of(...before, 0, byte, ...after)),
        "accepted",
        `before ${at}`,
      );
      notEqual(readRefusal(before), "accepted", `cut at ${at}`);
    }
    notEqual(readRefusal(Uint8Array.of(...bytes, 0)), "accepted");
  });
}
