import assert from "node:assert/strict";
import { errorName, statusOf } from "./app_errors.ts";
import { codes } from "./denial.ts";

Deno.test("Published codes answer with the status of their range", () => {
  const statuses = [
    [1000, 400],
    [1100, 401],
    [1202, 400],
    [1300, 401],
    [1406, 403],
    [1500, 403],
    [1501, 403],
    [1600, 401],
    [1707, 403],
    [1800, 401],
    [1900, 413],
    [2000, 400],
    [2100, 400],
    [codes.EventMalformed, 403],
    [codes.StateUnreadable, 500],
    [codes.ReceiptLost, 500],
    [codes.InternalError, 500],
    [codes.GovernanceFile, 403],
    [7, 403],
  ] as const;
  for (const [code, status] of statuses) assert.equal(statusOf(code), status, String(code));
});

Deno.test("Codes have their published names", () => {
  const names = [
    [1202, "malformed-cbor"],
    [1303, "ttl-exceeded"],
    [1406, "untrusted-root"],
    [1501, "constraint-violation"],
    [1600, "pop-signature-invalid"],
    [1801, "srl-invalid"],
    [9011, "internal-error"],
    [7, "denied"],
  ] as const;
  for (const [code, name] of names) assert.equal(errorName(code), name);
  const all = Object.values(codes).map(errorName);
  assert.equal(new Set(all).size, all.length);
  assert.ok(all.every((name) => /^[a-z]+(-[a-z]+)*$/.test(name)));
});
