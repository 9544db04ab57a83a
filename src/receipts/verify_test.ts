import { deepEqual, equal } from "node:assert/strict";
import {
  type Authority,
  notes,
  people,
  policyOf,
  start,
  Trail,
  withTrail,
} from "../authorizer/test_trail.ts";
import { codes } from "../authorizer/denial.ts";
import { evidenceFolder } from "./evidence.ts";
import { disproved, unknown } from "./test_verification.ts";
import type { Verification } from "./verify.ts";

const outside = { path: "/etc/passwd" };

/** What counts are not 0. */
function counted({ counts, outcome }: Verification): Record<string, unknown> {
  return {
    outcome,
    ...Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0)),
  };
}

/** A trail with an allow, whatever `add` adds, and an allow after it. */
async function trailWith(
  add: (trail: Trail, authority: Authority) => void,
): Promise<Verification> {
  let result: Verification | undefined;
  await withTrail(async (trail) => {
    const authority = trail.mint();
    trail.allow(authority, "Read", notes);
    add(trail, authority);
    trail.allow(authority, "Read", notes);
    trail.write();
    result = await trail.verify();
  });
  return result as Verification;
}

Deno.test("Every kind of line is proven and counted", () =>
  withTrail(async (trail) => {
    const authority = trail.mint();
    trail.allow(authority, "Read", notes);
    trail.allow(authority, "Page", { limit: 5, filter: { a: [1, 2.5, true, null, "x"] } });
    trail.allow(authority, "Plain", {});
    trail.allow(authority, "Read", { path: "[secret]" }, { masked: true }, notes);
    const observing = trail.mint(policyOf({ mode: "observe" }));
    trail.allow(observing, "Read", notes, { observed: true });
    trail.deny(authority, "Nothing", codes.ToolNotAuthorized);
    trail.deny(authority, "Bash", codes.ConstraintViolation, {
      capability: "run_command",
      args: { command: "ls; rm x" },
    });
    trail.deny(authority, "Bash", codes.ConstraintViolation, {
      capability: "run_command",
      args: { command: "ls .state" },
    });
    trail.deny(authority, "Read", codes.GovernanceFile, { capability: "read_file", args: notes });
    trail.add({ kind: "outcome", of: 1, outcome: "ok" });
    trail.add({ kind: "act", door: "command", reason: "refresh" });
    trail.write();
    deepEqual(counted(await trail.verify()), {
      outcome: "proven",
      receipts: 11,
      decisions: 9,
      outcomes: 1,
      acts: 1,
      proven: 4,
      masked: 1,
      refused: 2,
      notReplayable: 2,
      observed: 1,
    });
  }));

Deno.test("An allow is disproved by whatever does not hold behind it", async () => {
  const cases: readonly (readonly [RegExp, (trail: Trail, authority: Authority) => void])[] = [
    [
      /allows without "chain"/,
      (trail) =>
        trail.add({
          decision: "allow",
          tool: "Read",
          capability: "read_file",
          args: notes,
          warrant: "0",
        }),
    ],
    [
      /proof that the warrant's holder did not make/,
      (trail, authority) =>
        trail.allow(authority, "Read", notes, {}, { path: "/project/sandbox/other.txt" }),
    ],
    [
      /proof that the warrant's holder did not make/,
      (trail, authority) => trail.allow(authority, "Read", notes, { proof: "00".repeat(64) }),
    ],
    [
      /is of 2026-.*, but its proof of 2026-/,
      (trail, authority) => trail.allow(authority, "Read", notes, { proved: start - 60 }),
    ],
    [
      /is of 2026-.*, but its proof of 2026-/,
      (trail, authority) => trail.allow(authority, "Read", notes, { proved: start + 2 }),
    ],
    [
      /what the warrant does not: argument path/,
      (trail, authority) => trail.allow(authority, "Read", outside),
    ],
    [
      /what the warrant does not: it takes no argument more/,
      (trail, authority) => trail.allow(authority, "Read", { ...notes, more: 1 }),
    ],
    [
      /what the warrant does not: it takes no call without path/,
      (trail, authority) => trail.allow(authority, "Read", {}),
    ],
    [
      /what the warrant does not: it has no deploy/,
      (trail, authority) => trail.allow(authority, "Deploy", notes),
    ],
    [
      /what the policy does not: it has no rule for Write/,
      (trail, authority) => trail.allow(authority, "Write", notes, { capability: "read_file" }),
    ],
    [
      /what the policy does not: Grep is search, not read_file/,
      (trail, authority) => trail.allow(authority, "Grep", notes, { capability: "read_file" }),
    ],
    [
      /names warrant 0f, but its chain/,
      (trail, authority) => trail.allow(authority, "Read", notes, { warrant: "0f" }),
    ],
    [
      /has serial 2, but its policy serial 1/,
      (trail, authority) => trail.allow(authority, "Read", notes, { serial: 2 }),
    ],
    [/is of no known kind: "pre"/, (trail) => trail.add({ kind: "pre" as "act" })],
    [
      /of kind act with the decision "allow"/,
      (trail) => trail.add({ kind: "act", decision: "allow" }),
    ],
    [/of kind decision with the decision undefined/, (trail) => trail.add({})],
    [/has no time in UTC: "yesterday"/, (trail) => trail.add({ kind: "act", time: "yesterday" })],
  ];
  for (const [why, add] of cases) {
    disproved(await trailWith(add), 2, why);
  }
});

