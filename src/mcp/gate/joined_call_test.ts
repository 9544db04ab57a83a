/** Whose call it is, and that an id is good for one call. */
import { deepEqual, equal, match, rejects } from "node:assert/strict";
import fc from "fast-check";
import { codes } from "../../authorizer/denial.ts";
import type { Answer } from "../../authorizer/pipeline.ts";
import { lineDigest, sealReceipt } from "../../receipts/receipt.ts";
import { otherKey, sampleDraft } from "../../receipts/sample_log.ts";
import { type Calls, otherTool, plain, tool, withCalls, withRoles } from "./test_calls.ts";

function said({ verdict, ...rest }: Answer): number | string {
  return verdict === "deny" && "code" in rest ? rest.code : verdict;
}

const { CallReused, CallUnjoined, EventMalformed, ToolNotAuthorized } = codes;

for (const [name, policy] of [["with", withRoles], ["without", plain]] as const) {
  Deno.test(`A call is joined to whom the hook was told of, ${name} declared subagents`, async () => {
    await withCalls(policy, async (calls) => {
      const tellers = [
        {},
        { session: "s1" },
        { session: "s1", agentType: "writer" },
        { session: "s1", agentType: "writer", agentId: "a1" },
      ];
      for (const [index, teller] of tellers.entries()) {
        const call = `toolu_${index}`;
        equal(said(await calls.hook(call, teller)), "allow");
        deepEqual(await calls.join({ call, tool }), teller);
      }
    });
  });

  Deno.test(`An id is good for one call, allowed or denied, ${name} declared subagents`, async () => {
    await withCalls(policy, async (calls) => {
      const teller = { session: "s1", agentType: "writer", agentId: "a1" };
      await calls.hook("toolu_1", teller);
      equal(said(await calls.proxy("toolu_1")), "allow");
      const { session, agent, agentId, call, door } = calls.last();
      deepEqual([door, call, session, agent, agentId], ["mcp", "toolu_1", "s1", "writer", "a1"]);
      for (let turn = 0; turn < 2; turn++) equal(said(await calls.proxy("toolu_1")), CallReused);
      await calls.hook("toolu_2", teller);
      equal(said(await calls.proxy("toolu_2", tool, "no")), codes.ConstraintViolation);
      equal(said(await calls.proxy("toolu_2")), CallReused);
      equal(said(await calls.proxy("toolu_1")), CallReused);
      // A client whose model numbers its calls anew in each session asks the hook each time.
      await calls.hook("toolu_1", { session: "s2", agentType: "writer" });
      equal(said(await calls.proxy("toolu_1")), "allow");
      equal(calls.last().session, "s2");
      equal(said(await calls.proxy("toolu_1")), CallReused);
    });
  });

  Deno.test(`A call that the hook denied is denied, by its rule, ${name} declared subagents`, async () => {
    await withCalls(policy, async (calls) => {
      equal(said(await calls.hook("toolu_1", {}, tool, "no")), codes.ConstraintViolation);
      const { rule, line, seq } = calls.last();
      const answer = await calls.proxy("toolu_1");
      equal(said(answer), CallUnjoined);
      equal(answer.verdict === "deny" && answer.byPolicy, true);
      match(
        calls.last().reason ?? "",
        new RegExp(`^The hook denied this call with code 1501 \\(receipt ${seq}\\): `),
      );
      deepEqual([calls.last().rule, calls.last().line], [rule, line]);
    });
  });

  Deno.test(`What is no id is refused, ${name} declared subagents`, async () => {
    await withCalls(policy, async (calls) => {
      for (const call of [1, null, true, [], {}, "", "x".repeat(257), "\ud800"]) {
        await rejects(calls.join({ call, tool }), { name: "EventMalformed", code: EventMalformed });
      }
      await calls.hook("x".repeat(256), { session: "s1" });
      deepEqual(await calls.join({ call: "x".repeat(256), tool }), { session: "s1" });
    });
  });
}

Deno.test("Without declared subagents a call that the hook knows nothing of has the session's rights", async () => {
  await withCalls(plain, async (calls) => {
    deepEqual(await calls.join({ call: undefined, tool }), {});
    deepEqual(await calls.join({ call: "toolu_1", tool }), {});
    for (let turn = 0; turn < 3; turn++) equal(said(await calls.proxy(undefined)), "allow");
    equal(said(await calls.proxy("toolu_2")), "allow");
    equal(said(await calls.proxy("toolu_2")), CallReused);
  });
});

Deno.test("With declared subagents a call without a receipt of the hook is denied", async () => {
  await withCalls(withRoles, async (calls) => {
    for (const call of [undefined, "toolu_1"]) {
      await rejects(calls.join({ call, tool }), {
        code: CallUnjoined,
        message:
          /, and subagents are declared: it could be the call of any of them; start the client/,
        reference: { rule: "subagents", line: 3 },
      });
    }
    await calls.hook("toolu_2", {}, otherTool);
    equal(said(await calls.proxy("toolu_2")), CallUnjoined);
    // What the hook is never asked about.
    deepEqual(await calls.join({ call: undefined, tool: "" }), {});
  });
});

Deno.test("Where no subagent may do anything a call without a receipt of the hook is denied too", async () => {
  await withCalls(plain, async (calls) => {
    equal(said(await calls.proxy(undefined)), CallUnjoined);
    deepEqual([calls.last().rule, calls.last().line], ["subagents", 0]);
  }, { roles: {} });
});

Deno.test("A subagent's rights bind its calls at the proxy", async () => {
  await withCalls(withRoles, async (calls) => {
    await calls.hook("toolu_1", { agentType: "reader", agentId: "a1" });
    equal(calls.last().code, ToolNotAuthorized);
    equal(said(await calls.proxy("toolu_1")), CallUnjoined);
  });
});

