/** The published signed revocation list. */
import { deepStrictEqual as deepEqual, strictEqual as equal } from "node:assert/strict";
import { decode, encode } from "../../src/protocol/cbor.ts";
import { hex, signingKey } from "../../src/protocol/keys.ts";
import { readRevocationList, signRevocationList } from "../../src/protocol/revocation.ts";
import { caseOf, unhex, warrants } from "./vectors.ts";

const vector = warrants.signed_revocation_list;
const bytes = unhex(vector.complete_signedrevocationlist_hex);
const issuer = warrants.public_keys_hex.control_plane;

Deno.test("The signed revocation list is read under its issuer's key", () => {
  const list = readRevocationList(bytes, issuer);
  deepEqual(list, { ids: caseOf("A.22").revoked, version: 1, issuedAt: 1704067200 });
});

Deno.test("The signed revocation list is signed again to the same bytes", () => {
  const list = readRevocationList(bytes, issuer);
  const key = signingKey(unhex(warrants.seeds_hex.control_plane));
  equal(hex(signRevocationList(list, key)), hex(bytes));
});

Deno.test("The list's parts are the published payload and signature", () => {
  const outer = decode(bytes) as ReadonlyMap<string, Uint8Array>;
  equal(hex(encode(outer.get("payload") ?? null)), vector.srlpayload_cbor_hex);
  equal(hex(outer.get("signature") ?? new Uint8Array()), vector.control_plane_signature_hex);
  equal(hex(encode(decode(bytes))), hex(bytes));
});
