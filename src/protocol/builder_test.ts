import { deepStrictEqual as deepEqual, ok, strictEqual as equal } from "node:assert/strict";
import fc from "fast-check";
import {
  expiresAt,
  holder,
  idOf,
  issuedAt,
  keyOf,
  refusal,
  root,
  rule,
  stackOf,
  toolsOf,
  worker,
} from "../../tests/conformance/minted.ts";
import { attenuate, type Grant, mintRoot, newWarrantId } from "./builder.ts";
import { decode, encode, isList } from "./cbor.ts";
import { readChain, type Trust, verifyChain } from "./chain.ts";
import type { SigningKey } from "./keys.ts";
import type { Constraint, Warrant } from "./warrant.ts";

/** Fewer tools, with the same constraints. */
function attenuates(parent: Warrant["tools"], child: Warrant["tools"]): boolean {
  const shown = (value: unknown) => Deno.inspect(value, { depth: 9 });
  return [...child].every(([tool, set]) => shown(parent.get(tool)) === shown(set));
}

const trust: Trust = {
  root: root.publicKey,
  now: issuedAt,
  tolerance: 0,
  isRevoked: () => false,
  attenuates,
};
const common = { issuedAt, expiresAt, maxDepth: 3 };
const tools = toolsOf({ read_file: { path: [2, rule({ pattern: "/data/*" })] }, ping: {} });

/** What a chain's next warrant is made from. */
interface Held {
  readonly chain: readonly [Warrant, ...Warrant[]];
  readonly envelopes: readonly Uint8Array[];
}

function held(stack: Uint8Array): Held {
  const value = decode(stack);
  const envelopes = isList(value) && isList(value[0]) ? value : [value];
  const [first, ...rest] = readChain(stack, [root.publicKey]);
  ok(first);
  return { chain: [first, ...rest], envelopes: envelopes.map(encode) };
}

function handOn({ chain, envelopes }: Held, grant: Grant, key: SigningKey): Uint8Array {
  return attenuate(chain, envelopes, grant, key, attenuates);
}

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

const keys = [root, holder, worker, keyOf(4)];
const key = fc.constantFrom(...keys);
const constraint: fc.Arbitrary<Constraint> = fc.oneof(
  fc.constantFrom("/data/*", "/data/a", "*").map((pattern) => [2, rule({ pattern })] as const),
  fc.integer({ min: 0, max: 300 }).map((type) => [type, null] as const),
);
const set = fc.dictionary(fc.constantFrom("path", "limit"), constraint, { maxKeys: 2 });
const table = fc.dictionary(fc.constantFrom("read_file", "ping", "*", "tenuo:a"), set, {
  maxKeys: 3,
});
const near = fc.constantFrom(issuedAt - 1, issuedAt, issuedAt + 1, expiresAt, expiresAt + 1, NaN);
const small = fc.constantFrom(0, 1, 2, 3, 4, 64, 65, 255, 256, -1, 0.5);
const approvers = fc.array(fc.constantFrom(...keys.map(({ publicKey }) => publicKey), "00"), {
  maxLength: 3,
});
const bytes = fc.uint8Array({ maxLength: 3 });
const extensions = fc.dictionary(
  fc.constantFrom("tenuo.session_id", "tenuo.audit_id", "com.example.a"),
  bytes,
  { maxKeys: 2 },
).map((entries) => new Map(Object.entries(entries)));
const some = fc.record({
  holder: fc.oneof({ weight: 9, arbitrary: key.map(({ publicKey }) => publicKey) }, {
    weight: 1,
    arbitrary: fc.constantFrom("", "zz", "01", "00".repeat(32)),
  }),
  issuedAt: fc.oneof({ weight: 6, arbitrary: fc.constant(issuedAt) }, near),
  expiresAt: fc.oneof({ weight: 6, arbitrary: fc.constant(expiresAt) }, near),
  maxDepth: fc.oneof({ weight: 6, arbitrary: fc.constantFrom(1, 2, 3) }, small),
}, { noNullPrototype: true });
const extra = fc.record({
  extensions,
  clearance: small,
  requiredApprovers: approvers,
  minApprovals: fc.integer({ min: 0, max: 3 }),
  id: fc.constantFrom(idOf(1), idOf(2), "", "zz"),
}, { requiredKeys: [], noNullPrototype: true });
const grants: fc.Arbitrary<Grant> = fc.oneof(
  fc.tuple(some, extra, table).map(([base, more, given]): Grant => ({
    ...base,
    ...more,
    type: "execution",
    tools: toolsOf(given),
  })),
  fc.tuple(some, extra, fc.constantFrom("read_file", "ping", "*"), small, set).map((
    [base, more, tool, maxIssueDepth, bounds],
  ): Grant => ({
    ...base,
    ...more,
    type: "issuer",
    issuableTools: [tool],
    maxIssueDepth,
    ...(Object.keys(bounds).length > 0
      ? { constraintBounds: new Map(Object.entries(bounds)) }
      : {}),
  })),
);

Deno.test("Whatever is made verifies, and whatever is not has a code", () => {
  const counts = new Map<string, number>();
  const count = (name: string) => counts.set(name, (counts.get(name) ?? 0) + 1);
  const lenient = { ...trust, allowSelfDelegation: true };
  fc.assert(
    fc.property(fc.array(fc.tuple(grants, key), { minLength: 1, maxLength: 4 }), (steps) => {
      let stack: Uint8Array | undefined;
      for (const [grant, signer] of steps) {
        let made: Uint8Array | undefined;
        const code = refusal(() => {
          made = stack === undefined ? mintRoot(grant, root) : handOn(held(stack), grant, signer);
        });
        count(stack === undefined ? `root ${code}` : `child ${code}`);
        if (made === undefined) continue;
        const chain = readChain(made, [root.publicKey]);
        const now = Math.max(...chain.map((warrant) => warrant.issuedAt));
        verifyChain(chain, { ...lenient, now });
        equal(encode(decode(made)).length, made.length);
        stack = made;
      }
    }),
    { numRuns: 1500, seed: 7 },
  );
  ok((counts.get("child accepted") ?? 0) > 20, Deno.inspect(counts));
  ok(counts.size > 10, Deno.inspect(counts));
});

Deno.test("A stack of one envelope stands for the warrant itself", () => {
  const [envelope] = parent.envelopes as readonly [Uint8Array];
  const grant: Grant = { ...common, type: "execution", tools, holder: worker.publicKey };
  const made = handOn(held(stackOf([envelope])), grant, holder);
  equal(readChain(made, [root.publicKey]).length, 2);
});
