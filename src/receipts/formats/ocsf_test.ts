import { deepEqual, equal, ok } from "node:assert/strict";
import fc from "fast-check";
import { parseReceipt, type Receipt, type ReceiptDraft } from "../receipt.ts";
import { sampleDraft, sampleLines } from "../sample_log.ts";
import { ocsf } from "./ocsf.ts";

// deno-lint-ignore no-explicit-any
type Event = Record<string, any>;

const format = ocsf({ name: "tenuo-claude", version: "1.2.3" });

function eventOf(change: Partial<ReceiptDraft>): Event {
  const [line = ""] = sampleLines([{ draft: sampleDraft(change) }]);
  return JSON.parse(format.line(parseReceipt(line) as Receipt, line) as string);
}

/** What API Activity of schema 1.5.0 requires, and the enumerations it knows, by their paths. */
const required: { readonly [path: string]: (value: unknown) => boolean } = {
  "metadata.version": (it) => it === "1.5.0",
  "metadata.product.vendor_name": (it) => typeof it === "string",
  "metadata.product.name": (it) => typeof it === "string",
  "category_uid": (it) => it === 6,
  "class_uid": (it) => it === 6003,
  "activity_id": (it) => [1, 2, 3, 4, 99].includes(it as number),
  "activity_name": (it) => typeof it === "string" && it !== "",
  "type_uid": Number.isInteger,
  "time": Number.isInteger,
  "severity_id": (it) => [1, 2, 3, 4].includes(it as number),
  "status_id": (it) => [0, 1, 2].includes(it as number),
  "actor.app_name": (it) => typeof it === "string" && it !== "",
  "api.operation": (it) => typeof it === "string" && it !== "",
  "src_endpoint.svc_name": (it) => typeof it === "string" && it !== "",
};

function requireSound(event: Event): void {
  for (const [path, isSound] of Object.entries(required)) {
    // deno-lint-ignore no-explicit-any
    const value = path.split(".").reduce<any>((it, name) => it?.[name], event);
    ok(isSound(value), `${path} is ${JSON.stringify(value)}`);
  }
  equal(event.type_uid, event.class_uid * 100 + event.activity_id);
  // Of the profile's attributes none is required, but the class has them with the profile only.
  const ofProfile = ["action", "disposition", "is_alert", "policy"];
  if (ofProfile.some((name) => name in event || `${name}_id` in event)) {
    deepEqual(event.metadata.profiles, ["security_control"]);
  }
  const isDecision = event.metadata.event_code === "decision";
  deepEqual(["action_id" in event, "disposition_id" in event], [isDecision, isDecision]);
  // Both objects ask for one of their names at least.
  if (event.policy !== undefined) ok("uid" in event.policy);
  if (event.api.request !== undefined) ok(typeof event.api.request.uid === "string");
}

Deno.test("Decisions have the action and the disposition of a control", () => {
  const control = (change: Partial<ReceiptDraft>) => {
    const event = eventOf(change);
    requireSound(event);
    return [event.action_id, event.disposition_id, event.status_id, event.severity_id];
  };
  deepEqual(control({}), [1, 1, 1, 1]);
  deepEqual(control({ decision: "deny" }), [2, 2, 2, 2]);
  deepEqual(control({ decision: "deny", observed: true }), [3, 17, 1, 2]);
  deepEqual(control({ observed: true }), [1, 1, 1, 1]);
});

Deno.test("Every kind of receipt is an event with what the schema requires", () => {
  const kinds: readonly Partial<ReceiptDraft>[] = [
    { call: "toolu_1", session: "s", policy: "ab", serial: 3, code: 1501, agent: "reviewer" },
    { kind: "outcome", outcome: "failed", preview: "no" },
    { kind: "outcome", outcome: "unknown", of: 3 },
    { kind: "outcome", outcome: "ok", of: 3, mismatch: "input" },
    { kind: "act", door: "command", tool: "", reason: "refresh: warrant 01" },
    { kind: "repair", tool: "", capability: "", torn: "ab".repeat(32), bytes: 9 },
  ];
  const events = kinds.map(eventOf);
  events.forEach(requireSound);
  const [decision = {}, failed = {}, unknown = {}, mismatch = {}, act = {}, repair = {}] = events;
  equal(decision.time, Date.parse("2026-03-01T12:00:00.000Z"));
  deepEqual(decision.policy, { uid: "ab", name: "tenuo.yaml", version: "3" });
  deepEqual(decision.api, {
    operation: "read_file",
    service: { name: "Read" },
    request: { uid: "toolu_1", data: { path: "/project/sandbox/notes.txt" } },
    response: { code: 1501, message: "authorized" },
  });
  equal(decision.actor.session.uid, "s");
  equal(decision.unmapped.agent, "reviewer");
  deepEqual([failed.status, unknown.status], ["Failure", "Unknown"]);
  deepEqual([mismatch.severity, mismatch.is_alert], ["High", true]);
  deepEqual([act.actor.app_name, act.activity_name], ["tenuo-claude", "act"]);
  equal(repair.unmapped.bytes, 9);
});

Deno.test("Whatever stands in a line, its event is sound", () => {
  const members = [
    "kind",
    "door",
    "tool",
    "capability",
    "args",
    "time",
    "reason",
    "call",
    "session",
  ]
    .concat("decision", "observed", "mismatch", "of", "policy", "serial", "code", "outcome");
  const any = fc.record(
    Object.fromEntries(members.map((name) => [name, fc.jsonValue()])),
    { requiredKeys: [] },
  );
  fc.assert(fc.property(any, (it) => {
    const line = JSON.stringify({ seq: 1, prev: "", ...it });
    requireSound(JSON.parse(format.line(JSON.parse(line), line) as string));
  }));
});
