/** The published warrants for further constraint types (A.25). */
import { strictEqual as equal } from "node:assert/strict";
import { decode, encode } from "../../src/protocol/cbor.ts";
import { hex, signingKey } from "../../src/protocol/keys.ts";
import { encodePayload, readWarrant, signWarrant } from "../../src/protocol/warrant.ts";
import { constraints, grants, unhex, warrants } from "./vectors.ts";

for (const one of constraints.cases) {
  const payload = unhex(one.payload_hex);
  const envelope = encode([1, payload, [1, unhex(one.signature_hex)]]);

  Deno.test(`${one.id}: the warrant is read and signed again to the same bytes`, () => {
    const warrant = readWarrant(decode(envelope));
    equal(hex(encodePayload(warrant)), one.payload_hex);
    const issuer = signingKey(unhex(warrants.seeds_hex.control_plane));
    equal(hex(signWarrant(warrant, issuer)), hex(envelope));
  });

  Deno.test(`${one.id}: judges its inputs`, async () => {
    const warrant = readWarrant(decode(envelope));
    for (const args of one.allow) {
      equal(await grants(warrant, args), true, JSON.stringify(args));
    }
    for (const args of one.deny) equal(await grants(warrant, args), false, JSON.stringify(args));
  });
}
