/**
 * OpenTelemetry logs in the OTLP JSON encoding: one request a line, as files for the collector have
 * them, with one record in it. 64-bit integers are texts there, and enumerations numbers.
 */
import type { Receipt } from "../receipt.ts";
import { mismatchText } from "../render.ts";
import { type Format, millisecondsOf, type Product, textOf } from "./format.ts";

/** Names that OpenTelemetry gave to what receipts hold; all others are this program's own. */
const conventions: { readonly [member: string]: string } = {
  session: "session.id",
  tool: "gen_ai.tool.name",
  call: "gen_ai.tool.call.id",
  agent: "gen_ai.agent.name",
  agentId: "gen_ai.agent.id",
};
/** Values within one another, beyond which they are written as JSON text. */
const deepest = 32;

type AnyValue = { readonly [kind: string]: unknown };

function anyValue(value: unknown, left = deepest): AnyValue {
  if (typeof value === "string") return { stringValue: value };
  if (typeof value === "boolean") return { boolValue: value };
  if (typeof value === "number") {
    return Number.isSafeInteger(value) ? { intValue: String(value) } : { doubleValue: value };
  }
  if (value === null || value === undefined) return {};
  if (left === 0) return { stringValue: JSON.stringify(value) };
  if (Array.isArray(value)) {
    return { arrayValue: { values: value.map((one) => anyValue(one, left - 1)) } };
  }
  return { kvlistValue: { values: keyValues(Object.entries(value), left - 1) } };
}

function keyValues(entries: readonly (readonly [string, unknown])[], left = deepest) {
  return entries.map(([key, value]) => ({ key, value: anyValue(value, left) }));
}

function severityOf({ kind, decision, mismatch }: Receipt): readonly [number, string] {
  if (mismatch !== undefined) return [17, "ERROR"];
  return decision === "deny" || kind === "repair" ? [13, "WARN"] : [9, "INFO"];
}

function recordOf(receipt: Receipt) {
  const [severityNumber, severityText] = severityOf(receipt);
  const timeUnixNano = `${BigInt(millisecondsOf(receipt)) * 1_000_000n}`;
  const { time: _, ...members } = receipt;
  return {
    timeUnixNano,
    observedTimeUnixNano: timeUnixNano,
    severityNumber,
    severityText,
    eventName: `tenuo.${textOf(receipt.kind)}`,
    body: { stringValue: mismatchText(receipt) ?? textOf(receipt.reason ?? receipt.preview) },
    attributes: keyValues(
      Object.entries(members).map(([name, value]) => [
        Object.hasOwn(conventions, name) ? conventions[name] as string : `tenuo.${name}`,
        value,
      ]),
    ),
  };
}

/** Log records of this product. */
export function otlp({ name, version }: Product): Format {
  const resource = {
    attributes: keyValues([["service.name", name], ["service.version", version]]),
  };
  const scope = { name: `${name}/receipts`, version };
  return {
    line: (receipt) =>
      JSON.stringify({
        resourceLogs: [{ resource, scopeLogs: [{ scope, logRecords: [recordOf(receipt)] }] }],
      }),
  };
}
