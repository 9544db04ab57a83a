/** A log with the authority behind it, as the pipeline would have left it: for tests of verification. */
import { fromJson } from "../constraints/registry.ts";
import { readChain } from "../protocol/chain.ts";
import { hex, sha256, signingKey } from "../protocol/keys.ts";
import type { Cbor } from "../protocol/cbor.ts";
import { prove } from "../protocol/pop.ts";
import { signWarrant, type Warrant, type WarrantPayload } from "../protocol/warrant.ts";
import { signSnapshot } from "../policy/signed_snapshot.ts";
import type { Snapshot } from "../policy/snapshot.ts";
import { sealCheckpoint } from "../receipts/checkpoint.ts";
import { keepEvidence } from "../receipts/evidence.ts";
import { genesis, lineDigest, type ReceiptDraft, sealReceipt } from "../receipts/receipt.ts";
import { type Request, type Verification, verifyLog } from "../receipts/verify.ts";
import { bindingKey, encodeBinding } from "./authority.ts";
import { capabilitiesOf } from "./capabilities.ts";
import { roleChains } from "./role_warrants.ts";
import { readPolicy } from "./replay.ts";
import { route, rule, snapshot } from "./test_snapshot.ts";

/** Whose keys there are; nobody knows the stranger. */
export const people = {
  root: signingKey(new Uint8Array(32).fill(21)),
  holder: signingKey(new Uint8Array(32).fill(22)),
  receipts: signingKey(new Uint8Array(32).fill(23)),
  stranger: signingKey(new Uint8Array(32).fill(24)),
};

/** When the calls were judged, unix seconds. */
export const start = 1_780_000_000;
export const sandbox = "/project/sandbox";
/** Arguments that `Read` is granted. */
export const notes = { path: `${sandbox}/notes.txt` };

const within = (root: string) => [17, { root, case_sensitive: true, allow_equal: true }] as const;

/** One route of each kind that replays differently. */
export const routes: Snapshot["routes"] = {
  Read: route([rule("path", within(sandbox), { kind: "path" })], { capability: "read_file" }),
  Grep: route([rule("path", within(sandbox), { kind: "path" })], {
    capability: "search",
    access: "search",
    globs: ["glob"],
  }),
  Bash: route([rule("command", [128, { allow: ["ls"] }], { kind: "command" })], {
    capability: "run_command",
    access: "run",
  }),
  Page: route([rule("limit", [3, { min: 1, max: 100 }]), rule("filter", [16, null])], {
    capability: "page",
  }),
  Deploy: route([rule("path", within(sandbox), { kind: "path" })], {
    capability: "deploy",
    approval: { threshold: 1, rule: "approve.Deploy", line: 9 },
  }),
  Plain: route([], { capability: "plain" }),
};

/** The snapshot that the tests' policies are made of. */
export function policyOf(change: Partial<Snapshot> = {}): Snapshot {
  const plain = snapshot(routes);
  return { ...plain, receipts: { ...plain.receipts, key: people.receipts.publicKey }, ...change };
}

/** A warrant and the policy it is bound to. */
export interface Authority {
  readonly id: string;
  readonly chain: string;
  readonly policy: string;
  readonly serial: number;
  /** The same for each declared role. */
  readonly roles: ReadonlyMap<string, Authority>;
}

export class Trail {
  readonly path: string;
  readonly #drafts: ReceiptDraft[] = [];
  #ids = 0;

  constructor(readonly folder: string) {
    this.path = `${folder}/receipts.jsonl`;
  }

