import assert from "node:assert/strict";
import { z } from "zod";
import { keysAt, policySchema } from "./schema.ts";
import { governedTools } from "./tools.ts";

Deno.test("enforce takes exactly the tools that have arguments", () => {
  assert.deepEqual([...keysAt(["enforce"]) ?? []].sort(), [...governedTools].sort());
});

Deno.test("every place with fixed keys tells them", () => {
  assert.ok(keysAt([])?.includes("ttl_seconds"));
  assert.deepEqual(keysAt(["enforce", "WebFetch"]), ["domains", "cidrs", "schemes", "ports"]);
  assert.deepEqual(keysAt(["receipts"]), ["sync", "strict"]);
  assert.deepEqual(keysAt(["mcp"]), ["downstream", "enforce"]);
  assert.deepEqual(keysAt(["mcp", "enforce", "any"]), ["constraint", "arg", "args"]);
  assert.equal(keysAt(["mcp", "enforce"]), undefined);
  assert.equal(keysAt(["name"]), undefined);
});

Deno.test("the grammar can be exported for editors", () => {
  const exported = z.toJSONSchema(policySchema, { io: "input", unrepresentable: "any" });
  assert.equal(exported.additionalProperties, false);
  assert.ok(Object.keys(exported.properties ?? {}).includes("enforce"));
});