Deno.test("What the policy only observed is joined", async () => {
  await withCalls(`mode: audit\n${withRoles}`, async (calls) => {
    equal(said(await calls.hook("toolu_1", { agentType: "reader", agentId: "a1" })), "silent");
    deepEqual(await calls.join({ call: "toolu_1", tool }), { agentType: "reader", agentId: "a1" });
  });
});

Deno.test("Two looks at one request are one use; two requests at the same moment are two", async () => {
  await withCalls(withRoles, async (calls) => {
    await calls.hook("toolu_1", { session: "s1" });
    const turn = Symbol();
    const asked = { call: "toolu_1", tool };
    deepEqual(await calls.join(asked, turn), { session: "s1" });
    deepEqual(await calls.join(asked, turn), { session: "s1" });
    await rejects(calls.join(asked), { name: "CallReused" });
    await calls.hook("toolu_2", { session: "s1" });
    const answers = await Promise.all(Array.from({ length: 5 }, () => calls.proxy("toolu_2")));
    deepEqual(answers.map(said).sort(), [...Array(4).fill(CallReused), "allow"].sort());
  });
});

Deno.test("A line that the receipt key did not sign says nothing about a call", async () => {
  await withCalls(withRoles, async (calls) => {
    await calls.hook("toolu_0", { agentType: "reader" }, otherTool);
    const forge = (door: "hook" | "mcp", agent: string) => {
      const lines = Deno.readTextFileSync(calls.log).trimEnd().split("\n");
      const place = { seq: lines.length + 1, prev: lineDigest(lines.at(-1) ?? "") };
      const time = new Date().toISOString();
      const draft = sampleDraft({ time, door, call: "toolu_1", tool, agent });
      Deno.writeTextFileSync(calls.log, `${sealReceipt(draft, place, otherKey)}\n`, {
        append: true,
      });
    };
    forge("hook", "writer");
    await rejects(calls.join({ call: "toolu_1", tool }), { name: "CallUnjoined" });
    await calls.hook("toolu_1", { agentType: "writer" });
    forge("mcp", "writer");
    forge("hook", "reader");
    deepEqual(await calls.join({ call: "toolu_1", tool }), { agentType: "writer" });
  });
});

Deno.test("Arguments that quote a receipt are none", async () => {
  await withCalls(withRoles, async (calls) => {
    const quoted = { door: "hook", kind: "decision", call: "toolu_1", tool, agent: "writer" };
    await calls.hook("toolu_9", {}, otherTool, JSON.stringify(quoted));
    await rejects(calls.join({ call: "toolu_1", tool }), { name: "CallUnjoined" });
  });
});

Deno.test("Ids and types that read like secrets are found under the names that receipts give them", async () => {
  await withCalls(withRoles, async (calls) => {
    const call = `sk-ant-api03-${"a1B2".repeat(20)}`;
    const agentType = "api_key=abcdefghijklmnop1234";
    equal(said(await calls.hook(call, { session: "s1", agentType, agentId: "a1" })), "allow");
    match(calls.last().call ?? "", /^\[masked /);
    match(calls.last().agent ?? "", /^\[masked /);
    const { agent } = calls.last();
    equal(said(await calls.proxy(call)), "allow");
    deepEqual([calls.last().agent, calls.last().masked], [agent, true]);
    equal(said(await calls.proxy(call)), CallReused);
  });
});

Deno.test("A receipt of more than twelve hours ago speaks for no call", async () => {
  await withCalls(withRoles, async (calls) => {
    await calls.hook("toolu_1", { session: "s1" });
    const decided = Date.parse(calls.last().time);
    const real = Date.now;
    try {
      Date.now = () => decided + 12 * 3_600_000;
      deepEqual(await calls.join({ call: "toolu_1", tool }), { session: "s1" });
      Date.now = () => decided + 12 * 3_600_000 + 1;
      await rejects(calls.join({ call: "toolu_1", tool }), {
        name: "CallUnjoined",
        message: /^No receipt of the last 12 hours shows that the hook was asked/,
      });
    } finally {
      Date.now = real;
    }
  });
});

/** What a call at the proxy comes to, by all that happened before. */
class Model {
  /** By id: whom the hook's newest row names, and whether a call was made since. */
  readonly #hooked = new Map<string, { readonly agent: string; isUsed: boolean }>();

  hook(id: string, agent: string): void {
    this.#hooked.set(id, { agent, isUsed: false });
  }

  proxy(id: string): number | string {
    const row = this.#hooked.get(id);
    if (row?.isUsed === true) return CallReused;
    // A row of its own, which nothing but the hook's next takes back.
    this.#hooked.set(id, { agent: row?.agent ?? "", isUsed: true });
    return row === undefined || row.agent !== "writer" ? CallUnjoined : "allow";
  }
}

Deno.test("In any order of calls each one at the proxy has one decision of the hook of its own", async () => {
  await withCalls(withRoles, async (calls: Calls) => {
    const step = fc.record({
      door: fc.constantFrom("hook", "proxy"),
      id: fc.constantFrom("a", "b", "c"),
      agent: fc.constantFrom("writer", "reader"),
    });
    let run = 0;
    const check = fc.asyncProperty(fc.array(step, { maxLength: 14 }), async (steps) => {
      const model = new Model();
      run++;
      for (const { door, id, agent } of steps) {
        const call = `${run}_${id}`;
        if (door === "hook") {
          await calls.hook(call, { agentType: agent });
          model.hook(call, agent);
        } else equal(said(await calls.proxy(call)), model.proxy(call));
      }
    });
    await fc.assert(check, { numRuns: 60 });
  });
});
