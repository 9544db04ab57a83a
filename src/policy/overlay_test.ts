import assert from "node:assert/strict";
import { plainOf } from "./findings.ts";
import { mergeOverlay, type PolicyWarning } from "./overlay.ts";
import { parseSource } from "./yaml_source.ts";

function merge(base: string, overlay: string): { plain: unknown; warnings: PolicyWarning[] } {
  const warnings: PolicyWarning[] = [];
  const root = mergeOverlay(
    parseSource("tenuo.yaml", base),
    parseSource("tenuo.cloud.yaml", overlay),
    (warning) => warnings.push(warning),
  );
  return { plain: JSON.parse(JSON.stringify(plainOf(root))), warnings };
}

Deno.test("maps merge, scalars are replaced", () => {
  const { plain, warnings } = merge(
    "mode: enforce\nenforce: {Read: a, Bash: b}",
    "mode: audit\nenforce: {Bash: c, Glob: d}",
  );
  assert.deepEqual(plain, { mode: "audit", enforce: { Read: "a", Bash: "c", Glob: "d" } });
  assert.deepEqual(warnings, []);
});

Deno.test("a replaced list is warned of, with both places", () => {
  const { plain, warnings } = merge(
    "enforce:\n  WebFetch:\n    domains: [a, b]",
    "enforce:\n  WebFetch:\n    domains: [c]",
  );
  assert.deepEqual(plain, { enforce: { WebFetch: { domains: ["c"] } } });
  assert.deepEqual(warnings, [{
    file: "tenuo.cloud.yaml",
    line: 3,
    column: 5,
    kind: "overlay",
    where: "enforce.WebFetch.domains",
    message: "Replaces the list of tenuo.yaml:3:5, whose entries no longer count",
  }]);
});

Deno.test("the same list again is no news; a map lost to nothing is", () => {
  assert.deepEqual(merge("allow: [a, b]", "allow: [a, b]").warnings, []);
  assert.equal(merge("enforce: {Read: a}", "enforce:").warnings.length, 1);
});

Deno.test("merged rules keep the file they came from", () => {
  const root = mergeOverlay(
    parseSource("tenuo.yaml", "enforce:\n  Read: a"),
    parseSource("tenuo.cloud.yaml", "enforce:\n  Bash: b"),
    () => {},
  );
  const enforce = root.entries.get("enforce")?.value;
  assert.ok(enforce?.kind === "map");
  assert.equal(enforce.entries.get("Read")?.place.file, "tenuo.yaml");
  assert.equal(enforce.entries.get("Bash")?.place.file, "tenuo.cloud.yaml");
});
