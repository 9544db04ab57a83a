import assert from "node:assert/strict";
import { untoldWords } from "./told.ts";

Deno.test("every known difference to the Python program is told of", () => {
  assert.deepEqual(untoldWords(), []);
});
