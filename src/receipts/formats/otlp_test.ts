import { deepEqual, equal, ok } from "node:assert/strict";
import fc from "fast-check";
import { parseReceipt, type Receipt, type ReceiptDraft } from "../receipt.ts";
import { sampleDraft, sampleLines } from "../sample_log.ts";
import { otlp } from "./otlp.ts";

// deno-lint-ignore no-explicit-any
type Json = Record<string, any>;

const format = otlp({ name: "tenuo-claude", version: "1.2.3" });

function requestOf(change: Partial<ReceiptDraft>): Json {
  const [line = ""] = sampleLines([{ draft: sampleDraft(change) }]);
  return JSON.parse(format.line(parseReceipt(line) as Receipt, line) as string);
}

/** The one record of a request. */
function recordOf(request: Json): Json {
  deepEqual(Object.keys(request), ["resourceLogs"]);
  const [resource, ...others] = request.resourceLogs;
  equal(others.length, 0);
  return resource.scopeLogs[0].logRecords[0];
}

/** The value again that the encoding stands for. */
function valueOf(any: Json): unknown {
  const [kind] = Object.keys(any);
  switch (kind) {
    case undefined:
      return null;
    case "intValue":
      ok(/^-?\d+$/.test(any.intValue));
      return Number(any.intValue);
    case "arrayValue":
      return any.arrayValue.values.map(valueOf);
    case "kvlistValue":
      return Object.fromEntries(
        any.kvlistValue.values.map(({ key, value }: Json) => [key, valueOf(value)]),
      );
    default:
      ok(["stringValue", "boolValue", "doubleValue"].includes(kind));
      return any[kind];
  }
}

Deno.test("A request has one record with time, severity and attributes", () => {
  const request = requestOf({ session: "s", call: "c", agent: "reviewer" });
  deepEqual(request.resourceLogs[0].resource.attributes, [
    { key: "service.name", value: { stringValue: "tenuo-claude" } },
    { key: "service.version", value: { stringValue: "1.2.3" } },
  ]);
  const record = recordOf(request);
  equal(record.timeUnixNano, "1772366400000000000");
  equal(record.observedTimeUnixNano, "1772366400000000000");
  deepEqual([record.severityNumber, record.severityText], [9, "INFO"]);
  deepEqual(record.body, { stringValue: "authorized" });
  const attributes = Object.fromEntries(
    record.attributes.map(({ key, value }: Json) => [key, valueOf(value)]),
  );
  equal(attributes["tenuo.seq"], 1);
  equal(attributes["tenuo.decision"], "allow");
  deepEqual(attributes["tenuo.args"], { path: "/project/sandbox/notes.txt" });
  deepEqual(
    [attributes["session.id"], attributes["gen_ai.tool.name"], attributes["gen_ai.agent.name"]],
    ["s", "Read", "reviewer"],
  );
});

Deno.test("Refusals warn, and what was not decided so is an error", () => {
  const severity = (change: Partial<ReceiptDraft>) => recordOf(requestOf(change)).severityNumber;
  equal(severity({ decision: "deny" }), 13);
  equal(severity({ kind: "repair" }), 13);
  equal(severity({ kind: "outcome", outcome: "ok" }), 9);
  equal(severity({ kind: "outcome", outcome: "ok", mismatch: "denied", of: 3 }), 17);
});

Deno.test("Every value comes back out of its encoding", () => {
  fc.assert(fc.property(fc.jsonValue({ noUnicodeString: false }), (value) => {
    const plain = JSON.parse(JSON.stringify({ v: value }));
    if (JSON.stringify(plain).includes("__proto__")) return;
    const line = JSON.stringify({ seq: 1, prev: "", args: plain });
    const { attributes } = recordOf(JSON.parse(format.line(JSON.parse(line), line) as string));
    const args = attributes.find(({ key }: Json) => key === "tenuo.args");
    deepEqual(valueOf(args.value), plain);
  }));
});

Deno.test("What is nested very deep is written as text", () => {
  const args = JSON.parse("[".repeat(100) + "]".repeat(100));
  const line = JSON.stringify({ seq: 1, prev: "", args });
  ok(format.line(JSON.parse(line), line)?.includes('"stringValue":"[['));
});
