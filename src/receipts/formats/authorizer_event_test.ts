import { Buffer } from "node:buffer";
import { deepEqual, equal, ok, throws } from "node:assert/strict";
import {
  childPayload,
  envelopeOf,
  holder,
  minted,
  payloadOf,
  root,
  stackOf,
} from "../../../tests/conformance/minted.ts";
import { decode, isMap } from "../../protocol/cbor.ts";
import { fromHex, hex, verifyWith } from "../../protocol/keys.ts";
import { encodePayload } from "../../protocol/warrant.ts";
import { parseReceipt, type Receipt, type ReceiptDraft } from "../receipt.ts";
import { otherKey, sampleDraft, sampleKey, sampleLines } from "../sample_log.ts";
import {
  type AuthorizerEvent,
  authorizerEvent,
  authorizerEvents,
  authorizerIdOf,
  encodeAuthorizerPayload,
} from "./authorizer_event.ts";

const single = envelopeOf(encodePayload(payloadOf()));
const double = stackOf([single, envelopeOf(encodePayload(childPayload(minted())), holder)]);
const authorizerId = authorizerIdOf(sampleKey.publicKey);
const options = { authorizerId, rootPrincipal: root.publicKey, key: sampleKey };

function receiptOf(change: Partial<ReceiptDraft> = {}): Receipt {
  return parseReceipt(sampleLines([{ draft: sampleDraft(change) }])[0] as string) as Receipt;
}

function payloadIn({ signing_payload }: AuthorizerEvent): Map<unknown, unknown> {
  const value = decode(Buffer.from(signing_payload, "base64"));
  ok(isMap(value));
  return new Map(value);
}

Deno.test("The payload is the published one, byte for byte", () => {
  const payload = {
    authorizerId: "test",
    stack: Uint8Array.of(1, 2, 3),
    action: "hello",
    outcome: "world",
    time: 42,
  };
  equal(
    hex(encodeAuthorizerPayload(payload)),
    "a56131647465737461324301020361336568656c6c6f613465776f726c646135182a",
  );
  const six = hex(encodeAuthorizerPayload({ ...payload, rootPrincipal: "org" }));
  equal(six, "a66131647465737461324301020361336568656c6c6f613465776f726c646135182a6136636f7267");
});

Deno.test("An event holds the decision, its warrants and a signature over both", () => {
  const receipt = receiptOf({ call: "toolu_1", session: "s", warrant: "0".repeat(32) });
  const event = authorizerEvent(receipt, { ...options, chain: single });
  ok(event !== undefined);
  const { signature = "", signing_payload, warrant_stack = "", ...rest } = event;
  const payload = Buffer.from(signing_payload, "base64");
  const bytes = Buffer.from(signature, "base64");
  equal(verifyWith(sampleKey.publicKey, bytes, "", payload), true);
  equal(verifyWith(otherKey.publicKey, bytes, "", payload), false);
  payload[payload.length - 1] = (payload.at(-1) as number) ^ 1;
  equal(verifyWith(sampleKey.publicKey, bytes, "", payload), false);

  const stack = Buffer.from(warrant_stack, "base64");
  equal(hex(stack), `81${hex(single)}`, "A single warrant stands in a list");
  deepEqual([...payloadIn(event)], [
    ["1", authorizerId],
    ["2", new Uint8Array(stack)],
    ["3", "tool:read_file"],
    ["4", "allow"],
    ["5", 1772366400],
    ["6", root.publicKey],
  ]);
  deepEqual(rest, {
    timestamp: "2026-03-01T12:00:00.000Z",
    authorizer_id: authorizerId,
    warrant_id: `tnu_wrt_${"0".repeat(32)}`,
    decision: "allow",
    tool: "read_file",
    chain_depth: 0,
    root_principal: root.publicKey,
    latency_us: 0,
    request_id: "toolu_1",
    arguments: '{"path":"/project/sandbox/notes.txt"}',
    action: "tool:read_file",
    session_id: "s",
    action_category: "tool",
  });
});

Deno.test("A stack stays as it is, and says how deep it is", () => {
  const event = authorizerEvent(receiptOf(), { ...options, chain: double });
  equal(event?.chain_depth, 1);
  equal(event?.warrant_stack, Buffer.from(double).toString("base64"));
});

Deno.test("Without a chain the stack is empty and no root is named; without a key nothing is signed", () => {
  const { capability: _, ...rest } = receiptOf({
    decision: "deny",
    rule: "default: deny",
    reason: "not granted",
    tool: "CronCreate",
  });
  const event = authorizerEvent(rest, { authorizerId, rootPrincipal: root.publicKey });
  ok(event !== undefined && !("signature" in event) && !("warrant_stack" in event));
  deepEqual(
    [event.decision, event.deny_reason, event.failed_constraint, event.request_id, event.action],
    ["deny", "not granted", "default: deny", `${authorizerId}-1`, "tool:CronCreate"],
  );
  const payload = payloadIn(event);
  deepEqual([payload.get("2"), payload.has("6")], [new Uint8Array(), false]);
});

Deno.test("Only decisions are events, and a chain must be one", () => {
  for (
    const change of [
      { kind: "outcome", outcome: "ok" },
      { kind: "act" },
      { kind: "repair" },
      { decision: "maybe" as "allow" },
    ] as const
  ) equal(authorizerEvent(receiptOf(change), options), undefined);
  throws(() => authorizerEvent(receiptOf(), { ...options, chain: fromHex("81") }), /CBOR/);
});

Deno.test("The format looks the chain up by the receipt's digest", () => {
  const asked: string[] = [];
  const format = authorizerEvents({
    ...options,
    chainOf: (digest) => {
      asked.push(digest);
      return digest === "ab" ? single : undefined;
    },
  });
  const line = (change: Partial<ReceiptDraft>) => format.line(receiptOf(change), "");
  match(line({ chain: "ab" }), true);
  match(line({ chain: "cd" }), false);
  match(line({}), false);
  equal(line({ kind: "outcome" }), undefined);
  deepEqual(asked, ["ab", "cd"]);

  function match(text: string | undefined, hasStack: boolean): void {
    equal("warrant_stack" in JSON.parse(text ?? ""), hasStack);
  }
});
