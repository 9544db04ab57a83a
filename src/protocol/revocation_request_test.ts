import { deepStrictEqual as deepEqual, strictEqual as equal } from "node:assert/strict";
import {
  holder,
  idOf,
  keyOf,
  refusal,
  root,
  rule,
  worker,
} from "../../tests/conformance/minted.ts";
import { recorded } from "../../tests/conformance/recorded.ts";
import { type Cbor, decode, encode } from "./cbor.ts";
import { fromHex, signWith } from "./keys.ts";
import { revocationId } from "./revocation.ts";
import {
  type MayRevoke,
  readRevocationRequest,
  signRevocationRequest,
} from "./revocation_request.ts";

const request = {
  warrantId: revocationId(idOf(1)),
  reason: "lost laptop",
  requestedAt: 1704067200,
};
const may: MayRevoke = {
  root: root.publicKey,
  issuer: keyOf(4).publicKey,
  holder: holder.publicKey,
};
const good = signRevocationRequest(request, holder);
const fields: Readonly<Record<string, Cbor>> = Object.fromEntries(
  (decode(good) as ReadonlyMap<string, Cbor>).entries(),
);

function reading(bytes: Uint8Array, now = request.requestedAt): string {
  return refusal(() => readRevocationRequest(bytes, may, now));
}

function changed(change: Readonly<Record<string, Cbor>>): string {
  return reading(encode(rule({ ...fields, ...change })));
}

Deno.test("A request is read as it was signed, by the root, the issuer and the holder", () => {
  for (const key of [root, keyOf(4), holder]) {
    const read = readRevocationRequest(signRevocationRequest(request, key), may, 1704067200);
    deepEqual(read, { ...request, requestor: key.publicKey });
  }
});

Deno.test("SRLInvalid: a key that may not ask", () => {
  for (const key of [worker, keyOf(9)]) {
    equal(reading(signRevocationRequest(request, key)), "SRLInvalid");
  }
});

Deno.test("SRLInvalid: older than five minutes, or more than one ahead", () => {
  const after = (seconds: number) => reading(good, request.requestedAt + seconds);
  for (const seconds of [0, 1, 300, -1, -60]) equal(after(seconds), "accepted", String(seconds));
  for (const seconds of [301, 3600, -61, -3600]) {
    equal(after(seconds), "SRLInvalid", String(seconds));
  }
});

Deno.test("The time is a date in text, as in the published library, or a number", () => {
  equal(fields["requested_at"], "2024-01-01T00:00:00Z");
  equal(changed({ requested_at: 1704067200 }), "accepted");
  equal(changed({ requested_at: "2024-01-01T00:00:00.123456789Z" }), "accepted");
  equal(changed({ requested_at: "2024-01-01T00:00:01Z" }), "SignatureInvalid");
  equal(changed({ requested_at: 1704067201 }), "SignatureInvalid");
  for (
    const odd of [
      "2024-01-01",
      "2024-01-01T00:00:00",
      "2024-01-01T00:00:00+01:00",
      "2024-13-01T00:00:00Z",
      "1704067200",
      "",
      null,
      { float: 1704067200 },
    ]
  ) equal(changed({ requested_at: odd }), "SRLInvalid", Deno.inspect(odd));
});

Deno.test("A request that the published library signed is read", () => {
  const bytes = fromHex(recorded.revocation_request_hex);
  const requestedAt = Date.parse("2026-11-23T18:58:03Z") / 1000;
  deepEqual(readRevocationRequest(bytes, may, requestedAt), {
    ...request,
    requestor: holder.publicKey,
    requestedAt,
  });
});

Deno.test("SignatureInvalid: other words, another signer or another domain", () => {
  equal(changed({}), "accepted");
  equal(changed({ warrant_id: revocationId(idOf(2)) }), "SignatureInvalid");
  equal(changed({ reason: "" }), "SignatureInvalid");
  equal(changed({ requestor: [1, fromHex(root.publicKey)] }), "SignatureInvalid");
  equal(changed({ requestor: [1, new Uint8Array(32)] }), "SignatureInvalid");
  equal(changed({ signature: [1, new Uint8Array(64)] }), "SignatureInvalid");
  equal(changed({ signature: [1, new Uint8Array(63)] }), "SignatureInvalid");
  const signable = encode([
    request.warrantId,
    request.reason,
    [1, fromHex(holder.publicKey)],
    request.requestedAt,
  ]);
  const under = (domain: string) => changed({ signature: [1, signWith(holder, domain, signable)] });
  equal(under("tenuo-revocation-request-v1"), "accepted");
  for (const domain of ["", "tenuo-srl-v1", "tenuo-pop-v1"]) {
    equal(under(domain), "SignatureInvalid");
  }
});

Deno.test("SRLInvalid: another shape, or more than belongs in it", () => {
  for (const value of [null, 1, [], "a", rule({})]) equal(reading(encode(value)), "SRLInvalid");
  for (const name of Object.keys(fields)) {
    const rest = Object.entries(fields).filter(([key]) => key !== name);
    equal(reading(encode(new Map<Cbor, Cbor>(rest))), "SRLInvalid", name);
    for (const value of [null, [], rule({}), [2, new Uint8Array(32)], new Uint8Array(32)]) {
      equal(changed({ [name]: value }), "SRLInvalid", `${name}: ${Deno.inspect(value)}`);
    }
  }
  equal(changed({ more: 1 }), "SRLInvalid");
});

Deno.test("A request cut or with any bit flipped is refused with a code", () => {
  const codes = new Set<string>();
  for (let end = 0; end < good.length; end++) codes.add(reading(good.subarray(0, end)));
  deepEqual([...codes], ["MalformedCBOR"]);
  for (let bit = 0; bit < good.length * 8; bit++) {
    const flipped = Uint8Array.from(good);
    flipped[bit >> 3] = (flipped[bit >> 3] as number) ^ (1 << (bit & 7));
    codes.add(reading(flipped));
  }
  deepEqual([...codes].sort(), ["MalformedCBOR", "SRLInvalid", "SignatureInvalid"]);
});
