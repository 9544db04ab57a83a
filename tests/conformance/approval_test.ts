/** The published approval (A.24), byte for byte. */
import { deepStrictEqual as deepEqual, strictEqual as equal } from "node:assert/strict";
import { readApproval, signApproval } from "../../src/protocol/approval.ts";
import { decode } from "../../src/protocol/cbor.ts";
import { fromHex, hex, verifyWith } from "../../src/protocol/keys.ts";
import { keyOf, refusal } from "./minted.ts";
import { unhex, warrants } from "./vectors.ts";

const { approval: vector } = warrants;
const bytes = unhex(vector.complete_signedapproval_envelope_hex);

Deno.test("A.24: the approval is read and verified", () => {
  deepEqual(readApproval(bytes), {
    requestHash: "586ebf1bfceaa54616f1bcf0d90bc7729a1c2b9a512c175bd65f98f6ef1443d1",
    nonce: "a1a2a3a4a5a6a7a8b1b2b3b4b5b6b7b8",
    externalId: "arn:aws:iam::123456789012:user/security-admin",
    approvedAt: 1704067200,
    expiresAt: 1704070800,
    extensions: new Map(),
    approver: "d04ab232742bb4ab3a1368bd4615e4e6d0224ab71a016baf8520a332c9778737",
  });
});

Deno.test("A.24: its parts are the published payload and signature", () => {
  const outer = decode(bytes) as ReadonlyMap<string, Uint8Array>;
  equal(hex(outer.get("payload") ?? new Uint8Array()), vector.approvalpayload_cbor_hex);
  equal(hex(outer.get("signature") ?? new Uint8Array()), vector.approver_signature_hex);
  const { approver } = readApproval(bytes);
  const payload = unhex(vector.approvalpayload_cbor_hex);
  const signature = fromHex(vector.approver_signature_hex);
  equal(verifyWith(approver, signature, "tenuo-approval-v1", Uint8Array.of(1), payload), true);
});

Deno.test("A.24: its words are written to the published bytes", () => {
  const { approver, ...approval } = readApproval(bytes);
  const key = keyOf(0x11);
  equal(approver, key.publicKey);
  equal(hex(signApproval(approval, key)), hex(bytes));
});

Deno.test("A.24: cut at every byte, or with any bit flipped, it is refused with a code", () => {
  const codes = new Set<string>();
  for (let end = 0; end < bytes.length; end++) {
    codes.add(refusal(() => readApproval(bytes.subarray(0, end))));
  }
  for (let bit = 0; bit < bytes.length * 8; bit++) {
    const flipped = Uint8Array.from(bytes);
    flipped[bit >> 3] = (flipped[bit >> 3] as number) ^ (1 << (bit & 7));
    codes.add(refusal(() => readApproval(flipped)));
  }
  deepEqual([...codes].sort(), [
    "ApprovalInvalid",
    "ApprovalPayloadInvalid",
    "MalformedCBOR",
    "UnsupportedApprovalVersion",
  ]);
});
