/** Every way in which a policy gets wider has its words. */
import { deepStrictEqual as deepEqual } from "node:assert/strict";
import { withProject } from "../policy/test_project.ts";
import { loadPolicy } from "../policy/load.ts";
import type { Snapshot } from "../policy/snapshot.ts";
import { candidateOf } from "./candidate.ts";
import { widening } from "./widening.ts";

Deno.test("What a wider policy changes is said, and what it narrows is not", async () => {
  await withProject({ "tenuo.yaml": "enforce:\n  Bash: shlex:ls\n" }, async ({ root }) => {
    const base = await candidateOf(root, await loadPolicy(root));
    const strict: Snapshot = {
      ...base,
      onGrant: "defer",
      pinPaths: true,
      strictInput: true,
      roles: { Explore: { tools: ["Read"], rule: "subagents.Explore", line: 3 } },
    };
    const rows: readonly (readonly [before: Snapshot, after: Snapshot, expected: string[]])[] = [
      [base, base, ["a rule reaches further"]],
      [base, { ...base, mode: "observe" }, ["mode enforce → observe"]],
      [base, { ...base, ttlSeconds: 9000 }, ["ttl_seconds 3600 → 9000"]],
      [base, { ...base, receipts: { ...base.receipts, strict: false, sync: true } }, [
        "receipts.strict true → false",
      ]],
      [
        { ...base, receipts: { ...base.receipts, mask: { names: ["pin"], patterns: ["a", "b"] } } },
        {
          ...base,
          receipts: { ...base.receipts, sync: false, mask: { names: [], patterns: ["b", "c"] } },
        },
        ["receipts.sync true → false", "receipts.mask.names − pin", "receipts.mask.patterns − a"],
      ],
      [base, { ...base, allowUnsandboxed: true }, ["allow_unsandboxed false → true"]],
      [strict, { ...base, ttlSeconds: 60 }, [
        "on_grant defer → allow",
        "pin_paths true → false",
        "strict_input true → false",
        "subagents: no roles any more",
      ]],
      [base, { ...strict, ttlSeconds: 60 }, ["a rule reaches further"]],
      [
        strict,
        {
          ...strict,
          roles: {
            Explore: { tools: ["Read", "Bash"], rule: "subagents.Explore", line: 3 },
            Plan: { tools: [], rule: "subagents.Plan", line: 4 },
          },
        },
        ["role Explore + Bash", "+ role Plan"],
      ],
    ];
    for (const [before, after, expected] of rows) deepEqual(widening(before, after), expected);

    Deno.writeTextFileSync(
      `${root}/tenuo.yaml`,
      "enforce: {Bash: 'shlex:ls,pwd', Read: 'exact:/a'}\nallow: [TodoWrite, LS]",
    );
    const wider = await candidateOf(root, await loadPolicy(root));
    deepEqual(widening(base, wider).sort(), [
      "+ LS without a constraint",
      "+ Read exact:/a",
      "Bash shlex:ls → shlex:ls,pwd",
    ]);
  });
});
