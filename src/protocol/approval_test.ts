import { deepStrictEqual as deepEqual, strictEqual as equal } from "node:assert/strict";
import { holder, idOf, keyOf, refusal, rule, worker } from "../../tests/conformance/minted.ts";
import {
  type Approval,
  readApproval,
  requestHash,
  requireApprovals,
  signApproval,
} from "./approval.ts";
import { recorded } from "../../tests/conformance/recorded.ts";
import { type Cbor, decode, encode } from "./cbor.ts";
import { fromHex, hex, type SigningKey, signWith } from "./keys.ts";
import type { Arguments } from "./pop.ts";

const args: Arguments = new Map<string, Cbor>([["path", "/data/a"], ["limit", 5]]);
const hash = requestHash(idOf(1), "read_file", args, holder.publicKey);
const approver = worker;
const approval: Approval = {
  requestHash: hash,
  nonce: "cd".repeat(16),
  externalId: "alice@example.com",
  approvedAt: 1704067200,
  expiresAt: 1704067500,
  extensions: new Map([["com.example.ticket", Uint8Array.of(1, 255)]]),
};
const good = signApproval(approval, approver);
const fields: Readonly<Record<string, Cbor>> = Object.fromEntries(
  (decode((decode(good) as ReadonlyMap<string, Cbor>).get("payload") as Uint8Array) as ReadonlyMap<
    string,
    Cbor
  >).entries(),
);

function reading(bytes: Uint8Array): string {
  return refusal(() => readApproval(bytes));
}

/** An envelope around any payload, signed as approvals are, with `change` in it. */
function signed(payload: Cbor, change: Readonly<Record<string, Cbor>> = {}): Uint8Array {
  const bytes = encode(payload);
  const version = Uint8Array.of(1);
  return encode(rule({
    approval_version: 1,
    payload: bytes,
    approver_key: fromHex(approver.publicKey),
    signature: signWith(approver, "tenuo-approval-v1", version, bytes),
    ...change,
  }));
}

Deno.test("An approval is read as it was signed, in the figures' form and in the library's", () => {
  for (const form of ["figures", "library"] as const) {
    for (const extensions of [approval.extensions, new Map<string, Uint8Array>()]) {
      const read = readApproval(signApproval({ ...approval, extensions }, approver, form));
      deepEqual(read, { ...approval, extensions, approver: approver.publicKey });
    }
  }
  equal(reading(signed(rule(fields))), "accepted");
});

Deno.test("An approval is signed as the published library signs it, and the library's is read", () => {
  const given = { ...approval, requestHash: "ab".repeat(32) };
  equal(hex(signApproval(given, approver, "library")), recorded.approval_hex);
  deepEqual(readApproval(fromHex(recorded.approval_hex)), {
    ...given,
    approver: approver.publicKey,
  });
});

Deno.test("The hash of a call is the library's, whatever the order of its arguments", () => {
  const nested = new Map<string, Cbor>([
    ["b", 2],
    ["a", rule({ z: 1.5, b: [rule({ y: 1, x: null })], "10": 1 })],
  ]);
  // Recorded from tenuo 0.3.3 (PyPI).
  const calls: readonly (readonly [Arguments, string])[] = [
    [args, "632f958a968efe50980f0248bd1cf9c453a00b73ec360c854d3a5db9ef4fba6d"],
    [nested, "201ff2d7893ca06f334b99aa71fa1688bbc76ddb49c6922a1cbbd23e51ad8a7c"],
    [new Map(), "73e8829258dd2d88b39dc1907c359340f08153a2d7b1efb5ab1c663e7a990045"],
  ];
  for (const [given, expected] of calls) {
    equal(requestHash(idOf(1), "read_file", given, holder.publicKey), expected);
  }
});

Deno.test("UnsupportedApprovalVersion", () => {
  for (const version of [0, 2, "1", null, { float: 1 }]) {
    equal(
      reading(signed(rule(fields), { approval_version: version })),
      "UnsupportedApprovalVersion",
    );
  }
});

Deno.test("ApprovalInvalid: another signer, another domain, another payload, a weak key", () => {
  const bytes = encode(rule(fields));
  const by = (key: SigningKey, domain = "tenuo-approval-v1", version = 1) =>
    reading(signed(rule(fields), {
      signature: signWith(key, domain, Uint8Array.of(version), bytes),
    }));
  equal(by(approver), "accepted");
  equal(by(holder), "ApprovalInvalid");
  equal(by(approver, "tenuo-pop-v1"), "ApprovalInvalid");
  equal(by(approver, ""), "ApprovalInvalid");
  equal(by(approver, "tenuo-approval-v1", 2), "ApprovalInvalid");
  const key = (approver_key: Cbor) => reading(signed(rule(fields), { approver_key }));
  equal(key(fromHex(holder.publicKey)), "ApprovalInvalid");
  equal(key(new Uint8Array(32)), "ApprovalInvalid");
  equal(key([1, fromHex(approver.publicKey)]), "accepted");
  equal(key([2, fromHex(approver.publicKey)]), "ApprovalPayloadInvalid");
  // Not decoded before the signature is found to hold.
  equal(reading(signed(null, { payload: Uint8Array.of(0xff) })), "ApprovalInvalid");
});

