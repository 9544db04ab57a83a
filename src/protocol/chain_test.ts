import { deepStrictEqual as deepEqual, strictEqual as equal } from "node:assert/strict";
import {
  childOf,
  childPayload,
  envelopeOf,
  expiresAt,
  fieldsOf,
  holder,
  idOf,
  issuedAt,
  minted,
  payloadOf,
  readRefusal,
  refusal,
  root,
  rule,
  stackOf,
  toolsOf,
  worker,
} from "../../tests/conformance/minted.ts";
import { encode } from "./cbor.ts";
import { readChain, type Trust, verifyChain } from "./chain.ts";
import { type SigningKey, signWith } from "./keys.ts";
import { encodePayload, type Warrant, type WarrantPayload } from "./warrant.ts";

const trust: Trust = {
  root: root.publicKey,
  now: issuedAt + 60,
  tolerance: 30,
  isRevoked: () => false,
  allowSelfDelegation: true,
  // A rule of the test's own: the real one is tested where it is written.
  attenuates: (parent, child) => [...child.keys()].every((tool) => parent.has(tool)),
};

/** The code by which a chain is refused under `trust` with `change` in it. */
function verdict(chain: readonly Warrant[], change: Partial<Trust> = {}): string {
  return refusal(() => verifyChain(chain, { ...trust, ...change }));
}

const parent = minted();

/** The verdict on the parent and a child of it with `change` in it. */
function child(change: Partial<WarrantPayload>, issuer = holder): string {
  return verdict([parent, childOf(parent, { tools: parent.tools, ...change }, issuer)]);
}

/** A chain of `length`: every holder hands on to itself. */
function longChain(length: number): Warrant[] {
  const chain = [minted({ maxDepth: 255 })];
  while (chain.length < length) {
    const last = chain.at(-1) as Warrant;
    chain.push(childOf(last, { tools: last.tools, holder: holder.publicKey, maxDepth: 255 }));
  }
  return chain;
}

Deno.test("A root, a child and a grandchild verify to the leaf", () => {
  const second = childOf(parent, { tools: parent.tools });
  const third = childOf(second, { tools: parent.tools, holder: holder.publicKey }, worker);
  equal(verifyChain([parent], trust), parent);
  equal(verifyChain([parent, second, third], trust), third);
});

Deno.test("A stack and a single warrant are told apart", () => {
  const second = childOf(parent, { tools: parent.tools });
  const envelopes = [envelopeOf(parent.payloadBytes), envelopeOf(second.payloadBytes, holder)];
  deepEqual(readChain(envelopes[0] as Uint8Array), [parent]);
  deepEqual(readChain(stackOf(envelopes.slice(0, 1))), [parent]);
  deepEqual(readChain(stackOf(envelopes)), [parent, second]);
  for (const odd of [[[]], [[1]], [[], 5], ["a"], [null], 5, "a", rule({})]) {
    equal(readRefusal(encode(odd)), "InvalidEnvelopeStructure", Deno.inspect(odd));
  }
  equal(readRefusal(encode([])), "InvalidEnvelopeStructure");
  equal(readRefusal(new Uint8Array()), "MalformedCBOR");
});

Deno.test("ChainBroken: no warrant, a child alone, or a child first", () => {
  const second = childOf(parent, { tools: parent.tools });
  equal(verdict([]), "ChainBroken");
  equal(verdict([second], { root: holder.publicKey }), "ChainBroken");
  equal(verdict([minted({ depth: 1 })]), "ChainBroken");
  equal(verdict([minted({ parentHash: "00".repeat(32) })]), "ChainBroken");
});

Deno.test("UntrustedRoot: another issuer, or the order swapped", () => {
  equal(verdict([parent], { root: holder.publicKey }), "UntrustedRoot");
  equal(verdict([parent], { root: "" }), "UntrustedRoot");
  equal(verdict([minted({ issuer: holder.publicKey }, holder)]), "UntrustedRoot");
  equal(verdict([childOf(parent, { tools: parent.tools }), parent]), "UntrustedRoot");
});

