/**
 * Rows that somebody forged who has the receipt key, and neither the root's nor the holder's: each is
 * disproved by what it rests on, or docs/RECEIPTS.md says that it is not proved.
 */
import { equal, match } from "node:assert/strict";
import { openKey } from "../../src/authorizer/authority.ts";
import { signSnapshot } from "../../src/policy/signed_snapshot.ts";
import { keepEvidence } from "../../src/receipts/evidence.ts";
import { genesis, lineDigest, type Receipt, sealReceipt } from "../../src/receipts/receipt.ts";
import { Honest } from "./honest_project.ts";

const policy = `allow: [mcp__s__free]
enforce: { Read: "subpath:{sandbox}", Bash: "shlex:ls" }
subagents: { Explore: { tools: [Read] }, Runner: { tools: [Bash] } }
`;

/** Rows by what they are, in their order. */
const names = [
  "allow",
  "denied",
  "again",
  "command",
  "role",
  "refusedRole",
  "free",
  "refresh",
  "newer",
] as const;
type Name = (typeof names)[number];
type Rows = Record<Name, Receipt>;
type Change = (rows: Rows) => Partial<Rows>;

const project = new Honest();
addEventListener("unload", () => project.remove());
await project.govern(policy);
const file = (name: string) => ({ file_path: `${project.project}/sandbox/${name}` });
const explore = { agent_type: "Explore", agent_id: "a1" };
await project.ask("Read", file("notes.txt"));
await project.ask("Read", { file_path: "/etc/hosts" });
await project.ask("Read", file("sub/a.txt"));
await project.ask("Bash", { command: "ls" });
await project.ask("Read", file("notes.txt"), explore);
await project.ask("Bash", { command: "ls" }, explore);
await project.ask("mcp__s__free", {});
await project.govern(policy.replace("shlex:ls", "shlex:ls,cat"));
await project.ask("Read", file("notes.txt"));
const log = project.state("receipts");
const key = openKey(project.place, "receiptKey");
const issuer = openKey(project.place, "issuerKey");
const original = project.receipts();
const rows = Object.fromEntries(names.map((name, at) => [name, original[at]])) as Rows;
await project.requireProven();

// Whoever has the key can sign another checkpoint, or none.
Deno.removeSync(project.state("checkpoint"));

/** Another policy of the same root and receipt key, which is another project's. */
const foreign = signSnapshot(
  { ...project.snapshot, project: "/elsewhere", authority: "11".repeat(16) },
  issuer,
);
keepEvidence(log, "policy", foreign.digest, foreign.text);

/** The log with these rows in place of the honest ones, chained and signed anew. */
async function forged(change: Partial<Rows>): Promise<string> {
  let place = { seq: 1, prev: genesis };
  const lines = names.map((name) => {
    const { seq: _seq, prev: _prev, signature: _signature, ...draft } = change[name] ?? rows[name];
    const line = sealReceipt(draft, place, key);
    place = { seq: place.seq + 1, prev: lineDigest(line) };
    return `${line}\n`;
  });
  Deno.writeTextFileSync(log, lines.join(""));
  const found = await project.verify();
  if (found.outcome === "proven") return `proven, masked ${found.counts.masked}`;
  return found.outcome === "disproved" ? `${names[found.line - 1]} ${found.why}` : found.why;
}

/** `name` is a line of the attack list; `finding` begins with the row that is named. */
function forgery(name: string, change: Change, finding: RegExp): void {
  Deno.test(`Forged with the receipt key: ${name}`, async () => {
    match(await forged(change(rows)), finding);
  });
}

const without = (row: Receipt, ...members: (keyof Receipt)[]): Receipt =>
  Object.fromEntries(
    Object.entries(row).filter(([name]) => !members.includes(name as keyof Receipt)),
  ) as unknown as Receipt;
const flipped = ({ denied, allow }: Rows, change: Partial<Receipt>): Partial<Rows> => ({
  denied: { ...without(denied, "code"), decision: "allow", reason: allow.reason!, ...change },
});
const later = (row: Receipt, seconds: number): Receipt => ({
  ...row,
  proved: (row.proved as number) + seconds,
  time: new Date(Date.parse(row.time) + seconds * 1000).toISOString(),
});
const notMade = "has a proof that the warrant's holder did not make for this call";

Deno.test("The same rows, sealed again, are proven", async () => {
  equal(await forged({}), "proven, masked 0");
});

