import assert from "node:assert/strict";
import { parse } from "yaml";
import { harnessClient, harnessTools, renderHarnessTools } from "./harness_tools.ts";
import { nativeTools } from "./tools.ts";

const file = new URL("../../policy/harness_tools.yaml", import.meta.url);

Deno.test("policy/harness_tools.yaml is what this list renders to", () => {
  assert.equal(Deno.readTextFileSync(file), renderHarnessTools());
  assert.deepEqual(parse(renderHarnessTools()), {
    client: harnessClient,
    tools: [...harnessTools],
  });
});

Deno.test("the bundle has each tool once, and none that runs commands or opens files", () => {
  assert.equal(new Set(harnessTools).size, harnessTools.length);
  for (const tool of harnessTools) {
    const native = nativeTools.get(tool);
    assert.notEqual(native?.isShell, true, tool);
    assert.ok(native === undefined || native.access === "none", tool);
  }
});
