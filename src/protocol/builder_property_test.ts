import { ok, strictEqual as equal } from "node:assert/strict";
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
  toolsOf,
  worker,
} from "../../tests/conformance/minted.ts";
import { handOn, held, tools, trust } from "../../tests/conformance/hand_on.ts";
import { type Grant, mintRoot } from "./builder.ts";
import { decode, encode } from "./cbor.ts";
import { readChain, verifyChain } from "./chain.ts";
import type { Constraint } from "./warrant.ts";

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
/** Undefined for the key that may hand on. */
const signer = fc.oneof({ weight: 5, arbitrary: fc.constant(undefined) }, {
  weight: 1,
  arbitrary: key,
});
const some = fc.record({
  holder: fc.oneof({ weight: 30, arbitrary: key.map(({ publicKey }) => publicKey) }, {
    weight: 1,
    arbitrary: fc.constantFrom("", "zz", "01", "00".repeat(32)),
  }),
  issuedAt: fc.oneof({ weight: 20, arbitrary: fc.constant(issuedAt) }, near),
  expiresAt: fc.oneof({ weight: 20, arbitrary: fc.constant(expiresAt) }, near),
  maxDepth: fc.oneof({ weight: 6, arbitrary: fc.constantFrom(1, 2, 3) }, small),
}, { noNullPrototype: true });
const odd = fc.record({
  extensions,
  clearance: small,
  requiredApprovers: approvers,
  minApprovals: fc.integer({ min: 0, max: 3 }),
  id: fc.constantFrom(idOf(1), idOf(2), "", "zz"),
}, { requiredKeys: [], noNullPrototype: true });
const extra = fc.oneof({ weight: 5, arbitrary: fc.constant({}) }, { weight: 1, arbitrary: odd });
/** What the tests' root may do, less often something else. */
const given = fc.oneof(
  { weight: 3, arbitrary: fc.subarray([...tools]).map((kept) => new Map(kept)) },
  { weight: 1, arbitrary: table.map(toolsOf) },
);
const grants: fc.Arbitrary<Grant> = fc.oneof(
  fc.tuple(some, extra, given).map(([base, more, allowed]): Grant => ({
    ...base,
    ...more,
    type: "execution",
    tools: allowed,
  })),
  fc.tuple(some, extra, fc.constantFrom("read_file", "ping", "*"), fc.constantFrom(0, 1, 2, 3), set)
    .map((
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
    fc.property(fc.array(fc.tuple(grants, signer), { minLength: 1, maxLength: 5 }), (steps) => {
      let stack: Uint8Array | undefined;
      for (const [grant, other] of steps) {
        const last = stack === undefined ? root.publicKey : held(stack).chain.at(-1)?.holder;
        const right = other ?? keys.find(({ publicKey }) => publicKey === last) ?? root;
        let made: Uint8Array | undefined;
        const code = refusal(() => {
          made = stack === undefined ? mintRoot(grant, root) : handOn(held(stack), grant, right);
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
    { numRuns: 1000, seed: 7 },
  );
  ok((counts.get("child accepted") ?? 0) > 60, Deno.inspect(counts));
  ok(counts.size > 20, Deno.inspect(counts));
});