forgery(
  "an allow for other arguments",
  ({ allow }) => ({ allow: { ...allow, args: { path: `${project.project}/sandbox/other` } } }),
  new RegExp(`^allow ${notMade}`),
);
forgery(
  "a deny turned into an allow without a proof",
  (all) => flipped(all, {}),
  /^denied allows without "proof"/,
);
forgery(
  "a deny turned into an allow with the proof of another row",
  (all) => flipped(all, { proof: all.allow.proof!, proved: all.allow.proved! }),
  new RegExp(`^denied ${notMade}`),
);
forgery(
  "a role's refusal turned into an allow with the session's own proof",
  ({ refusedRole, command: { proof, proved, warrant, chain } }) => ({
    refusedRole: {
      ...without(refusedRole, "code"),
      warrant: warrant!,
      chain: chain!,
      args: { command: "ls" },
      decision: "allow",
      proof: proof!,
      proved: proved!,
    },
  }),
  /^refusedRole allows what the policy does not: Bash is not among the tools/,
);
forgery(
  "a role's call under the session's warrant",
  ({ role, allow: { proof, proved, time, warrant, chain } }) => ({
    role: { ...role, proof: proof!, proved: proved!, time, warrant: warrant!, chain: chain! },
  }),
  /^role allows what the policy does not: its warrant is not the caller's/,
);
forgery(
  "the session's call under a role's warrant",
  ({ allow, role: { proof, proved, time, warrant, chain } }) => ({
    allow: { ...allow, proof: proof!, proved: proved!, time, warrant: warrant!, chain: chain! },
  }),
  /^allow allows what the policy does not: its warrant is not the caller's/,
);
forgery(
  "an allow after the warrant had expired",
  ({ newer }) => ({ newer: later(newer, 3600) }),
  /^newer allows after warrant \w+ had expired/,
);
forgery(
  "an allow before the warrant was issued",
  ({ allow }) => ({ allow: later(allow, -3600) }),
  /^allow allows before warrant \w+ was issued/,
);
forgery(
  "a proof of another minute",
  ({ allow }) => ({ allow: later(allow, 300) }),
  new RegExp(`^allow ${notMade}`),
);
forgery(
  "a time that is not the proof's",
  ({ allow }) => ({ allow: { ...allow, time: later(allow, 300).time } }),
  /^allow is of .*, but its proof of/,
);
forgery(
  "another warrant's name",
  ({ allow, newer }) => ({ allow: { ...allow, warrant: newer.warrant! } }),
  /^allow names warrant \w+, but its chain/,
);
forgery(
  "another warrant's chain and policy",
  ({ allow, newer: { warrant, chain, policy, serial } }) => ({
    allow: { ...allow, warrant: warrant!, chain: chain!, policy: policy!, serial: serial! },
  }),
  new RegExp(`^allow ${notMade}`),
);
forgery(
  "another policy of the same project",
  ({ allow, newer }) => ({ allow: { ...allow, policy: newer.policy! } }),
  /^allow names policy \w+, but its warrant another/,
);
forgery(
  "a policy of another project under the same root",
  ({ allow }) => ({ allow: { ...allow, policy: foreign.digest } }),
  /^allow names policy \w+, but its warrant another/,
);
forgery(
  "another serial",
  ({ allow }) => ({ allow: { ...allow, serial: 2 } }),
  /^allow has serial 2, but its policy serial 1/,
);
forgery(
  "another capability",
  ({ allow }) => ({ allow: { ...allow, capability: "run_command" } }),
  new RegExp(`^allow ${notMade}`),
);
forgery(
  "another tool",
  ({ allow }) => ({ allow: { ...allow, tool: "Bash" } }),
  /^allow allows what the policy does not: Bash is run_command/,
);
forgery(
  "another door",
  ({ allow }) => ({ allow: { ...allow, door: "http" } }),
  /^allow allows what the policy does not: it has no rule for Read/,
);
forgery(
  "a door that decides nothing",
  ({ allow }) => ({ allow: { ...allow, door: "command" } }),
  /^allow is a decision of the door "command"/,
);
forgery(
  "an undeclared agent",
  ({ allow }) => ({ allow: { ...allow, agent: "Other", agentId: "a" } }),
  /^allow allows what the policy does not: The subagent type "Other" is not declared/,
);
forgery(
  "an agent without the tool",
  ({ role }) => ({ role: { ...role, agent: "Runner" } }),
  /^role allows what the policy does not: Read is not among/,
);
forgery(
  "a policy that is said to have observed",
  ({ denied }) => ({ denied: { ...denied, observed: true } }),
  /^denied is marked as observed, but its policy enforces/,
);
forgery(
  "an allow turned into a refusal of its arguments",
  ({ allow }) => ({ allow: { ...allow, decision: "deny", code: 1501 } }),
  /^allow refuses what was granted: the arguments are within every rule/,
);
forgery(
  "masked, by a capability that the warrant does not have",
  (all) => flipped(all, { ...all.allow, masked: true, capability: "write_file", tool: "Write" }),
  /^denied allows what the warrant does not: it has no write_file/,
);

// What docs/RECEIPTS.md says is not proved.
forgery(
  "other arguments, said to be masked: counted apart",
  ({ allow }) => ({ allow: { ...allow, masked: true, args: { path: "/etc/[secret]" } } }),
  /^proven, masked 1/,
);
forgery(
  "a proof that is said to be of the next half minute: not proved",
  ({ allow }) => ({ allow: later(allow, 30) }),
  /^proven/,
);
forgery(
  "who asked, of what session: not proved",
  ({ allow, role }) => ({
    allow: { ...allow, session: "other", call: "other" },
    role: { ...role, agentId: "other" },
  }),
  /^proven/,
);
forgery(
  "an allow turned into a refusal that rests on the machine: not proved",
  ({ allow }) => ({ allow: { ...allow, decision: "deny", code: 9007 } }),
  /^proven/,
);
