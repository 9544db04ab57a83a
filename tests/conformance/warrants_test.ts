/** The published warrants and chains, byte for byte. */
import { deepStrictEqual as deepEqual, ok, strictEqual as equal } from "node:assert/strict";
import { attenuates } from "../../src/constraints/attenuation.ts";
import { decode, encode, isList } from "../../src/protocol/cbor.ts";
import { readChain, type Trust, verifyChain } from "../../src/protocol/chain.ts";
import { hex, sha256, signingKey } from "../../src/protocol/keys.ts";
import { readRevocationList, revocationId } from "../../src/protocol/revocation.ts";
import {
  encodePayload,
  readWarrant,
  signWarrant,
  type Warrant,
} from "../../src/protocol/warrant.ts";
import { payloadOf, refusal, rule, stackOf, toolsOf } from "./minted.ts";
import { caseOf, constraints, grants, unhex, type WarrantCase, warrants } from "./vectors.ts";

/** The published code of each vector that a verifier must refuse. */
const refusals = new Map([
  ["A.4 I1 violation", "ChainBroken"],
  ["A.5 expired", "WarrantExpired"],
  ["A.10 I2 violation", "DepthViolation"],
  ["A.11 I4 violation", "CapabilityExpansion"],
  ["A.12 I5 violation", "ParentHashMismatch"],
  ["A.13 I3 violation", "TTLExceeded"],
  ["A.14 forged signature", "SignatureInvalid"],
  ["A.15 issuer bounds exceeded", "CapabilityExpansion"],
  ["A.16 self issuance", "InvalidIssuer"],
  ["A.17 clearance raised", "CapabilityExpansion"],
]);

function trustOf(one: WarrantCase, change: Partial<Trust> = {}): Trust {
  return {
    root: one.trusted_roots[0],
    now: one.now,
    tolerance: 30,
    isRevoked: () => false,
    attenuates,
    ...change,
  };
}

function verify(one: WarrantCase, change: Partial<Trust> = {}): Warrant {
  const stack = stackOf(one.chain.map(unhex));
  return verifyChain(readChain(stack, one.trusted_roots), trustOf(one, change));
}

/** The envelopes of all vectors, the forged one left out. */
function readable(): { readonly name: string; readonly envelope: Uint8Array<ArrayBuffer> }[] {
  const cases = warrants.cases.filter(({ id }) => id !== "A.14 forged signature");
  return cases.flatMap(({ id, chain }) =>
    chain.map((text, level) => ({ name: `${id}, level ${level}`, envelope: unhex(text) }))
  );
}

for (const one of warrants.cases) {
  const code = refusals.get(one.id);
  Deno.test(`${one.id}: ${one.expect}${code === undefined ? "" : `, ${code}`}`, () => {
    equal(one.expect === "invalid", code !== undefined);
    equal(refusal(() => verify(one)), code ?? "accepted");
    // The same when each warrant is read under the issuer it names.
    const readFirst = () => verifyChain(readChain(stackOf(one.chain.map(unhex))), trustOf(one));
    equal(refusal(readFirst), code ?? "accepted");
  });
}

Deno.test("Every refusal above is of a published vector", () => {
  const refused = warrants.cases.filter(({ expect }) => expect === "invalid").map(({ id }) => id);
  deepEqual(refused, [...refusals.keys()]);
  equal(warrants.cases.length, 30);
});

Deno.test("A.2: the issuer warrant's tools, bounds and depth", () => {
  const warrant = verify(caseOf("A.2"));
  equal(warrant.type, "issuer");
  equal(warrant.tools.size, 0);
  ok((warrant.issuableTools?.length ?? 0) > 0);
  equal(warrant.maxIssueDepth, 3);
});

Deno.test("A.16: a holder narrows for itself where the verifier allows it, as the library does", () => {
  const leaf = verify(caseOf("A.16"), { allowSelfDelegation: true });
  equal(leaf.holder, warrants.public_keys_hex.orchestrator);
});

Deno.test("A.18 and A.21: the approvers are the roles, and the threshold is read", () => {
  const roles: readonly string[] = Object.values(warrants.public_keys_hex);
  for (const id of ["A.18", "A.21.1", "A.21.2"]) {
    const one = caseOf(id);
    const { requiredApprovers = [], minApprovals } = verify(one);
    ok(requiredApprovers.every((key) => roles.includes(key)), id);
    equal(requiredApprovers.length, one.required_approvers ?? 2, id);
    equal(minApprovals, one.min_approvals ?? 1, id);
  }
});

Deno.test("A.23: in strict mode a warrant of another session breaks the chain", () => {
  const strict = { strictSession: true };
  const withSession = caseOf("A.23 root with session");
  const without = caseOf("A.23 child without session");
  equal(refusal(() => verify(withSession, strict)), "accepted");
  equal(refusal(() => verify(without, strict)), "accepted");
  const value = verify(withSession).extensions.get("tenuo.session_id");
  equal(new TextDecoder().decode(value), "sess-abc");
  // The published child hangs below the root without a session. One of the same words below the
  // root with a session is what the document calls a mismatch.
  const [root] = readChain(unhex(withSession.chain[0] as string));
  const child = readChain(stackOf(without.chain.map(unhex)))[1];
  ok(root && child);
  const key = signingKey(unhex(warrants.seeds_hex.orchestrator));
  const moved = { ...child, parentHash: hex(sha256(root.payloadBytes)) };
  const mixed = {
    ...without,
    chain: [withSession.chain[0] as string, hex(signWarrant(moved, key))],
  };
  equal(refusal(() => verify(mixed)), "accepted");
  equal(refusal(() => verify(mixed, strict)), "ChainBroken");
});

for (const one of warrants.cases.filter(({ authorize }) => authorize !== undefined)) {
  Deno.test(`${one.id}: the call is judged ${one.authorize}`, async () => {
    const granted = await grants(verify(one), one.args ?? {}, one.tool);
    equal(granted ? "allow" : "deny", one.authorize);
  });
}

Deno.test("A.22: a revoked warrant anywhere in the chain: WarrantRevoked", () => {
  const one = caseOf("A.22");
  const bytes = unhex(warrants.signed_revocation_list.complete_signedrevocationlist_hex);
  const { ids } = readRevocationList(bytes, one.trusted_roots[0]);
  deepEqual(ids, one.revoked);
  const revoked = (list: readonly string[]) =>
    refusal(() => verify(one, { isRevoked: (id) => list.includes(revocationId(id)) }));
  equal(revoked(ids), "WarrantRevoked");
  const [rootId] = readChain(unhex(one.chain[0] as string)).map(({ id }) => revocationId(id));
  equal(revoked([rootId as string]), "WarrantRevoked");
  equal(revoked([]), "accepted");
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
