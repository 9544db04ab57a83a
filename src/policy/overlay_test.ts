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
  assert.deepEqual(warnings.map(({ where, message }) => `${where}: ${message}`), [
    "enforce.Bash: Replaces the rule of tenuo.yaml:2:20, which no longer counts",
  ]);
});

Deno.test("a rule that is a text is warned of as a list is, other texts are not", () => {
  const messages = (base: string, overlay: string) =>
    merge(base, overlay).warnings.map(({ where }) => where);
  assert.deepEqual(
    messages("enforce: {Bash: 'shlex:ls,pwd'}", "enforce: {Bash: 'shlex:ls'}"),
    ["enforce.Bash"],
  );
  assert.deepEqual(
    messages(
      "mcp: {servers: {a: {enforce: {x: any}}}, enforce: {y: any}}",
      "mcp: {servers: {a: {enforce: {x: 'exact:1'}}}, enforce: {y: 'exact:1'}}",
    ),
    ["mcp.servers.a.enforce.x", "mcp.enforce.y"],
  );
  assert.deepEqual(messages("enforce: {Bash: a}\nname: x", "enforce: {Bash: a}\nname: y"), []);
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