Deno.test("ChainBroken: a warrant stands twice, or an id does", () => {
  const self = { tools: parent.tools, holder: holder.publicKey };
  const second = childOf(parent, self);
  equal(verdict([parent, parent]), "ChainBroken");
  equal(verdict([parent, second, second]), "ChainBroken");
  equal(verdict([parent, childOf(parent, { ...self, id: parent.id })]), "ChainBroken");
});

Deno.test("ChainBroken, I1: another than the holder hands on", () => {
  const other = (key: SigningKey) => child({ issuer: key.publicKey }, key);
  equal(other(holder), "accepted");
  equal(other(worker), "ChainBroken");
  equal(other(root), "ChainBroken");
});

Deno.test("ParentHashMismatch, I5: another parent, none, or a hash of another length", () => {
  equal(child({ parentHash: "00".repeat(32) }), "ParentHashMismatch");
  equal(child({ parentHash: "" }), "ParentHashMismatch");
  equal(
    child({ parentHash: childPayload(parent).parentHash?.slice(2) ?? "" }),
    "ParentHashMismatch",
  );
  const { parentHash: _, ...orphan } = childPayload(parent, { tools: parent.tools });
  const read = readChain(envelopeOf(encodePayload(orphan), holder));
  equal(verdict([parent, ...read]), "ParentHashMismatch");
  // The same words under another signature are another parent only in their payload.
  const twin = minted({ extensions: new Map([["com.example.a", Uint8Array.of(0)]]) });
  equal(verdict([twin, childOf(parent, { tools: twin.tools })]), "ParentHashMismatch");
});

Deno.test("DepthViolation, I2: depth is the parent's plus one", () => {
  for (const depth of [0, 2, 3]) equal(child({ depth }), "DepthViolation");
});

Deno.test("DepthExceeded, I2: beyond the parent's ceiling, or raising it, or beyond one's own", () => {
  equal(child({ maxDepth: 4 }), "DepthExceeded");
  equal(child({ maxDepth: 1 }), "accepted");
  equal(child({ maxDepth: 0 }), "DepthExceeded");
  const terminal = minted({ maxDepth: 0 });
  equal(verdict([terminal]), "accepted");
  for (const maxDepth of [0, 1]) {
    const below = childOf(terminal, { tools: terminal.tools, maxDepth });
    equal(verdict([terminal, below]), "DepthExceeded");
  }
});

Deno.test("TTLExceeded, I3: the child outlives its parent, or a warrant lives beyond 90 days", () => {
  equal(child({ expiresAt }), "accepted");
  equal(child({ expiresAt: expiresAt + 1 }), "TTLExceeded");
  const days = 90 * 24 * 3600;
  equal(verdict([minted({ expiresAt: issuedAt + days })]), "accepted");
  equal(verdict([minted({ expiresAt: issuedAt + days + 1 })]), "TTLExceeded");
});

Deno.test("CapabilityExpansion, I4: what the caller's rule refuses", () => {
  equal(child({ tools: toolsOf({ write_file: {} }) }), "CapabilityExpansion");
  equal(child({ tools: new Map() }), "accepted");
  const refuses: Partial<Trust> = { attenuates: () => false };
  equal(verdict([parent], refuses), "accepted");
  equal(verdict([parent, childOf(parent)], refuses), "CapabilityExpansion");
});

Deno.test("InvalidAttenuation: an execution warrant does not become an issuer warrant", () => {
  const issuer = { type: "issuer", tools: new Map(), issuableTools: ["read_file"] } as const;
  equal(child(issuer), "InvalidAttenuation");
});

Deno.test("InvalidIssuer: a holder narrows for itself only where that is asked for", () => {
  const second = childOf(parent, { tools: parent.tools, holder: holder.publicKey });
  equal(verdict([parent, second]), "accepted");
  equal(verdict([parent, second], { allowSelfDelegation: false }), "InvalidIssuer");
  const { allowSelfDelegation: _, ...strict } = trust;
  equal(refusal(() => verifyChain([parent, second], strict)), "InvalidIssuer");
});

