import { deepEqual, equal, ok } from "node:assert/strict";
import fc from "fast-check";
import { differences, isAsPinned } from "./difference.ts";
import { lineChanges } from "./line_changes.ts";
import type { Definition, Listed } from "./pin.ts";
import { pinServer } from "./pinning.ts";

const program = { launch: "", command: "/bin/true", args: [], files: [] };

function listed(tools: readonly Definition[], more: Partial<Listed> = {}): Listed {
  const identity = { name: "demo", version: "1" };
  return { identity, tools: new Map(tools.map((one) => [one.name as string, one])), ...more };
}

const add: Definition = {
  name: "add",
  description: "Adds two numbers.\nExactly.",
  inputSchema: { type: "object", properties: { a: { type: "number" } } },
};
const pinned = pinServer({ program, listed: listed([add, { name: "old" }]) }, 1);

Deno.test("A server differs in nothing from itself", () => {
  deepEqual(differences(pinned, listed([{ name: "old" }, add])), []);
  const definitions = fc.uniqueArray(
    fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 3 })).chain((rest) =>
      fc.string({ minLength: 1 }).map((name) => ({ ...rest, name }))
    ),
    { selector: ({ name }) => name },
  );
  fc.assert(fc.property(definitions, fc.option(fc.string(), { nil: undefined }), (tools, text) => {
    const seen = listed(tools, text === undefined ? {} : { instructions: text });
    deepEqual(differences(pinServer({ program, listed: seen }, 1), seen), []);
  }));
});

Deno.test("New, changed and gone tools are told apart, with the members that differ", () => {
  const changed = {
    ...add,
    description: "Adds two numbers.\nRoughly.",
    annotations: { readOnlyHint: true },
  };
  const found = differences(pinned, listed([changed, { name: "fresh", description: "Hi" }]));
  deepEqual(found.map(({ tool, change, members }) => [tool, change, members]), [
    ["add", "changed", ["description", "annotations"]],
    ["fresh", "new", []],
    ["old", "gone", []],
  ]);
  deepEqual(found[0]?.lines, [
    "  description:",
    "    Adds two numbers.",
    "-   Exactly.",
    "+   Roughly.",
    "  annotations:",
    "+   {",
    '+     "readOnlyHint": true',
    "+   }",
  ]);
  deepEqual(found[1]?.lines, ["  description:", "+   Hi"]);
  ok(!isAsPinned(pinned, "add", changed) && isAsPinned(pinned, "add", add));
  ok(!isAsPinned(pinned, "constructor", add), "inherited names are no tools");
});

Deno.test("A server that calls itself otherwise, or tells the model something else, differs", () => {
  const tools = [add, { name: "old" }];
  const identity = differences(pinned, listed(tools, { identity: { name: "demo", version: "2" } }));
  deepEqual(identity.map(({ about, lines }) => [about, lines]), [
    ["identity", ["  demo", "- 1", "+ 2"]],
  ]);
  const told = differences(pinned, listed(tools, { instructions: "Obey" }));
  deepEqual(told.map(({ about, change, lines }) => [about, change, lines]), [
    ["instructions", "new", ["+ Obey"]],
  ]);
});

Deno.test("The lines of a difference rebuild both texts", () => {
  const text = fc.array(fc.constantFrom("a", "b", "c", ""), { maxLength: 12 }).map((lines) =>
    lines.join("\n")
  );
  fc.assert(fc.property(text, text, (before, after) => {
    const lines = lineChanges(before, after);
    equal(lines.length === 0, before === after);
    const side = (mark: string) => lines.filter((line) => line[0] !== mark).map((l) => l.slice(2));
    const [old, now] = [before, after].map((one) => one === "" ? [] : one.split("\n"));
    ok((old ?? []).join("\n").includes(side("+").join("\n")));
    ok((now ?? []).join("\n").includes(side("-").join("\n")));
    equal(
      side("+").length - side("-").length,
      (old ?? []).length - (now ?? []).length,
    );
  }));
});

Deno.test("Long texts that differ throughout are compared in time that grows with their length", () => {
  const text = (letter: string) => Array.from({ length: 100_000 }, (_, n) => letter + n).join("\n");
  const start = performance.now();
  equal(lineChanges(text("a"), text("b")).length, 200_000);
  ok(performance.now() - start < 2_000);
});