Deno.test("A warrant counts within its time, under the root and with its own policy only", () =>
  withTrail(async (trail) => {
    const minted = {
      expired: trail.mint(policyOf(), { issuedAt: start - 200, expiresAt: start }),
      early: trail.mint(policyOf(), { issuedAt: start + 31 }),
      justInTime: trail.mint(policyOf(), { issuedAt: start + 30, expiresAt: start + 31 }),
      foreign: trail.mint(policyOf({ name: "foreign" }), {}, people.stranger),
      unbound: trail.mint(policyOf(), { extensions: new Map() }),
      other: trail.mint(policyOf({ serial: 2 })),
      mine: trail.mint(),
    };
    const attempt = async (change: Partial<Authority>, why?: RegExp) => {
      const one = new Trail(trail.folder);
      one.allow({ ...minted.mine, ...change }, "Read", notes);
      one.write();
      const result = await one.verify();
      if (why === undefined) equal(result.outcome, "proven", JSON.stringify(result));
      else disproved(result, 1, why);
    };
    const { expired, early, justInTime, foreign, unbound, other, mine } = minted;
    await attempt({});
    await attempt(justInTime);
    await attempt(expired, /allows after warrant .* had expired/);
    await attempt(early, /allows before warrant .* was issued/);
    await attempt(
      foreign,
      /names the warrant .*, which does not verify to the root: .*trusted root/,
    );
    await attempt(
      { ...mine, policy: foreign.policy },
      /names the policy .* does not verify to the root/,
    );
    await attempt(unbound, /but its warrant another/);
    await attempt({ ...mine, policy: other.policy, serial: 2 }, /but its warrant another/);
    await attempt({ ...other, policy: mine.policy, serial: 1 }, /but its warrant another/);
  }));

Deno.test("A policy that names another receipt key, or none, lets no line count", () =>
  withTrail(async (trail) => {
    const { receipts } = policyOf();
    const { key: _, ...without } = receipts;
    for (const one of [{ ...receipts, key: people.stranger.publicKey }, without]) {
      const trail2 = new Trail(trail.folder);
      trail2.allow(trail2.mint(policyOf({ receipts: one })), "Read", notes);
      trail2.write();
      disproved(await trail2.verify(), 1, /by which the receipt key is (none|[0-9a-f]{64})$/);
    }
  }));

Deno.test("Evidence that is missing cannot be told; evidence that is another is false", () =>
  withTrail(async (trail) => {
    const [one, two] = [trail.mint(), trail.mint(policyOf({ serial: 2 }))];
    for (const authority of [one, two, two, two]) trail.allow(authority, "Read", notes);
    trail.write();
    const folder = evidenceFolder(trail.path);
    const path = `${folder}/${two.chain}.warrant`;
    const bytes = Deno.readFileSync(path);
    Deno.removeSync(path);
    const result = await trail.verify();
    unknown(result, new RegExp(`evidence/${two.chain}.warrant is missing.*3 receipts need it$`));
    deepEqual(result.outcome === "unknown" && result.missing, {
      digest: two.chain,
      kind: "warrant",
      rows: 3,
    });
    deepEqual([result.counts.proven, result.counts.unchecked], [1, 3]);
    bytes[bytes.length - 1] = (bytes.at(-1) as number) ^ 1;
    Deno.writeFileSync(path, bytes);
    disproved(await trail.verify(), 2, /whose evidence has another digest/);
    Deno.writeFileSync(path, Deno.readFileSync(`${folder}/${one.chain}.warrant`));
    disproved(await trail.verify(), 2, /whose evidence has another digest/);
  }));
