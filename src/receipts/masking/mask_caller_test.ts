import { deepEqual, equal, match, notEqual } from "node:assert/strict";
import { maskCaller } from "./mask.ts";

const seed = new Uint8Array(32).fill(7);
const secret = `ghp_${"a1".repeat(18)}`;

Deno.test("What the client sends of a call is kept as it is", async () => {
  const caller = {
    session: "6320e95b-0000-4000-8000-000000000000",
    call: "toolu_01A09q90qw90lq917835lq9",
    agent: "general-purpose",
    agentId: "a1b2c3d4",
    tool: "mcp__vault__read_secret",
  };
  deepEqual(await maskCaller(caller, seed, undefined), { value: caller, changed: false });
  deepEqual(await maskCaller({ tool: "", session: undefined }, seed, undefined), {
    value: { tool: "", session: undefined },
    changed: false,
  });
});

Deno.test("An id with a secret or without an end is masked to the same text each time", async () => {
  const rules = { names: [], patterns: ["acme-[0-9]+"] };
  const rows = [secret, "x".repeat(257), "acme-4711"];
  for (const id of rows) {
    const { value, changed } = await maskCaller(
      { session: id, call: id, tool: "Read" },
      seed,
      rules,
    );
    equal(changed, true);
    match(value.session ?? "", /^\[masked [0-9a-f]{16}\]$/);
    equal(value.call, value.session);
    const again = await maskCaller({ session: id, tool: "Read" }, seed, rules);
    equal(again.value.session, value.session);
    const other = await maskCaller({ session: `${id}0`, tool: "Read" }, seed, rules);
    notEqual(other.value.session, value.session);
  }
});

Deno.test("A tool keeps what its name says beside a secret, and is bounded", async () => {
  const tool = (name: string) => maskCaller({ tool: name }, seed, undefined);
  equal((await tool(`mcp__x__${secret}`)).value.tool, "mcp__x__[secret]");
  equal((await tool("t".repeat(5000))).value.tool, `${"t".repeat(256)}[cut]`);
  equal((await tool("a\ud800")).value.tool, "a\ufffd");
});