  /** Signs a policy and a warrant for it, and keeps both as evidence. */
  mint(
    policy: Snapshot = policyOf(),
    change: Partial<WarrantPayload> = {},
    root = people.root,
  ): Authority {
    const signed = signSnapshot(policy, root);
    const id = (++this.#ids).toString(16).padStart(32, "0");
    const warrant = signWarrant({
      id,
      type: "execution",
      tools: capabilitiesOf(policy),
      holder: people.holder.publicKey,
      issuer: root.publicKey,
      issuedAt: start - 100,
      expiresAt: start + 3600,
      maxDepth: 4,
      depth: 0,
      extensions: new Map([[bindingKey, encodeBinding({ ...policy, snapshot: signed.digest })]]),
      ...change,
    }, root);
    const chain = hex(sha256(warrant));
    keepEvidence(this.path, "policy", signed.digest, signed.text);
    keepEvidence(this.path, "warrant", chain, warrant);
    const named = { policy: signed.digest, serial: policy.serial };
    const roles = [...roleChains(policy, warrant, root, people.holder) ?? []].map(
      ([role, bytes]): [string, Authority] => {
        const chain = hex(sha256(bytes));
        keepEvidence(this.path, "warrant", chain, bytes);
        const { id } = readChain(bytes, [root.publicKey]).at(-1) as Warrant;
        return [role, { id, chain, ...named, roles: new Map() }];
      },
    );
    return { id, chain, ...named, roles: new Map(roles) };
  }

  /** Adds a receipt as it is given. */
  add(draft: Partial<ReceiptDraft>): void {
    const time = new Date(start * 1000 + this.#drafts.length).toISOString();
    this.#drafts.push({ time, kind: "decision", door: "hook", ...draft });
  }

  /** Adds an allow; with `signed` the proof is over other arguments than are recorded. */
  allow(
    { id, chain, policy, serial }: Authority,
    tool: string,
    args: Record<string, unknown>,
    change: Partial<ReceiptDraft> = {},
    signed = args,
  ): void {
    const capability = change.capability ?? routes[tool]?.capability ?? tool;
    const proved = change.proved ?? start;
    const proof = prove(people.holder, id, capability, signedForm(signed), proved);
    this.add({
      tool,
      capability,
      args,
      decision: "allow",
      warrant: id,
      chain,
      proof: hex(proof),
      proved,
      policy,
      serial,
      ...change,
    });
  }

  /** Adds a refusal under this authority. */
  deny(
    { id, chain, policy, serial }: Authority,
    tool: string,
    code: number,
    change: Partial<ReceiptDraft> = {},
  ): void {
    this.add({ tool, decision: "deny", code, warrant: id, chain, policy, serial, ...change });
  }

  /** The lines of what was added, chained and signed. */
  lines(key = people.receipts): string[] {
    let place = { seq: 1, prev: genesis };
    return this.#drafts.map((draft) => {
      const line = sealReceipt(draft, place, key);
      place = { seq: place.seq + 1, prev: lineDigest(line) };
      return line;
    });
  }

  /** Writes lines to a file of the folder, by default all to the log. */
  write(lines: readonly string[] = this.lines(), name = "receipts.jsonl"): string {
    const path = `${this.folder}/${name}`;
    Deno.writeTextFileSync(path, lines.map((line) => `${line}\n`).join(""));
    return path;
  }

  /** Writes a checkpoint of these lines. */
  checkpoint(lines: readonly string[], name: string, key = people.receipts): string {
    const head = lineDigest(lines.at(-1) ?? "");
    const time = new Date(start * 1000).toISOString();
    const path = `${this.folder}/${name}`;
    Deno.writeTextFileSync(path, `${sealCheckpoint({ count: lines.length, head, time }, key)}\n`);
    return path;
  }

  /** Verifies the log with the right keys, unless others are given. */
  verify(request: Partial<Request> = {}): Promise<Verification> {
    const keys = { key: people.receipts.publicKey, root: people.root.publicKey };
    return verifyLog({ paths: [this.path], ...keys, ...request }, readPolicy);
  }
}

function signedForm(args: Record<string, unknown>): Map<string, Cbor> {
  return new Map(Object.entries(args).map(([name, value]) => [name, fromJson(value)]));
}

/** Runs `body` with a trail in a fresh folder, which is removed afterwards. */
export async function withTrail(body: (trail: Trail) => void | Promise<void>): Promise<void> {
  const folder = Deno.realPathSync(Deno.makeTempDirSync({ prefix: "trail_" }));
  try {
    await body(new Trail(folder));
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}
