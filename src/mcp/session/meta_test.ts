import assert from "node:assert/strict";
import { callIdOf, progressTokenOf, withoutOwnMeta } from "./meta.ts";

Deno.test("The client's id of the call is for the proxy; the server is told the rest", () => {
  const params = {
    name: "echo",
    _meta: { "claudecode/toolUseId": "toolu_1", progressToken: 2, traceparent: "00-a-b-00" },
  };
  assert.equal(callIdOf(params), "toolu_1");
  assert.equal(progressTokenOf(params), 2);
  assert.deepEqual(withoutOwnMeta(params), {
    name: "echo",
    _meta: { progressToken: 2, traceparent: "00-a-b-00" },
  });
  const only = { name: "echo", _meta: { "claudecode/toolUseId": "toolu_1" } };
  assert.deepEqual(withoutOwnMeta(only), { name: "echo" });
});

Deno.test("Params without _meta, or with one that is no object, are handed on as they are", () => {
  for (const params of [{}, { name: "a" }, { _meta: null }, { _meta: [1] }, { _meta: "x" }]) {
    assert.equal(withoutOwnMeta(params), params);
    assert.deepEqual([callIdOf(params), progressTokenOf(params)], [undefined, undefined]);
  }
  assert.equal(progressTokenOf({ _meta: { progressToken: {} } }), undefined);
});
