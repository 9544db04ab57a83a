import { strictEqual as equal } from "node:assert/strict";
import {
  childOf,
  holder,
  issuedAt,
  keyOf,
  minted,
  refusal,
  root,
  rule,
  toolsOf,
  worker,
} from "../../tests/conformance/minted.ts";
import { type Trust, verifyChain } from "./chain.ts";
import type { Constraint, Warrant, WarrantPayload } from "./warrant.ts";

/** Equal rules narrow each other, and nothing else does; `*` is the map of the bounds. */
function attenuates(parent: Warrant["tools"], child: Warrant["tools"]): boolean {
  return [...child].every(([tool, set]) => {
    const outer = parent.get(tool);
    const same = ([name, value]: readonly [string, Constraint]) =>
      Deno.inspect(outer?.get(name)) === Deno.inspect(value);
    return outer !== undefined && outer.size === set.size && [...set].every(same);
  });
}

const trust: Trust = {
  root: root.publicKey,
  now: issuedAt + 60,
  tolerance: 30,
  isRevoked: () => false,
  attenuates,
};
const other = keyOf(4);
const bound: Constraint = [2, rule({ pattern: "/data/*" })];
const none: WarrantPayload["tools"] = new Map();

function verdict(chain: readonly Warrant[], change: Partial<Trust> = {}): string {
  return refusal(() => verifyChain(chain, { ...trust, ...change }));
}

function planner(change: Partial<WarrantPayload> = {}): Warrant {
  return minted({ type: "issuer", tools: none, issuableTools: ["read_file"], ...change });
}

/** The verdict on what the planner grants to the worker. */
function granted(issuer: Warrant, change: Partial<WarrantPayload> = {}): string {
  const tools = toolsOf({ read_file: {} });
  return verdict([issuer, childOf(issuer, { tools, ...change })]);
}

Deno.test("An issuer warrant grants its tools and no others", () => {
  equal(verdict([planner()]), "accepted");
  equal(granted(planner()), "accepted");
  equal(granted(planner(), { tools: none }), "accepted");
  equal(granted(planner(), { tools: toolsOf({ write_file: {} }) }), "CapabilityExpansion");
  equal(
    granted(planner(), { tools: toolsOf({ read_file: {}, write_file: {} }) }),
    "CapabilityExpansion",
  );
  equal(granted(planner(), { tools: toolsOf({ "*": {} }) }), "CapabilityExpansion");
  const any = planner({ issuableTools: ["*"] });
  equal(granted(any, { tools: toolsOf({ write_file: {}, read_file: {} }) }), "accepted");
});

Deno.test("Every granted set of constraints lies within the issuer's bounds", () => {
  const issuer = planner({ constraintBounds: new Map([["path", bound]]) });
  const within = (set: Readonly<Record<string, Constraint>>) =>
    granted(issuer, { tools: toolsOf({ read_file: set }) });
  equal(within({ path: bound }), "accepted");
  equal(within({ path: [2, rule({ pattern: "/*" })] }), "CapabilityExpansion");
  equal(within({}), "CapabilityExpansion");
  equal(within({ name: bound }), "CapabilityExpansion");
  const two = planner({
    issuableTools: ["*"],
    constraintBounds: new Map([["path", bound]]),
  });
  const tools = toolsOf({ a: { path: bound }, b: {} });
  equal(granted(two, { tools }), "CapabilityExpansion");
});

Deno.test("An issuer grants to another issuer the same or less", () => {
  const parent = planner({
    issuableTools: ["read_file", "write_file"],
    constraintBounds: new Map([["path", bound]]),
  });
  const second = (change: Partial<WarrantPayload>) =>
    verdict([parent, childOf(parent, { type: "issuer", tools: none, ...change })]);
  const constraintBounds = parent.constraintBounds as NonNullable<Warrant["constraintBounds"]>;
  equal(second({ issuableTools: ["read_file"], constraintBounds }), "accepted");
  equal(second({ issuableTools: ["read_file", "exec"], constraintBounds }), "CapabilityExpansion");
  equal(second({ issuableTools: ["*"], constraintBounds }), "CapabilityExpansion");
  equal(second({ issuableTools: ["read_file"] }), "CapabilityExpansion");
  equal(
    second({
      issuableTools: ["read_file"],
      constraintBounds: new Map([["path", [2, rule({ pattern: "/*" })]]]),
    }),
    "CapabilityExpansion",
  );
});

Deno.test("DepthExceeded: a granted depth beyond max_issue_depth, also past an issuer that names none", () => {
  const parent = planner({ maxDepth: 5, maxIssueDepth: 2 });
  equal(granted(parent, { maxDepth: 2 }), "accepted");
  equal(granted(parent, { maxDepth: 3 }), "DepthExceeded");
  for (const limit of [{}, { maxIssueDepth: 5 }]) {
    const second = childOf(parent, {
      type: "issuer",
      tools: none,
      issuableTools: ["read_file"],
      ...limit,
    });
    const below = (maxDepth: number) =>
      childOf(second, { tools: none, holder: other.publicKey, maxDepth }, worker);
    equal(verdict([parent, second, below(2)]), "accepted");
    equal(verdict([parent, second, below(3)]), "DepthExceeded");
  }
});

Deno.test("InvalidIssuer: a planner does not become its own worker, nor its issuer's", () => {
  equal(granted(planner(), { holder: holder.publicKey }), "InvalidIssuer");
  equal(granted(planner(), { holder: root.publicKey }), "InvalidIssuer");
  const parent = planner();
  for (const key of [holder, root]) {
    const child = childOf(parent, { tools: none, holder: key.publicKey });
    equal(verdict([parent, child], { allowSelfDelegation: true }), "InvalidIssuer");
  }
  // Between warrants of one type it is a choice.
  const same = { type: "issuer", tools: none, issuableTools: ["read_file"] } as const;
  const child = childOf(parent, { ...same, holder: holder.publicKey });
  equal(verdict([parent, child]), "InvalidIssuer");
  equal(verdict([parent, child], { allowSelfDelegation: true }), "accepted");
});
