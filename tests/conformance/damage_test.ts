/** The published vectors, damaged: each refusal has a code, whatever byte is cut or bit is flipped. */
import { Buffer } from "node:buffer";
import { ok, strictEqual as equal } from "node:assert/strict";
import { readRevocationList } from "../../src/protocol/revocation.ts";
import { readChain } from "../../src/protocol/chain.ts";
import { codes } from "../../src/protocol/errors.ts";
import { refusal, stackOf } from "./minted.ts";
import { pops, unhex, warrants } from "./vectors.ts";

/** Reads damaged copies of `bytes` and asks that each is refused by a published name. */
function refuseDamage(bytes: Uint8Array, read: (bytes: Uint8Array) => unknown, name: string): void {
  equal(refusal(() => read(bytes)), "accepted", name);
  const judge = (damaged: Uint8Array, what: string) =>
    ok(Object.hasOwn(codes, refusal(() => read(damaged))), `${name}: ${what}`);
  for (let end = 0; end < bytes.length; end++) judge(bytes.subarray(0, end), `cut at ${end}`);
  const copy = Uint8Array.from(bytes);
  for (let bit = 0; bit < bytes.length * 8; bit++) {
    copy[bit >> 3] = (copy[bit >> 3] as number) ^ (1 << (bit & 7));
    judge(copy, `bit ${bit}`);
    copy[bit >> 3] = (copy[bit >> 3] as number) ^ (1 << (bit & 7));
  }
  judge(Uint8Array.of(...bytes, 0), "a byte more");
}

const seen = new Set<string>();
for (const one of warrants.cases) {
  const stack = stackOf(one.chain.map(unhex));
  const text = one.chain.join();
  // The forged one is refused as it is; A.4 has a child that its parent's holder did not sign.
  const isReadable = !["A.14 forged signature", "A.4 I1 violation"].includes(one.id);
  if (!isReadable || seen.has(text)) continue;
  seen.add(text);
  Deno.test(`${one.id}: no damaged copy is read`, () => {
    refuseDamage(stack, (bytes) => readChain(bytes, one.trusted_roots), one.id);
    const [first] = one.chain as readonly [string];
    if (one.chain.length === 1) refuseDamage(unhex(first), (bytes) => readChain(bytes), one.id);
  });
}

Deno.test("The library's warrants: no damaged copy is read", () => {
  for (const { name, warrant_b64 } of pops.cases) {
    refuseDamage(Buffer.from(warrant_b64, "base64url"), (bytes) => readChain(bytes), name);
  }
});

Deno.test("The revocation list: no damaged copy is read", () => {
  const bytes = unhex(warrants.signed_revocation_list.complete_signedrevocationlist_hex);
  const issuer = warrants.public_keys_hex.control_plane;
  refuseDamage(bytes, (damaged) => readRevocationList(damaged, issuer), "list");
});
