/** Every message type of the SDK has its place in the proxy's table and in these tests. */
import { deepEqual } from "node:assert/strict";
// @ts-types="@modelcontextprotocol/sdk/types"
import {
  ClientNotificationSchema,
  ClientRequestSchema,
  ServerNotificationSchema,
  ServerRequestSchema,
} from "@modelcontextprotocol/sdk/types.js";
import { allMethods } from "../../src/mcp/methods.ts";
import { handshake, methodCases } from "./method_cases.ts";

const schemas = {
  "request client": ClientRequestSchema,
  "request server": ServerRequestSchema,
  "notification client": ClientNotificationSchema,
  "notification server": ServerNotificationSchema,
} as const;

// Of a later version of the protocol than the SDK's: the client probes for it.
const later = ["request client server/discover"];

/** All methods that the SDK knows, each with its kind and sender. */
function methodsOfTheSdk(): string[] {
  return Object.entries(schemas).flatMap(([kind, schema]) =>
    schema.options.map(({ shape }) => `${kind} ${shape.method.value}`)
  ).toSorted();
}

Deno.test("Every message type of the SDK has a case in the proxy's table, and the table no other", () => {
  const table = [...allMethods()].map(({ kind, sender, name }) => `${kind} ${sender} ${name}`);
  deepEqual(table.toSorted(), [...methodsOfTheSdk(), ...later].toSorted());
});

Deno.test("Every message type of the SDK has a case in the tests, and the tests no other", () => {
  const cases = methodCases.map(({ kind, sender, method }) => `${kind} ${sender} ${method}`);
  const opening = handshake.map((method) =>
    `${method.startsWith("notifications/") ? "notification" : "request"} client ${method}`
  );
  deepEqual([...cases, ...opening].toSorted(), [...methodsOfTheSdk(), ...later].toSorted());
});

Deno.test("The tests expect of every method what the table says", () => {
  const words = {
    own: "own",
    pass: "passed",
    filter: "passed",
    judge: "passed",
    refuse: "refused",
  };
  for (const { kind, sender, name, handling, grant } of allMethods()) {
    if (handshake.includes(name)) continue;
    const expected = methodCases.find((one) =>
      one.kind === kind && one.sender === sender && one.method === name
    );
    // The change is told on, but as the proxy's own word.
    if (name === "notifications/tools/list_changed") continue;
    deepEqual(expected?.becomes, words[handling], `${sender} ${name}`);
    if (name === "completion/complete") continue;
    deepEqual(expected?.grant, grant, `${sender} ${name}`);
  }
});
