import { deepStrictEqual as deepEqual, strictEqual as equal } from "node:assert/strict";
import {
  envelopeOf,
  fieldsOf,
  holder,
  issuedAt,
  minted,
  payloadOf,
  readRefusal,
  refusal,
  root,
  rule,
  toolsOf,
  worker,
} from "../../tests/conformance/minted.ts";
import { type Cbor, decode, encode } from "./cbor.ts";
import { hex } from "./keys.ts";
import { issuerOf, payloadOf as readPayload, type WarrantPayload } from "./payload.ts";
import { encodePayload } from "./payload_writer.ts";

/** The code by which a root warrant with `change` in it is refused. */
function judged(change: Partial<WarrantPayload>): string {
  return refusal(() => minted(change));
}

const issuerWarrant: Partial<WarrantPayload> = {
  type: "issuer",
  tools: new Map(),
  issuableTools: ["read_file"],
};

Deno.test("Every field is written and read back as it was", () => {
  const whole = payloadOf({
    ...issuerWarrant,
    parentHash: "ab".repeat(32),
    extensions: new Map([["tenuo.session_id", new TextEncoder().encode("sess-a")]]),
    issuableTools: ["read_file", "*"],
    maxIssueDepth: 2,
    constraintBounds: new Map([["path", [2, rule({ pattern: "/data/*" })]]]),
    requiredApprovers: [worker.publicKey, root.publicKey],
    minApprovals: 1,
    clearance: 255,
  });
  const bytes = encodePayload(whole);
  deepEqual(readPayload(decode(bytes)), whole);
  equal(hex(encodePayload(readPayload(decode(bytes)))), hex(bytes));
  deepEqual([...(decode(bytes) as ReadonlyMap<number, Cbor>).keys()], [
    ...Array.from({ length: 12 }, (_, key) => key),
    ...[13, 14, 15, 16, 17, 18],
  ]);
});

Deno.test("InvalidPayloadStructure: an issuer warrant with tools, or without any to grant", () => {
  equal(judged(issuerWarrant), "accepted");
  equal(judged({ ...issuerWarrant, tools: toolsOf({ read_file: {} }) }), "InvalidPayloadStructure");
  equal(judged({ ...issuerWarrant, issuableTools: [] }), "InvalidPayloadStructure");
  equal(judged({ type: "issuer", tools: new Map() }), "InvalidPayloadStructure");
});

Deno.test("InvalidPayloadStructure: an execution warrant that issues", () => {
  equal(judged({ issuableTools: ["read_file"] }), "InvalidPayloadStructure");
  equal(judged({ issuableTools: [] }), "InvalidPayloadStructure");
  equal(judged({ maxIssueDepth: 1 }), "InvalidPayloadStructure");
});

Deno.test("InvalidPayloadStructure: a depth to issue beyond the warrant's own", () => {
  equal(judged({ ...issuerWarrant, maxDepth: 3, maxIssueDepth: 3 }), "accepted");
  equal(judged({ ...issuerWarrant, maxDepth: 3, maxIssueDepth: 4 }), "InvalidPayloadStructure");
});

Deno.test("InvalidPayloadStructure: a threshold that its approvers cannot meet, or none", () => {
  const requiredApprovers = [holder.publicKey, worker.publicKey];
  for (const minApprovals of [1, 2]) equal(judged({ requiredApprovers, minApprovals }), "accepted");
  equal(judged({ requiredApprovers }), "accepted");
  for (const minApprovals of [0, 3]) {
    equal(judged({ requiredApprovers, minApprovals }), "InvalidPayloadStructure");
  }
});

Deno.test("InvalidPayloadStructure: a lifetime of nothing or less", () => {
  equal(judged({ expiresAt: issuedAt + 1 }), "accepted");
  equal(judged({ expiresAt: issuedAt }), "InvalidPayloadStructure");
  equal(judged({ expiresAt: issuedAt - 1 }), "InvalidPayloadStructure");
});

Deno.test("Approvers are keys: their length, algorithm and soundness are judged", () => {
  const approvers = (key: Cbor) =>
    readRefusal(envelopeOf(encode(ordered(fieldsOf().set(15, [key])))));
  equal(approvers([1, new Uint8Array(32)]), "SignatureInvalid");
  equal(approvers([1, new Uint8Array(31)]), "InvalidKeyLength");
  equal(approvers([2, new Uint8Array(32)]), "UnsupportedAlgorithm");
});

function ordered(fields: ReadonlyMap<Cbor, Cbor>): Map<Cbor, Cbor> {
  return new Map([...fields].sort(([left], [right]) => Number(left) - Number(right)));
}

Deno.test("Of an unsigned payload nothing but the issuer is looked at", () => {
  const odd = new Map<Cbor, Cbor>([[5, fieldsOf().get(5) as Cbor], [2, "no type"], [99, 1]]);
  equal(issuerOf(odd), root.publicKey);
  equal(refusal(() => issuerOf(new Map())), "MissingRequiredField");
  equal(refusal(() => issuerOf([])), "InvalidPayloadStructure");
  equal(refusal(() => issuerOf(new Map([[5, null]]))), "InvalidPayloadStructure");
});