Deno.test("WarrantExpired: from the second of expiry on, anywhere in the chain", () => {
  const at = (now: number, chain: Warrant[] = [parent]) => verdict(chain, { now });
  equal(at(expiresAt - 1), "accepted");
  equal(at(expiresAt), "WarrantExpired");
  equal(at(expiresAt + 1), "WarrantExpired");
  const short = childOf(parent, { tools: parent.tools, expiresAt: issuedAt + 120 });
  equal(at(issuedAt + 119, [parent, short]), "accepted");
  equal(at(issuedAt + 120, [parent, short]), "WarrantExpired");
});

Deno.test("IssuedInFuture: beyond the tolerance, anywhere in the chain", () => {
  const at = (now: number, chain: Warrant[] = [parent]) => verdict(chain, { now });
  equal(at(issuedAt), "accepted");
  equal(at(issuedAt - 30), "accepted");
  equal(at(issuedAt - 31), "IssuedInFuture");
  equal(verdict([parent], { now: issuedAt - 1, tolerance: 0 }), "IssuedInFuture");
  const later = childOf(parent, { tools: parent.tools, issuedAt: issuedAt + 100 });
  equal(at(issuedAt + 70, [parent, later]), "accepted");
  equal(at(issuedAt + 69, [parent, later]), "IssuedInFuture");
});

Deno.test("WarrantRevoked: first of all, and anywhere in the chain", () => {
  const second = childOf(parent, { tools: parent.tools });
  const third = childOf(second, { tools: parent.tools, holder: holder.publicKey }, worker);
  for (const { id } of [parent, second, third]) {
    const isRevoked = (one: string) => one === id;
    equal(verdict([parent, second, third], { isRevoked }), "WarrantRevoked");
    equal(
      verdict([parent, second, third], { isRevoked, now: expiresAt, root: "" }),
      "WarrantRevoked",
    );
  }
  equal(verdict([parent, second], { isRevoked: (id) => id === third.id }), "accepted");
});

Deno.test("ChainTooLong: a stack of 64 verifies, one of 65 is not read", () => {
  const chain = longChain(65);
  const envelopes = chain.map(({ payloadBytes }, level) =>
    envelopeOf(payloadBytes, level === 0 ? root : holder)
  );
  equal(verdict(readChain(stackOf(envelopes.slice(0, 64)))), "accepted");
  equal(readRefusal(stackOf(envelopes)), "ChainTooLong");
  // Refused by its length alone: nothing in it is looked at.
  equal(readRefusal(encode(Array.from({ length: 65 }, () => []))), "ChainTooLong");
});

Deno.test("ChainTooLarge: beyond 256 KB, before anything is decoded", () => {
  equal(readRefusal(new Uint8Array(256 * 1024 + 1).fill(0xff)), "ChainTooLarge");
  equal(readRefusal(new Uint8Array(256 * 1024).fill(0xff)), "MalformedCBOR");
  const value = rule({ value: "v".repeat(4000) });
  const set = Object.fromEntries(
    Array.from({ length: 15 }, (_, i) => [`a${i}`, [1, value]] as const),
  );
  const large = payloadOf({ tools: toolsOf({ t: set }) });
  const envelopes = [1, 2, 3, 4, 5].map((number) =>
    envelopeOf(encodePayload({ ...large, id: idOf(number) }))
  );
  equal(readRefusal(stackOf(envelopes.slice(0, 4))), "accepted");
  equal(readRefusal(stackOf(envelopes)), "ChainTooLarge");
});

Deno.test("SignatureInvalid: one forged link spoils the stack", () => {
  const good = envelopeOf(parent.payloadBytes);
  const forged = encode([1, encode(fieldsOf()), [1, signWith(worker, "", Uint8Array.of(1))]]);
  equal(readRefusal(stackOf([good, forged])), "SignatureInvalid");
});
