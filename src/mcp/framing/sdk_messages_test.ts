/** Every message that the SDK's types know is read as it is. */
import assert from "node:assert/strict";
import * as types from "@modelcontextprotocol/sdk/types.js";
import { readFrame } from "./read_frame.ts";
import { notifications, requests, results } from "./test_messages.ts";

function read(message: object) {
  const line = new TextEncoder().encode(JSON.stringify(message));
  assert.deepEqual(readFrame(line), JSON.parse(JSON.stringify(message)));
}

interface Variant {
  safeParse(value: unknown): { success: boolean };
}

/** Every alternative of the unions is met by a sample, and the samples are no others. */
function covers(unions: readonly { options: readonly unknown[] }[], samples: readonly object[]) {
  const variants = unions.flatMap(({ options }) => options as Variant[]);
  assert.ok(variants.length > 5);
  for (const [index, variant] of variants.entries()) {
    assert.ok(samples.some((sample) => variant.safeParse(sample).success), `alternative ${index}`);
  }
  for (const sample of samples) {
    const isKnown = variants.some((variant) => variant.safeParse(sample).success);
    assert.ok(isKnown, JSON.stringify(sample));
  }
}

Deno.test("Requests of every method", () => {
  covers([types.ClientRequestSchema, types.ServerRequestSchema], requests);
  for (const request of requests) read({ jsonrpc: "2.0", id: 1, ...request });
});

Deno.test("Notifications of every method", () => {
  covers([types.ClientNotificationSchema, types.ServerNotificationSchema], notifications);
  for (const notification of notifications) read({ jsonrpc: "2.0", ...notification });
});

Deno.test("Results of every kind", () => {
  covers([types.ClientResultSchema, types.ServerResultSchema], results);
  for (const result of results) read({ result, jsonrpc: "2.0", id: "a" });
});
