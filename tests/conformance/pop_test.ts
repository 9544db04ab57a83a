/** The published proofs of possession. */
import { Buffer } from "node:buffer";
import { ok, strictEqual as equal } from "node:assert/strict";
import { fromJson } from "../../src/constraints/registry.ts";
import type { Cbor } from "../../src/protocol/cbor.ts";
import { readChain } from "../../src/protocol/chain.ts";
import { hex, signingKey } from "../../src/protocol/keys.ts";
import { challenge, prove, proves } from "../../src/protocol/pop.ts";
import { revocationId } from "../../src/protocol/revocation.ts";
import { caseOf, pops, unhex, warrants } from "./vectors.ts";

function argumentsOf(args: Readonly<Record<string, unknown>>): Map<string, Cbor> {
  return new Map(Object.entries(args).map(([name, value]) => [name, fromJson(value)]));
}

const worker = signingKey(unhex(warrants.seeds_hex.worker));

Deno.test("A.6: the challenge and its signature, over the prefixed id of the document", () => {
  const { chain, pop } = caseOf("A.6");
  const [warrant] = readChain(unhex(chain[0] as string));
  ok(warrant && pop);
  const args = argumentsOf({ path: "/data/report.pdf" });
  const id = revocationId(warrant.id);
  equal(hex(challenge(id, "read_file", args, 1704067200)), pop.challenge_cbor_hex);
  equal(hex(prove(worker, id, "read_file", args, pop.now)), pop.signature_hex);
  ok(proves(warrant.holder, unhex(pop.signature_hex), warrant.id, "read_file", args, pop.now));
});

Deno.test("A.6: the proof holds for nothing else", () => {
  const { chain, pop } = caseOf("A.6");
  const [warrant] = readChain(unhex(chain[0] as string));
  ok(warrant && pop);
  const { id, holder } = warrant;
  const proof = unhex(pop.signature_hex);
  const args = argumentsOf({ path: "/data/report.pdf" });
  ok(!proves(holder, proof, id, "write_file", args, pop.now));
  ok(!proves(holder, proof, id, "read_file", argumentsOf({ path: "/data/other.pdf" }), pop.now));
  ok(!proves(holder, proof, id, "read_file", argumentsOf({}), pop.now));
  ok(!proves(warrant.issuer, proof, id, "read_file", args, pop.now));
  ok(!proves(holder, proof, id.replace(/0$/, "1"), "read_file", args, pop.now));
});

Deno.test("A.20.1: the attacker's proof fails and the worker's holds", () => {
  const one = caseOf("A.20.1");
  const [warrant] = readChain(unhex(one.chain[0] as string));
  ok(warrant);
  const args = argumentsOf({ path: "/data/test.txt" });
  const holds = (proof = "") =>
    proves(warrant.holder, unhex(proof), warrant.id, "read_file", args, 1704067200);
  ok(!holds(one.pop_invalid_hex));
  ok(holds(one.pop_valid_hex));
  const attacker = signingKey(unhex(warrants.seeds_hex.attacker));
  const id = revocationId(warrant.id);
  equal(hex(prove(attacker, id, "read_file", args, 1704067200)), one.pop_invalid_hex);
});

for (const one of pops.cases) {
  Deno.test(`The library's proof ${one.name}, over the bare id`, () => {
    const [warrant] = readChain(Buffer.from(one.warrant_b64, "base64url"));
    ok(warrant);
    const holder = signingKey(unhex(pops.holder_priv_hex));
    equal(warrant.holder, holder.publicKey);
    equal(warrant.issuer, signingKey(unhex(pops.issuer_priv_hex)).publicKey);
    const args = argumentsOf(one.args);
    const proof = prove(holder, warrant.id, one.tool, args, one.timestamp);
    equal(hex(proof), one.expected_signature_hex);
    ok(proves(holder.publicKey, proof, warrant.id, one.tool, args, one.timestamp));
  });
}

Deno.test("The library's proof over objects within objects, whose keys it keeps in order", () => {
  const args = argumentsOf({
    a: { z: 1.5, b: [{ y: "\uffff", x: { d: -5, c: null } }], "10": 1, "9": true },
    "\u{1f600}": 9007199254740991,
    "\uffff": 1e300,
  });
  const holder = signingKey(unhex(warrants.seeds_hex.orchestrator));
  const proof = prove(holder, "019471f8000070008000000000000001", "t", args, 1704067260);
  // Recorded from tenuo 0.3.3 (PyPI).
  equal(
    hex(proof),
    "b9d60079eb8e6e8cf13086ef3863cc2474c6d321dbdee5aab27dfe3de45b03a0e9976181d54e7bf5c547dbdf578753fda9b1b55e86a23d723b4f408018a00601",
  );
});
