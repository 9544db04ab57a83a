/** The published warrants and chains, byte for byte. */
import { deepStrictEqual as deepEqual, ok, strictEqual as equal } from "node:assert/strict";
import { attenuates } from "../../src/constraints/attenuation.ts";
import { decode, encode, isList } from "../../src/protocol/cbor.ts";
import { readChain, verifyChain } from "../../src/protocol/chain.ts";
import { hex, signingKey } from "../../src/protocol/keys.ts";
import { revocationId } from "../../src/protocol/revocation.ts";
import {
  encodePayload,
  readWarrant,
  signWarrant,
  type Warrant,
} from "../../src/protocol/warrant.ts";
import { payloadOf, refusal, rule, stackOf, toolsOf } from "./minted.ts";
import { caseOf, constraints, grants, unhex, type WarrantCase, warrants } from "./vectors.ts";

/** What this version says of each vector: "valid", or the code it is refused with. */
const verdicts = new Map([
  ["A.1 minimal execution warrant", "valid"],
  ["A.3 three level chain", "valid"],
  ["A.3 three level chain, other file", "valid"],
  ["A.4 I1 violation", "ChainBroken"],
  ["A.5 expired", "WarrantExpired"],
  ["A.6 PoP", "valid"],
  ["A.7 extensions", "valid"],
  ["A.10 I2 violation", "DepthViolation"],
  ["A.11 I4 violation", "CapabilityExpansion"],
  ["A.12 I5 violation", "ParentHashMismatch"],
  ["A.13 I3 violation", "TTLExceeded"],
  ["A.14 forged signature", "SignatureInvalid"],
  ["A.14 correct signature", "valid"],
  ["A.19.1 range in", "valid"],
  ["A.19.1 range out", "valid"],
  ["A.19.2 oneof in", "valid"],
  ["A.19.2 oneof out", "valid"],
  ["A.19.3 cidr in", "valid"],
  ["A.19.3 cidr out", "valid"],
  ["A.20.1 PoP wrong key", "valid"],
  ["A.22 child revoked", "valid"],
  ["A.23 root with session", "valid"],
  ["A.23 child without session", "valid"],
]);

/** Vectors with payload fields 11 to 17. Until these are understood they are refused. */
const understoodLater = [
  "A.2 issuer warrant",
  "A.15 issuer bounds exceeded",
  "A.17 clearance raised",
  "A.18 multi-sig warrant",
  "A.21.1 2-of-3 approvers",
  "A.21.2 2-of-2 approvers",
];

/** The document refuses this one; the published library accepts it, and so does this program. */
const selfIssued = "A.16 self issuance";

function verify(one: WarrantCase, revoked: readonly string[] = []): Warrant {
  const stack = stackOf(one.chain.map(unhex));
  return verifyChain(readChain(stack), {
    root: one.trusted_roots[0],
    now: one.now,
    tolerance: 30,
    isRevoked: (id) => revoked.includes(revocationId(id)),
    attenuates,
  });
}

/** The envelopes of all vectors whose payload is understood, the forged one left out. */
function readable(): { readonly name: string; readonly envelope: Uint8Array<ArrayBuffer> }[] {
  const cases = warrants.cases.filter(({ id }) =>
    verdicts.has(id) && id !== "A.14 forged signature"
  );
  return cases.flatMap(({ id, chain }) =>
    chain.map((text, level) => ({ name: `${id}, level ${level}`, envelope: unhex(text) }))
  );
}

Deno.test("Every published vector has a verdict here", () => {
  const known = [...verdicts.keys(), ...understoodLater, selfIssued].sort();
  deepEqual(warrants.cases.map(({ id }) => id).sort(), known);
});

for (const [id, verdict] of verdicts) {
  Deno.test(`${id}: ${verdict}`, () => {
    const found = refusal(() => verify(caseOf(id)));
    equal(found === "accepted" ? "valid" : found, verdict);
  });
}

for (const id of understoodLater) {
  Deno.test(`${id} is understood later: UnknownPayloadField`, () => {
    equal(refusal(() => verify(caseOf(id))), "UnknownPayloadField");
  });
}

Deno.test("A.16 is accepted as the published library accepts it: a holder may narrow for itself", () => {
  equal(verify(caseOf(selfIssued)).holder, warrants.public_keys_hex.orchestrator);
});

for (const one of warrants.cases.filter(({ authorize }) => authorize !== undefined)) {
  Deno.test(`${one.id}: the call is judged ${one.authorize}`, async () => {
    const granted = await grants(verify(one), one.args ?? {}, one.tool);
    equal(granted ? "allow" : "deny", one.authorize);
  });
}

Deno.test("A.22: a revoked warrant anywhere in the chain: WarrantRevoked", () => {
  const one = caseOf("A.22");
  equal(refusal(() => verify(one, one.revoked)), "WarrantRevoked");
  const [rootId] = readChain(unhex(one.chain[0] as string)).map(({ id }) => revocationId(id));
  equal(refusal(() => verify(one, [rootId as string])), "WarrantRevoked");
});

Deno.test("A.7: extension values keep their bytes", () => {
  const { extensions } = verify(caseOf("A.7"));
  const [billing, trace] = [...extensions.keys()];
  deepEqual([billing, trace], ["com.example.billing", "com.example.trace_id"]);
  equal(decode(extensions.get("com.example.trace_id") as Uint8Array), "request-12345");
  const bill = decode(extensions.get("com.example.billing") as Uint8Array);
  deepEqual(
    bill,
    rule({ team: "ml-research", project: "warrant-system", cost_center: 4201 }),
  );
});

Deno.test("A.8: the stack is the three envelopes of A.3 in one array", () => {
  const stack = unhex(constraints.stack_hex);
  const envelopes = caseOf("A.3").chain.map(unhex);
  equal(hex(stackOf(envelopes)), hex(stack));
  equal(readChain(stack).length, 3);
});

Deno.test("What was decoded encodes to the same bytes", () => {
  for (const { name, envelope } of readable()) {
    const outer = decode(envelope);
    equal(hex(encode(outer)), hex(envelope), name);
    const payload = isList(outer) ? outer[1] : undefined;
    ok(payload instanceof Uint8Array, name);
    equal(hex(encode(decode(payload))), hex(payload), name);
    equal(hex(encodePayload(readWarrant(outer))), hex(payload), name);
  }
});

Deno.test("What the seeds sign is what was published", () => {
  const keys = Object.values(warrants.seeds_hex).map((seed) => signingKey(unhex(seed)));
  for (const { name, envelope } of readable()) {
    const warrant = readWarrant(decode(envelope));
    const issuer = keys.find(({ publicKey }) => publicKey === warrant.issuer);
    ok(issuer, name);
    equal(hex(signWarrant(warrant, issuer)), hex(envelope), name);
  }
  for (const [role, seed] of Object.entries(warrants.seeds_hex)) {
    const published = Object.entries(warrants.public_keys_hex).find(([name]) => name === role);
    equal(signingKey(unhex(seed)).publicKey, published?.[1], role);
  }
});

Deno.test("A.1 is minted from its figures alone", () => {
  const payload = payloadOf({ tools: toolsOf({ read_file: { path: [16, null] } }) });
  const issuer = signingKey(unhex(warrants.seeds_hex.control_plane));
  equal(hex(signWarrant(payload, issuer)), caseOf("A.1").chain[0]);
});
