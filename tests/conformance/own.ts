/** This project's own golden vectors: what its builder makes of fixed keys, ids and times. */
import { attenuate, type Grant, mintRoot } from "../../src/protocol/builder.ts";
import { signApproval } from "../../src/protocol/approval.ts";
import { type Cbor, decode, encode } from "../../src/protocol/cbor.ts";
import { type Attenuates, readChain } from "../../src/protocol/chain.ts";
import { hex, type SigningKey } from "../../src/protocol/keys.ts";
import { prove } from "../../src/protocol/pop.ts";
import { revocationId, signRevocationList } from "../../src/protocol/revocation.ts";
import { signRevocationRequest } from "../../src/protocol/revocation_request.ts";
import type { Constraint, Warrant } from "../../src/protocol/warrant.ts";
import { expiresAt, holder, idOf, issuedAt, keyOf, root, rule, toolsOf, worker } from "./minted.ts";

/** Vectors by name, hex. */
export type OwnVectors = Readonly<Record<string, string>>;

const common = { issuedAt, expiresAt, maxDepth: 3 } as const;
const data: Constraint = [2, rule({ pattern: "/data/*" })];
const reports: Constraint = [2, rule({ pattern: "/data/reports/*" })];

/** The vectors' children keep their tools' names; the rules are tested where they are written. */
const attenuates: Attenuates = (parent, child) =>
  parent.has("*") || [...child.keys()].every((tool) => parent.has(tool));

function execution(id: number, to: SigningKey, change: Partial<Grant> = {}): Grant {
  const tools = toolsOf({ read_file: { path: data } });
  return {
    ...common,
    type: "execution",
    id: idOf(id),
    holder: to.publicKey,
    tools,
    ...change,
  } as Grant;
}

function planner(id: number, to: SigningKey): Grant {
  return {
    ...common,
    type: "issuer",
    id: idOf(id),
    holder: to.publicKey,
    issuableTools: ["read_file", "search"],
    maxIssueDepth: 2,
    constraintBounds: new Map([["path", data]]),
    clearance: 30,
  };
}

/** A root and what each next key grants. */
function chain(first: Grant, ...rest: readonly (readonly [Grant, SigningKey])[]): Uint8Array {
  let stack = mintRoot(first, root);
  const envelopes: Uint8Array[] = [stack];
  for (const [grant, key] of rest) {
    const read = readChain(stack, [root.publicKey]) as [Warrant, ...Warrant[]];
    stack = attenuate(read, envelopes, grant, key, attenuates);
    envelopes.push(encode((decode(stack) as readonly Cbor[]).at(-1) as Cbor));
  }
  return stack;
}

/** Every type of constraint that has a published form, and one that nobody knows. */
function everyConstraint(): Grant {
  const strings = ["a", "b"];
  const exact: Constraint = [1, rule({ value: "a" })];
  return execution(4, holder, {
    tools: toolsOf({
      t: {
        a01: exact,
        a02: data,
        a03: [3, rule({ min: 0, max: 9.5, min_inclusive: true, max_inclusive: false })],
        a04: [4, rule({ values: strings })],
        a05: [5, rule({ pattern: "^a+$" })],
        a07: [7, rule({ excluded: strings })],
        a08: [8, "10.0.0.0/8"],
        a09: [9, "https://*.example.com/*"],
        a10: [10, rule({ required: strings })],
        a11: [11, rule({ allowed: strings })],
        a12: [12, rule({ constraints: [exact] })],
        a13: [13, rule({ constraints: [exact, data] })],
        a14: [14, rule({ constraint: exact })],
        a15: [15, rule({ expression: "value == 'a'" })],
        a16: [16, null],
        a17: [17, rule({ root: "/data", case_sensitive: true, allow_equal: true })],
        a18: [18, rule({ schemes: ["https"] })],
        a99: [99, encode(rule({ integer: 2n ** 60n, float: { float: 1 } }))],
      },
    }),
  });
}

/** Makes all vectors anew. */
export function ownVectors(): OwnVectors {
  const third = keyOf(4);
  const narrowed = { tools: toolsOf({ read_file: { path: reports } }) };
  const args = new Map<string, Cbor>([["path", "/data/a"], ["limit", 5]]);
  const approval = {
    requestHash: "ab".repeat(32),
    nonce: "cd".repeat(16),
    externalId: "alice@example.com",
    approvedAt: issuedAt,
    expiresAt: issuedAt + 300,
    extensions: new Map([["com.example.ticket", Uint8Array.of(1, 255)]]),
  };
  const warrant = (bytes: Uint8Array) => hex(bytes);
  return {
    "root": warrant(chain(execution(1, holder))),
    "root without tools": warrant(chain(execution(2, holder, { tools: toolsOf({}) }))),
    "root with everything": warrant(chain(execution(3, holder, {
      extensions: new Map([
        ["com.example.trace", encode("request-1")],
        ["tenuo.session_id", new TextEncoder().encode("sess-a")],
      ]),
      clearance: 20,
      requiredApprovers: [worker.publicKey, third.publicKey],
      minApprovals: 1,
    }))),
    "every constraint": warrant(chain(everyConstraint())),
    "chain of three": warrant(chain(
      execution(5, holder),
      [execution(6, worker, narrowed), holder],
      [execution(7, third, { ...narrowed, maxDepth: 2, expiresAt: issuedAt + 600 }), worker],
    )),
    "issuer, planner and worker": warrant(chain(
      planner(8, holder),
      [planner(9, worker), holder],
      [execution(10, third, { maxDepth: 2, clearance: 30 }), worker],
    )),
    "proof of possession": hex(prove(holder, idOf(1), "read_file", args, issuedAt + 45)),
    "approval": hex(signApproval(approval, worker)),
    "approval in the library's form": hex(signApproval(approval, worker, "library")),
    "revocation list": hex(signRevocationList(
      { ids: [revocationId(idOf(1)), revocationId(idOf(2))], version: 7, issuedAt },
      root,
    )),
    "revocation request": hex(signRevocationRequest(
      { warrantId: revocationId(idOf(1)), reason: "lost laptop", requestedAt: issuedAt },
      holder,
    )),
  };
}
