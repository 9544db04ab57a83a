import assert from "node:assert/strict";
import { UsedIds } from "./used_ids.ts";

Deno.test("An id is new once; text and number are different ids", () => {
  const ids = new UsedIds();
  assert.equal(ids.begin(1), undefined);
  assert.equal(ids.begin("1"), undefined);
  assert.equal(ids.begin(1), "open");
  ids.end(1);
  assert.deepEqual([ids.begin(1), ids.isOpen(1), ids.isOpen("1")], ["used", false, true]);
});

Deno.test("Memory of ids is bounded, and open ones are never forgotten", () => {
  const ids = new UsedIds();
  ids.begin("first");
  for (let id = 0; id < 200_000; id++) {
    ids.begin(id);
    ids.end(id);
  }
  assert.equal(ids.begin("first"), "open");
  assert.equal(ids.begin(199_999), "used");
  assert.equal(ids.begin(0), undefined);
});
