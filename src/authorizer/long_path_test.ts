import { equal } from "node:assert/strict";
import { normalize } from "node:path/posix";
import fc from "fast-check";
import { shortPath } from "./long_path.ts";

Deno.test("A long text comes to the path that its names lead to", () => {
  const part = fc.constantFrom("", ".", "..", "a", "..b", ".state", "...");
  fc.assert(
    fc.property(fc.array(part, { maxLength: 12 }), (parts) => {
      const text = parts.join("/");
      const wanted = normalize(text).replace(/(.)\/$/, "$1").replace(/^\.$/, "");
      equal(shortPath(text, 1000), wanted, text);
    }),
    { numRuns: 2000 },
  );
  equal(shortPath(`${"./".repeat(100_000)}.state/x`, 4096), ".state/x");
  equal(shortPath(`/p/${"a/../".repeat(100_000)}.state`, 4096), "/p/.state");
  equal(shortPath("a/".repeat(3000), 4096), undefined);
});
