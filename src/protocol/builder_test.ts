import { deepStrictEqual as deepEqual, ok, strictEqual as equal } from "node:assert/strict";
import { attenuates, common, handOn, held, tools, trust } from "../../tests/conformance/hand_on.ts";
import {
  expiresAt,
  holder,
  issuedAt,
  keyOf,
  refusal,
  root,
  stackOf,
  toolsOf,
  worker,
} from "../../tests/conformance/minted.ts";
import { attenuate, type Grant, mintRoot, newWarrantId } from "./builder.ts";
import { readChain, verifyChain } from "./chain.ts";

const parent = held(
  mintRoot({ ...common, type: "execution", tools, holder: holder.publicKey }, root),
);

Deno.test("A root and its children verify, each signed by its parent's holder", () => {
  const child: Grant = { ...common, type: "execution", tools, holder: worker.publicKey };
  const second = held(handOn(parent, child, holder));
  const third = held(handOn(second, { ...child, holder: keyOf(4).publicKey }, worker));
  equal(verifyChain(third.chain, trust).depth, 2);
  deepEqual(third.envelopes.slice(0, 2), second.envelopes);
  equal(new Set(third.chain.map(({ id }) => id)).size, 3);
});

Deno.test("An issuer warrant is minted and grants", () => {
  const planner = held(mintRoot({
    ...common,
    type: "issuer",
    holder: holder.publicKey,
    issuableTools: ["read_file"],
    maxIssueDepth: 1,
  }, root));
  const grant = (change: Partial<Grant> = {}): Grant => ({
    ...common,
    type: "execution",
    holder: worker.publicKey,
    maxDepth: 1,
    tools: toolsOf({ read_file: {} }),
    ...change,
  } as Grant);
  const made = held(handOn(planner, grant(), holder));
  equal(verifyChain(made.chain, trust).holder, worker.publicKey);
  const judged = (change: Partial<Grant>) => refusal(() => handOn(planner, grant(change), holder));
  equal(judged({ maxDepth: 2 }), "DepthExceeded");
  equal(judged({ holder: holder.publicKey }), "InvalidIssuer");
  equal(judged({ tools: toolsOf({ exec: {} }) }), "CapabilityExpansion");
});

Deno.test("What a verifier would refuse is not made, and has the verifier's code", () => {
  const judged = (change: Partial<Grant>, key = holder) => {
    const grant = { ...common, type: "execution", tools, holder: worker.publicKey, ...change };
    return refusal(() => handOn(parent, grant as Grant, key));
  };
  equal(judged({}), "accepted");
  equal(judged({}, worker), "ChainBroken");
  equal(judged({ expiresAt: expiresAt + 1 }), "TTLExceeded");
  equal(judged({ expiresAt: issuedAt }), "InvalidPayloadStructure");
  equal(judged({ maxDepth: 4 }), "DepthExceeded");
  equal(judged({ maxDepth: 0 }), "DepthExceeded");
  equal(judged({ tools: toolsOf({ write_file: {} }) }), "CapabilityExpansion");
  equal(judged({ id: parent.chain[0].id }), "ChainBroken");
  equal(judged({ id: "zz" }), "InvalidPayloadStructure");
  equal(judged({ holder: "zz" }), "InvalidKeyLength");
  equal(judged({ holder: "00".repeat(32) }), "SignatureInvalid");
  equal(judged({ clearance: 256 }), "InvalidPayloadStructure");
  equal(judged({ issuedAt: NaN }), "MalformedCBOR");
  equal(judged({ tools: toolsOf({ "tenuo:a": {} }) }), "ReservedToolName");
  const root90: Grant = { ...common, type: "execution", tools, holder: holder.publicKey };
  const days = issuedAt + 90 * 24 * 3600;
  equal(refusal(() => mintRoot({ ...root90, expiresAt: days }, root)), "accepted");
  equal(refusal(() => mintRoot({ ...root90, expiresAt: days + 1 }, root)), "TTLExceeded");
});

Deno.test("ChainTooLong and ChainTooLarge: no stack is made that is not read", () => {
  const ping = toolsOf({ ping: {} });
  const grant = (level: number): Grant => ({
    ...common,
    type: "execution",
    tools: ping,
    maxDepth: 255,
    holder: (level % 2 === 0 ? holder : worker).publicKey,
  });
  let stack = mintRoot(grant(0), root);
  for (let level = 1; level < 64; level++) {
    stack = handOn(held(stack), grant(level), level % 2 === 0 ? worker : holder);
  }
  equal(held(stack).chain.length, 64);
  equal(refusal(() => handOn(held(stack), grant(64), worker)), "ChainTooLong");
  const extensions = new Map(
    Array.from({ length: 7 }, (_, i) => [`com.example.${i}`, new Uint8Array(8000)] as const),
  );
  let large = mintRoot({ ...grant(0), extensions }, root);
  for (let level = 1; level < 4; level++) {
    large = handOn(held(large), { ...grant(level), extensions }, level % 2 === 0 ? worker : holder);
  }
  equal(refusal(() => handOn(held(large), { ...grant(4), extensions }, worker)), "ChainTooLarge");
});

Deno.test("Chains that are not of their envelopes make nothing", () => {
  const foreign = mintRoot({ ...common, type: "execution", tools, holder: holder.publicKey }, root);
  const grant: Grant = { ...common, type: "execution", tools, holder: worker.publicKey };
  const judged = (envelopes: readonly Uint8Array[]) =>
    refusal(() => attenuate(parent.chain, envelopes, grant, holder, attenuates));
  equal(judged(parent.envelopes), "accepted");
  equal(judged([foreign]), "ParentHashMismatch");
  equal(judged([...parent.envelopes, ...parent.envelopes]), "ChainBroken");
  ok(judged([]) !== "accepted");
});

Deno.test("Warrant ids are UUIDv7 and stand in the order of their time", () => {
  const at = (milliseconds: number) => newWarrantId(milliseconds);
  ok(/^019471f80000[0-9a-f]{20}$/.test(at(0x019471f80000)));
  for (let i = 0; i < 200; i++) ok(/^[0-9a-f]{12}7[0-9a-f]{3}[89ab][0-9a-f]{15}$/.test(at(i)));
  ok(at(1) < at(2) && at(255) < at(256) && at(2 ** 40) < at(2 ** 40 + 1));
  equal(new Set(Array.from({ length: 1000 }, () => newWarrantId())).size, 1000);
});

Deno.test("A stack of one envelope stands for the warrant itself", () => {
  const [envelope] = parent.envelopes as readonly [Uint8Array];
  const grant: Grant = { ...common, type: "execution", tools, holder: worker.publicKey };
  const made = handOn(held(stackOf([envelope])), grant, holder);
  equal(readChain(made, [root.publicKey]).length, 2);
});