Deno.test("ApprovalPayloadInvalid: another shape", () => {
  for (const value of [null, 1, [], "a", good]) {
    equal(reading(encode(value)), "ApprovalPayloadInvalid");
  }
  for (const name of ["payload", "approver_key", "signature"]) {
    for (const value of [null, "a", 1, [300], [-1], rule({})]) {
      equal(reading(signed(rule(fields), { [name]: value })), "ApprovalPayloadInvalid", name);
    }
  }
  const bad: Readonly<Record<string, readonly Cbor[]>> = {
    version: [0, 2, "1", null],
    request_hash: [null, "a", new Uint8Array(31), [1], new Array<number>(32).fill(-1)],
    nonce: [null, new Uint8Array(15), new Uint8Array(17), new Array<number>(16).fill(256)],
    external_id: [null, 1, []],
    approved_at: [null, -1, "1", { float: 1 }],
    expires_at: [null, -1, "1", { float: 1 }, 2n ** 60n],
    extensions: [1, [], rule({ a: "b" }), rule({ a: [-1] }), new Map([[1, [1]]])],
  };
  for (const [name, values] of Object.entries(bad)) {
    for (const value of values) {
      const found = reading(signed(rule({ ...fields, [name]: value })));
      equal(found, "ApprovalPayloadInvalid", `${name}: ${Deno.inspect(value)}`);
    }
  }
  for (const payload of [null, 1, []]) equal(reading(signed(payload)), "ApprovalPayloadInvalid");
});

Deno.test("An approval cut or with any bit flipped is refused with a code", () => {
  const codes = new Set<string>();
  for (let end = 0; end < good.length; end++) codes.add(reading(good.subarray(0, end)));
  deepEqual([...codes], ["MalformedCBOR"]);
  for (let bit = 0; bit < good.length * 8; bit++) {
    const flipped = Uint8Array.from(good);
    flipped[bit >> 3] = (flipped[bit >> 3] as number) ^ (1 << (bit & 7));
    codes.add(reading(flipped));
  }
  deepEqual([...codes].sort(), [
    "ApprovalInvalid",
    "ApprovalPayloadInvalid",
    "MalformedCBOR",
    "UnsupportedApprovalVersion",
  ]);
});

const [first, second, stranger] = [keyOf(5), keyOf(6), keyOf(7)];
const required = [first.publicKey, second.publicKey];

/** The verdict on approvals by these keys, each with its change. */
function judged(
  given: readonly (readonly [SigningKey, Partial<Approval>?])[],
  threshold = 1,
  now = approval.approvedAt + 10,
): string {
  const approvals = given.map(([key, change]) =>
    readApproval(signApproval({ ...approval, ...change }, key))
  );
  return refusal(() =>
    requireApprovals(approvals, required, threshold, hash, { now, tolerance: 30 })
  );
}

Deno.test("Listed approvers are counted, each once", () => {
  equal(judged([[first]]), "accepted");
  equal(judged([[first], [second]], 2), "accepted");
  equal(judged([[stranger], [second], [first]], 2), "accepted");
  equal(judged([], 0), "accepted");
  equal(judged([[first]], 2), "InsufficientApprovals");
  equal(judged([[first], [first]], 2), "InsufficientApprovals");
  equal(judged([[first], [first, { nonce: "ef".repeat(16) }]], 2), "InsufficientApprovals");
  equal(judged([[first], [stranger]], 2), "InsufficientApprovals");
  equal(judged([]), "ApprovalRequired");
});

Deno.test("An approval that does not hold is named when it is the only one", () => {
  const other = { requestHash: requestHash(idOf(2), "read_file", args, holder.publicKey) };
  equal(judged([[stranger]]), "ApproverNotAuthorized");
  equal(judged([[first, other]]), "ApprovalRequestHashMismatch");
  equal(judged([[first, other], [first]]), "accepted");
  equal(judged([[first, other], [stranger]]), "InsufficientApprovals");
});

Deno.test("ApprovalExpired: after its end or before its start, with the tolerance", () => {
  const at = (now: number) => judged([[first]], 1, now);
  const { approvedAt, expiresAt } = approval;
  equal(at(approvedAt - 30), "accepted");
  equal(at(approvedAt - 31), "ApprovalExpired");
  equal(at(expiresAt + 29), "accepted");
  equal(at(expiresAt + 30), "ApprovalExpired");
});

Deno.test("Another warrant, tool, argument or holder is another call", () => {
  const others = [
    requestHash(idOf(2), "read_file", args, holder.publicKey),
    requestHash(idOf(1), "write_file", args, holder.publicKey),
    requestHash(idOf(1), "read_file", new Map([...args, ["limit", 6]]), holder.publicKey),
    requestHash(idOf(1), "read_file", args, worker.publicKey),
  ];
  equal(new Set([hash, ...others]).size, 5);
});
