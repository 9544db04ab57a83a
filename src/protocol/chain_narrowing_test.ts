import { strictEqual as equal } from "node:assert/strict";
import {
  childOf,
  holder,
  issuedAt,
  keyOf,
  minted,
  refusal,
  root,
  worker,
} from "../../tests/conformance/minted.ts";
import { type Trust, verifyChain } from "./chain.ts";
import type { Warrant, WarrantPayload } from "./warrant.ts";

const trust: Trust = {
  root: root.publicKey,
  now: issuedAt + 60,
  tolerance: 30,
  isRevoked: () => false,
  attenuates: () => true,
};
const third = keyOf(4);
const [a, b, c] = [5, 6, 7].map((byte) => keyOf(byte).publicKey) as [string, string, string];

function verdict(chain: readonly Warrant[], change: Partial<Trust> = {}): string {
  return refusal(() => verifyChain(chain, { ...trust, ...change }));
}

/** The verdict on a chain whose warrants have these changes, root first. */
function judged(changes: readonly Partial<WarrantPayload>[], change: Partial<Trust> = {}): string {
  const [first, ...rest] = changes;
  const chain = [minted(first)];
  const keys = [holder, worker, third];
  rest.forEach((payload, level) => {
    const next = (keys[level + 1] ?? root).publicKey;
    chain.push(childOf(chain.at(-1) as Warrant, { holder: next, ...payload }, keys[level]));
  });
  return verdict(chain, change);
}

Deno.test("A clearance is not raised", () => {
  equal(judged([{ clearance: 20 }, { clearance: 20 }]), "accepted");
  equal(judged([{ clearance: 20 }, { clearance: 0 }]), "accepted");
  equal(judged([{ clearance: 20 }, { clearance: 21 }]), "CapabilityExpansion");
  equal(judged([{ clearance: 0 }, { clearance: 1 }]), "CapabilityExpansion");
  equal(judged([{ clearance: 20 }, {}]), "accepted");
  equal(judged([{}, { clearance: 255 }]), "accepted");
});

Deno.test("A clearance that is left out in between is not lifted", () => {
  equal(judged([{ clearance: 20 }, {}, { clearance: 20 }]), "accepted");
  equal(judged([{ clearance: 20 }, {}, { clearance: 21 }]), "CapabilityExpansion");
  equal(judged([{}, { clearance: 5 }, {}, { clearance: 6 }]), "CapabilityExpansion");
});

Deno.test("Approvers are kept, and no fewer approvals are asked", () => {
  const parent = { requiredApprovers: [a, b], minApprovals: 1 };
  equal(judged([parent, parent]), "accepted");
  equal(judged([parent, { requiredApprovers: [b, a] }]), "accepted");
  equal(judged([parent, {}]), "CapabilityExpansion");
  equal(judged([parent, { requiredApprovers: [] }]), "CapabilityExpansion");
  equal(judged([parent, { requiredApprovers: [a] }]), "CapabilityExpansion");
  const both = { requiredApprovers: [a, b] };
  equal(judged([both, { ...both, minApprovals: 2 }]), "accepted");
  equal(judged([both, { ...both, minApprovals: 1 }]), "CapabilityExpansion");
  equal(judged([{}, parent]), "accepted");
  equal(judged([{}, parent, {}]), "CapabilityExpansion");
});

Deno.test("An approver that a child adds does not stand in for one of its parent's", () => {
  const parent = { requiredApprovers: [a], minApprovals: 1 };
  const added = (requiredApprovers: string[], minApprovals: number) =>
    judged([parent, { requiredApprovers, minApprovals }]);
  equal(added([a, b], 1), "CapabilityExpansion");
  equal(added([a, b], 2), "accepted");
  equal(added([a, b, c], 2), "CapabilityExpansion");
  equal(added([a, b, c], 3), "accepted");
});

Deno.test("The session: all of one in strict mode, of no concern otherwise", () => {
  const of = (name?: string): Partial<WarrantPayload> => ({
    extensions: name === undefined
      ? new Map()
      : new Map([["tenuo.session_id", new TextEncoder().encode(name)]]),
  });
  const strict = { strictSession: true };
  for (const name of [undefined, "", "sess-a"]) {
    equal(judged([of(name), of(name), of(name)], strict), "accepted");
  }
  for (
    const [first, second] of [["sess-a", "sess-b"], ["sess-a", undefined], [undefined, "sess-a"], [
      undefined,
      "",
    ]] as const
  ) {
    equal(judged([of(first), of(second)]), "accepted");
    equal(judged([of(first), of(second)], strict), "ChainBroken");
    equal(judged([of(first), of(first), of(second)], strict), "ChainBroken");
  }
});

Deno.test("What is said of the chain comes before what is said of its ceilings", () => {
  equal(judged([{ clearance: 1 }, { clearance: 2, parentHash: "" }]), "ParentHashMismatch");
});
