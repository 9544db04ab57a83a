import { deepStrictEqual as deepEqual, strictEqual as equal } from "node:assert/strict";
import { holder, idOf, refusal, root, rule } from "../../tests/conformance/minted.ts";
import { recorded } from "../../tests/conformance/recorded.ts";
import { type Cbor, encode } from "./cbor.ts";
import { fromHex, signWith } from "./keys.ts";
import {
  readRevocationList,
  revocationId,
  type RevocationList,
  signRevocationList,
} from "./revocation.ts";

const list: RevocationList = {
  ids: [revocationId(idOf(1)), revocationId(idOf(2))],
  version: 7,
  issuedAt: 1704067200,
};
const good = signRevocationList(list, root);

const members = {
  revoked_ids: [...list.ids],
  version: 7,
  issued_at: 1704067200,
  issuer: [...fromHex(root.publicKey)],
};

/** A list with any payload, signed as lists are. */
function signed(payload: Cbor, key = root, domain = "tenuo-srl-v1"): Uint8Array {
  return encode(rule({ payload, signature: signWith(key, domain, encode(payload)) }));
}

function reading(bytes: Uint8Array, issuer = root.publicKey): string {
  return refusal(() => readRevocationList(bytes, issuer));
}

Deno.test("A list is read as it was signed", () => {
  deepEqual(readRevocationList(good, root.publicKey), list);
  deepEqual(readRevocationList(signed(rule(members)), root.publicKey), list);
  const empty = { ids: [], version: 1, issuedAt: 0 };
  deepEqual(readRevocationList(signRevocationList(empty, root), root.publicKey), empty);
  equal(revocationId(idOf(1)), "tnu_wrt_019471f8000070008000000000000001");
});

Deno.test("SRLInvalid: another root's list, or one signed by or for another", () => {
  equal(reading(good, holder.publicKey), "SRLInvalid");
  equal(reading(signRevocationList(list, holder)), "SRLInvalid");
  equal(reading(signed(rule(members), holder)), "SRLInvalid");
  equal(
    reading(signed(rule({ ...members, issuer: [...fromHex(holder.publicKey)] }))),
    "SRLInvalid",
  );
  equal(reading(good, ""), "SRLInvalid");
});

Deno.test("SRLInvalid: a signature for another purpose", () => {
  equal(reading(signed(rule(members), root, "")), "SRLInvalid");
  equal(reading(signed(rule(members), root, "tenuo-pop-v1")), "SRLInvalid");
});

Deno.test("SRLInvalid: members of another shape", () => {
  const bad: Readonly<Record<string, readonly Cbor[]>> = {
    revoked_ids: [null, "a", [1], [null], rule({})],
    version: [null, "7", { float: 7 }],
    issued_at: [null, "0", { float: 0 }],
    issuer: [null, [], "a", [1, 2], fromHex(root.publicKey)],
  };
  for (const [key, values] of Object.entries(bad)) {
    for (const value of values) {
      equal(reading(signed(rule({ ...members, [key]: value }))), "SRLInvalid", `${key} ${value}`);
    }
    const without = Object.entries(members).filter(([name]) => name !== key);
    equal(reading(signed(new Map<Cbor, Cbor>(without))), "SRLInvalid", key);
  }
});

Deno.test("SRLInvalid: what is no list at all, or a list with something around it", () => {
  for (const value of [null, 1, [], rule({}), rule({ payload: rule(members) })]) {
    equal(reading(encode(value)), "SRLInvalid");
  }
  const signature = signWith(root, "tenuo-srl-v1", encode(rule(members)));
  const payload = rule(members);
  equal(reading(encode(rule({ payload, signature }))), "accepted");
  equal(reading(encode(rule({ signature, payload }))), "SRLInvalid");
  equal(reading(encode(rule({ payload, signature, more: 1 }))), "SRLInvalid");
  equal(reading(encode(rule({ payload, signature: "a" }))), "SRLInvalid");
  equal(reading(encode(rule({ payload, signature: signature.subarray(1) }))), "SRLInvalid");
  equal(reading(Uint8Array.of(...good, 0)), "SRLInvalid");
  for (let end = 0; end < good.length; end++) equal(reading(good.subarray(0, end)), "SRLInvalid");
});

Deno.test("What the root signed as a list and is none: SRLInvalid, or MalformedCBOR", () => {
  for (const payload of [null, 1, [], "a"]) equal(reading(signed(payload)), "SRLInvalid");
  const bytes = Uint8Array.of(0xff);
  const signature = signWith(root, "tenuo-srl-v1", bytes);
  const [empty, end] = [encode(rule({ payload: null, signature })), good.length];
  const head = empty.subarray(0, empty.indexOf(0xf6));
  const framed = Uint8Array.of(...head, ...bytes, ...empty.subarray(empty.indexOf(0xf6) + 1));
  equal(framed.length < end, true);
  equal(reading(framed), "MalformedCBOR");
});

Deno.test("A list with any bit flipped is refused with a code", () => {
  for (let bit = 0; bit < good.length * 8; bit++) {
    const flipped = Uint8Array.from(good);
    flipped[bit >> 3] = (flipped[bit >> 3] as number) ^ (1 << (bit & 7));
    const found = reading(flipped);
    equal(found === "SRLInvalid" || found === "MalformedCBOR", true, `bit ${bit}: ${found}`);
  }
});

Deno.test("A list that the published library signed is read, its time a date in text", () => {
  const read = readRevocationList(fromHex(recorded.revocation_list_hex), root.publicKey);
  deepEqual({ ids: read.ids, version: read.version }, {
    ids: [revocationId(idOf(1))],
    version: 42,
  });
  equal(new Date(read.issuedAt * 1000).getUTCFullYear(), 2026);
  const dated = rule({ ...members, issued_at: "2024-01-01T00:00:00.5Z" });
  deepEqual(readRevocationList(signed(dated), root.publicKey), list);
});

Deno.test("An older list is read as it is: whether it may follow another is its caller's to judge", () => {
  const older = signRevocationList({ ...list, version: list.version - 1 }, root);
  equal(readRevocationList(older, root.publicKey).version, 6);
});
