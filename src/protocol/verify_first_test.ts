/** The signature is judged before what it signs: unsigned words never reach the reader of payloads. */
import { strictEqual as equal } from "node:assert/strict";
import {
  childOf,
  envelopeOf,
  fieldsOf,
  holder,
  minted,
  refusal,
  root,
  stackOf,
  worker,
} from "../../tests/conformance/minted.ts";
import { type Cbor, encode } from "./cbor.ts";
import { readChain } from "./chain.ts";

/** The code by which bytes are refused under the pinned root. */
function judged(bytes: Uint8Array, roots = [root.publicKey]): string {
  return refusal(() => readChain(bytes, roots));
}

const garbage = [
  new Uint8Array(),
  Uint8Array.of(0xff),
  Uint8Array.of(0x5f, 0x41),
  new TextEncoder().encode("not a warrant"),
  Uint8Array.of(...encode(fieldsOf()), 0),
];

Deno.test("MalformedCBOR: what the root signed and is not CBOR", () => {
  for (const bytes of garbage) equal(judged(envelopeOf(bytes)), "MalformedCBOR");
});

/** Payloads that a reader refuses, each with the code it has when it is signed. */
const broken: readonly (readonly [Map<Cbor, Cbor>, string])[] = [
  [fieldsOf().set(0, 2), "UnsupportedPayloadVersion"],
  [fieldsOf().set(19, 1), "UnknownPayloadField"],
  [fieldsOf().set(2, 9), "InvalidPayloadStructure"],
  [fieldsOf().set(3, new Map([["tenuo:a", new Map()]])), "ReservedToolName"],
  [fieldsOf().set(4, [1, new Uint8Array(31)]), "InvalidKeyLength"],
  [fieldsOf().set(3, 1), "InvalidPayloadStructure"],
];

Deno.test("SignatureInvalid: the same payload is refused as forged, whatever else is wrong with it", () => {
  for (const [fields, code] of broken) {
    const payload = encode(fields);
    equal(judged(envelopeOf(payload)), code);
    equal(judged(envelopeOf(payload, worker)), "SignatureInvalid");
    equal(judged(envelopeOf(payload), [worker.publicKey]), "UntrustedRoot");
  }
});

Deno.test("UntrustedRoot and ChainBroken: a signature that is sound and another's", () => {
  const parent = minted();
  const envelope = envelopeOf(parent.payloadBytes);
  equal(judged(envelope), "accepted");
  equal(judged(envelope, [holder.publicKey, root.publicKey]), "accepted");
  equal(judged(envelope, [holder.publicKey]), "UntrustedRoot");
  equal(judged(envelope, []), "UntrustedRoot");
  const child = childOf(parent, { issuer: worker.publicKey }, worker);
  equal(judged(stackOf([envelope, envelopeOf(child.payloadBytes, worker)])), "ChainBroken");
});

Deno.test("SignatureInvalid: signed by one trusted root and naming another", () => {
  const payload = minted().payloadBytes;
  const both = [root.publicKey, holder.publicKey];
  equal(judged(envelopeOf(payload, holder), both), "SignatureInvalid");
});

Deno.test("SignatureInvalid in a stack: a child that its parent's holder did not sign", () => {
  const parent = minted();
  const child = childOf(parent);
  const first = envelopeOf(parent.payloadBytes);
  equal(judged(stackOf([first, envelopeOf(child.payloadBytes, holder)])), "accepted");
  equal(judged(stackOf([first, envelopeOf(child.payloadBytes, worker)])), "SignatureInvalid");
});
