/** Large policies load, compile and are minted in time that grows with their size alone. */
import assert from "node:assert/strict";
import { fromJson } from "../constraints/registry.ts";
import { encode } from "../protocol/cbor.ts";
import { breadthWarnings } from "./breadth.ts";
import { compiled } from "./test_compile.ts";

const many = <T>(count: number, item: (index: number) => T) =>
  Array.from({ length: count }, (_, i) => item(i));

const policies: { readonly [name: string]: (count: number) => string } = {
  domains: (count) =>
    `enforce: {WebFetch: {domains: [${many(count, (i) => `host-${i}.example.com`)}]}}`,
  roots: (count) => `enforce: {Read: {subpath: [${many(count, (i) => `/srv/data/team-${i}`)}]}}`,
  "roots in a text": (count) =>
    `enforce: {Read: "subpath:${many(count, (i) => `/srv/data/team-${i}`)}"}`,
  programs: (count) => `enforce: {Bash: "shlex:${many(count, (i) => `tool-${i} run`)}"}`,
  verbs: (count) => `enforce: {Bash: {verbs: {${many(count, (i) => `tool-${i}: {}`)}}}}`,
  values: (count) => `enforce: {Read: {oneof: [${many(count, (i) => `/srv/file-${i}`)}]}}`,
  examples: (count) => `examples: [${many(count, () => "{deny: Bash, input: ls}")}]`,
  roles: (count) => `subagents: {${many(count, (i) => `role${i}: {tools: [Skill]}`)}}`,
  arguments: (count) =>
    `mcp: {enforce: {${
      many(Math.min(count, 200), (i) => `t${i}: {args: {a: any, b: "exact:1"}}`)
    }}}`,
};

async function milliseconds(yaml: string): Promise<number> {
  const started = performance.now();
  await compiled(yaml, ({ policy }) => void breadthWarnings(policy));
  return performance.now() - started;
}

for (const [name, policyOf] of Object.entries(policies)) {
  Deno.test(`1,000 ${name} load and compile in well under a second`, async () => {
    await milliseconds(policyOf(10));
    const time = await milliseconds(policyOf(1000));
    assert.ok(time < 1000, `${time} ms`);
  });
}

Deno.test("1,000 roots fit into a warrant", async () => {
  await compiled(policies["roots"]?.(1000) ?? "", ({ capabilities }) => {
    const [type, rule] = capabilities.get("read_file")?.get("path") ?? [];
    assert.equal(type, 13);
    assert.ok(encode(fromJson([type, rule])).length < 48 * 1024);
  });
});

Deno.test("twice the roots or domains take about twice the time", async () => {
  for (const name of ["domains", "roots", "verbs"]) {
    const policyOf = policies[name];
    assert.ok(policyOf !== undefined);
    const best = async (count: number) => {
      let least = Infinity;
      for (let round = 0; round < 4; round++) {
        least = Math.min(least, await milliseconds(policyOf(count)));
      }
      return least;
    };
    const [small, large] = [await best(1000), await best(4000)];
    assert.ok(large < 10 * small + 50, `${name}: ${small} ms, then ${large} ms`);
  }
});
